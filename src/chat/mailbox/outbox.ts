import { setTimeout as sleep } from 'node:timers/promises';
import { ChatRateLimited, ChatUndeliverable, type OutgoingMessage } from '../../core/chat.js';
import { errorMessage } from '../../core/error-message.js';
import { startTurns } from '../../core/turns.js';
import { within } from '../../core/within.js';
import {
  confirmPost,
  type DuePost,
  giveBackPosts,
  giveUpPost,
  putOffPost,
  takePosts,
} from '../../store/chat-posts.js';
import { fitting } from './fitting.js';
import { namedByPlatform } from './ids.js';
import { type MailboxParts, retryDelay } from './parts.js';

/** Says what the tables hold. */
export interface Outbox {
  /** Something is to be said. */
  readonly wake: () => void;
  start(): Promise<void>;
  /** Stops; what is being said is waited for, for a moment. */
  stop(): Promise<void>;
}

/** Longer than a platform is ever waited for, so that nobody else says the same meanwhile. */
const leaseBesidesMs = 30_000;
const mostAtOnce = 8;
const graceMs = 1_000;
const recordAgainMs = 200;

/**
 * Makes the outbox of a platform: the first in line of each channel is said, then the next, so a channel that is stuck
 * holds up no other. What the platform confirmed is recorded before anything else is said there.
 */
export function createOutbox(parts: MailboxParts): Outbox {
  const { db, clock, log, server, platform, timing } = parts;
  const leaseMs = timing.answerWithinMs + leaseBesidesMs;
  const saying = new Set<Promise<void>>();
  let isOpen = false;
  const turns = startTurns({
    take: takeSome,
    sweepMs: timing.sweepMs,
    onError: (error) => log.warn({ err: error, platform }, 'messages could not be read; trying again'),
  });

  async function takeSome(): Promise<boolean> {
    const room = mostAtOnce - saying.size;
    if (!isOpen || room <= 0) return false;
    const due = await takePosts(db, { platform, server, now: clock.now(), leaseMs }, room);
    for (const post of due) begin(post);
    return due.length === room;
  }

  function begin(post: DuePost): void {
    const done = deliver(post).finally(() => {
      saying.delete(done);
      turns.wake();
    });
    saying.add(done);
  }

  async function deliver(post: DuePost): Promise<void> {
    try {
      const said = await say(parts, post);
      const { id, version } = post;
      await record(() => confirmPost(db, { id, version, ...said, at: clock.now() }));
    } catch (error) {
      await record(() => fail(post, error));
    }
  }

  async function fail(post: DuePost, error: unknown): Promise<void> {
    const problem = errorMessage(error);
    if (error instanceof ChatUndeliverable) {
      log.warn(
        { err: error, platform, message: post.message.key },
        'a message can never be delivered; it is given up',
      );
      return await giveUpPost(db, post.id, problem);
    }
    const isLimit = error instanceof ChatRateLimited;
    const delay = isLimit ? error.retryAfterMs : retryDelay(timing, post.tries);
    if (!isLimit)
      log.warn(
        { err: error, platform, message: post.message.key },
        'a message could not be said; it is tried again',
      );
    await putOffPost(db, post.id, {
      until: new Date(clock.now().getTime() + delay),
      problem,
      isFailure: !isLimit,
    });
    turns.wakeIn(delay + 1);
  }

  /** What happened is known here alone until it is recorded, so a database that is away is waited for. */
  async function record(write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!isOpen) return;
        log.warn({ err: error, platform }, 'what became of a message could not be recorded; trying again');
        await sleep(recordAgainMs);
      }
    }
  }

  return {
    wake: turns.wake,
    async start() {
      // Nobody else has this server's name: what it had taken it had not said when it died, as far as it could know.
      await giveBackPosts(db, platform, server);
      isOpen = true;
      turns.wake();
    },
    async stop() {
      await turns.stop();
      await within(graceMs, Promise.all(saying));
      isOpen = false;
    },
  };
}

/** What the platform has of a message. */
interface Said {
  /** Whether that is a finished state. */
  readonly isFinal: boolean;
  /** The stage that was told with it, if one was. */
  readonly stage: string | undefined;
  /** The platform's id of it; undefined when nothing was posted. */
  readonly messageId: string | undefined;
}

/** Says the newest state of a message, unless the platform is told no more of it. */
async function say(parts: MailboxParts, post: DuePost): Promise<Said> {
  const { message, saidFinal } = post;
  const isAnew = post.messageId !== undefined && !parts.adapter.capabilities.edit;
  if (isAnew && !isLastWord(post) && !isNewStage(post))
    return { isFinal: saidFinal, stage: undefined, messageId: undefined };
  return {
    isFinal: message.isUnfinished !== true,
    stage: message.stage,
    messageId: await put(parts, post),
  };
}

/** Where nothing can be edited, the end of what was said unfinished is told in a message of its own. */
function isLastWord({ message, saidFinal }: DuePost): boolean {
  return !saidFinal && message.isUnfinished !== true;
}

/** And so is what somebody should know of before. */
function isNewStage({ message, saidFinal, saidStage }: DuePost): boolean {
  return !saidFinal && message.stage !== undefined && message.stage !== saidStage;
}

async function put(parts: MailboxParts, post: DuePost): Promise<string | undefined> {
  const { adapter, db, platform } = parts;
  const { messageId, origin } = post;
  const message = fitting(post, adapter.capabilities, parts.pageOf?.(post.id));
  if (messageId !== undefined && adapter.capabilities.edit) {
    await adapter.edit({ platform, channel: origin.channel, messageId }, message);
    return undefined;
  }
  const said = messageId === undefined ? message : { ...message, key: keyAnew(message) };
  return (await adapter.post(await namedByPlatform(db, origin), said)).messageId;
}

/** The key of a state that is told in a message of its own. */
function keyAnew({ key, stage, isUnfinished }: OutgoingMessage): string {
  return isUnfinished === true ? `${key}:${stage ?? ''}` : `${key}:end`;
}
