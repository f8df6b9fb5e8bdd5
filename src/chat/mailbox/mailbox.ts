import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor, Origin } from '../../core/actor.js';
import type { ChatAdapter, IncomingMessage, OutgoingMessage, PostedMessage } from '../../core/chat.js';
import { chatInTime } from '../../core/chat-in-time.js';
import { within } from '../../core/within.js';
import { keepEdit, keepPost } from '../../store/chat-posts.js';
import { findNamed } from './channels.js';
import { startCleaning } from './clean.js';
import { fitting } from './fitting.js';
import { namedByPlatform, postName, postOf } from './ids.js';
import { createInbox } from './inbox.js';
import { createOutbox } from './outbox.js';
import { type MailboxDeps, type MailboxParts, retryDelay, usualTiming } from './parts.js';
import { whispered } from './whispers.js';

/** The longest text that is kept. */
const longest = 100_000;
/** How long a platform that is only just being opened is waited for at the end. */
const graceMs = 1_000;

/**
 * Puts a mailbox before the adapter of an outside chat, so that the platform may be slow, limited or away: what is to be
 * said there is kept and said in the order of its channel, at least once, and what comes from there is kept before it is
 * handed over. Its messages go by the mailbox's own ids.
 */
export function throughMailbox(outside: ChatAdapter, deps: MailboxDeps): ChatAdapter {
  const { platform } = outside;
  const timing = { ...usualTiming, ...deps.timing };
  const adapter = chatInTime(outside, timing.answerWithinMs);
  const parts: MailboxParts = { ...deps, adapter, platform, timing };
  const { db, clock } = parts;
  const inbox = createInbox(parts);
  const outbox = createOutbox(parts);
  const connection = connect(parts);
  const cleaning = startCleaning(parts);

  async function post(to: Origin, message: OutgoingMessage): Promise<PostedMessage> {
    const id = await keepPost(db, to, message, clock.now());
    outbox.wake();
    return { platform, channel: to.channel, messageId: postName(id) };
  }

  async function edit(posted: PostedMessage, message: OutgoingMessage): Promise<void> {
    const id = postOf(posted.messageId);
    // A message from before there was a mailbox is none of its own.
    if (id === undefined) return;
    await keepEdit(db, id, message, clock.now());
    outbox.wake();
  }

  async function whisper(to: Actor, at: Origin, message: OutgoingMessage): Promise<void> {
    const place = await namedByPlatform(db, at);
    const said = fitting({ message }, adapter.capabilities, undefined);
    await whispered(parts, () => adapter.whisper(to, place, said));
  }

  const { hasChannel, listChannels } = adapter;
  return {
    platform,
    ...(hasChannel && { hasChannel }),
    ...(listChannels && { listChannels }),
    // Any length can be said: what is too long is cut here.
    get capabilities() {
      return { ...adapter.capabilities, maxLength: longest };
    },
    async start(onMessage) {
      await inbox.start(onMessage);
      connection.open(inbox.keep, () => outbox.start());
    },
    post,
    edit,
    whisper,
    findChannel: (name) => findNamed(parts, name),
    channelNames: async () => [
      ...(parts.channels?.().keys() ?? []),
      ...((await adapter.channelNames?.()) ?? []),
    ],
    async stop() {
      clearInterval(cleaning);
      // The adapter last: what handlers say at the end is said by it.
      await Promise.all([inbox.stop(), outbox.stop()]);
      await connection.close();
    },
  };
}

/** Starts the adapter beside everything else, again and again until it worked: nobody waits for a platform. */
function connect(parts: MailboxParts) {
  const { adapter, platform, log, timing } = parts;
  const ending = new AbortController();
  let opening: Promise<void> | undefined;

  async function open(keep: (message: IncomingMessage) => Promise<void>, then: () => Promise<void>) {
    for (let failures = 0; !ending.signal.aborted; failures += 1) {
      try {
        await adapter.start(keep);
        // It was stopped while it began.
        if (ending.signal.aborted) return await adapter.stop();
        return await then();
      } catch (error) {
        log.warn({ err: error, platform }, 'a chat could not be opened; trying again');
        await sleep(retryDelay(timing, failures), undefined, { signal: ending.signal }).catch(
          () => undefined,
        );
      }
    }
  }

  return {
    open(keep: (message: IncomingMessage) => Promise<void>, then: () => Promise<void>): void {
      opening = open(keep, then);
    },
    async close(): Promise<void> {
      ending.abort();
      await adapter.stop();
      await within(graceMs, opening ?? Promise.resolve());
    },
  };
}
