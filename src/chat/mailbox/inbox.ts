import type { IncomingMessage } from '../../core/chat.js';
import { within } from '../../core/within.js';
import {
  finishChatLine,
  giveBackChatLines,
  renewChatLine,
  type TakenChatLine,
  takeChatLine,
} from '../../store/chat-lines.js';
import { namedByUs } from './ids.js';
import { createKeeper } from './keeper.js';
import type { MailboxParts } from './parts.js';
import { startTurns } from './turns.js';

/** Keeps what comes, and hands it over. */
export interface Inbox {
  /** Keeps a line; once this settles, the platform may be told that it came. */
  keep(message: IncomingMessage): Promise<void>;
  /** Begins to hand over, first what was left by a stop or a crash. */
  start(handler: Handler): Promise<void>;
  /** Stops; a line whose handler is not done in a moment is handed over again after the next start. */
  stop(): Promise<void>;
}

type Handler = (message: IncomingMessage) => Promise<void>;

const leaseMs = 30_000;
const renewMs = 10_000;
/** How many lines are answered at the same time; more wait. */
const mostAtOnce = 16;
/** A line that brings the handler down each time is given up. */
const mostAttempts = 5;
const graceMs = 500;

interface Held {
  readonly done: Promise<void>;
  isGivenUp: boolean;
}

/** Makes the inbox of a platform. */
export function createInbox(parts: MailboxParts): Inbox {
  const { db, clock, log, server, platform, timing } = parts;
  const held = new Map<number, Held>();
  let handler: Handler | undefined;
  const turns = startTurns({
    take: takeSome,
    sweepMs: timing.sweepMs,
    onError: (error) => log.warn({ err: error, platform }, 'lines could not be read; trying again'),
  });

  const keeper = createKeeper(parts, turns.wake);

  async function takeSome(): Promise<boolean> {
    while (handler !== undefined && held.size < mostAtOnce) {
      const now = clock.now();
      const taken = await takeChatLine(db, { platform, server, now, leaseMs, patienceMs: timing.patienceMs });
      if (taken === undefined) return false;
      if (held.has(taken.id)) continue;
      const named = namedByUs(db, taken.message);
      // Before the next is taken, or on a busy machine that one is handed over first.
      await named.catch(() => undefined);
      if (handler !== undefined) hold(taken, named, handler);
    }
    return false;
  }

  function hold(line: TakenChatLine, named: Promise<IncomingMessage>, handle: Handler): void {
    const patience = setTimeout(turns.wake, timing.patienceMs + 1);
    const renewal = setInterval(() => renew(line.id), renewMs);
    const done = handOver(line, named, handle)
      .catch((error: unknown) =>
        log.warn({ err: error, platform, line: line.id }, 'a line could not be marked'),
      )
      .finally(() => {
        clearTimeout(patience);
        clearInterval(renewal);
        held.delete(line.id);
        turns.wake();
      });
    held.set(line.id, { done, isGivenUp: false });
  }

  async function handOver(
    { id, message, attempt }: TakenChatLine,
    named: Promise<IncomingMessage>,
    handle: Handler,
  ): Promise<void> {
    try {
      await handle(await named);
    } catch (error) {
      if (held.get(id)?.isGivenUp) return;
      log.error({ err: error, platform, line: message.id }, 'a line could not be taken');
      if (attempt < mostAttempts) return;
    }
    if (!held.get(id)?.isGivenUp) await finishChatLine(db, id, clock.now());
  }

  function renew(id: number): void {
    renewChatLine(db, id, { server, now: clock.now(), leaseMs }).catch((error: unknown) =>
      log.warn({ err: error, platform, line: id }, 'a line could not be kept'),
    );
  }

  return {
    async keep(message) {
      if (!message.fromSelf) await keeper.keep(message);
    },
    async start(theirs) {
      // Nobody else has this server's name: what it had taken is what it had not finished when it died.
      await giveBackChatLines(db, platform, server);
      handler = theirs;
      turns.wake();
    },
    async stop() {
      handler = undefined;
      await turns.stop();
      const open = [...held.values()];
      await within(graceMs, Promise.all(open.map(({ done }) => done)));
      for (const line of open) line.isGivenUp = true;
      keeper.stop();
    },
  };
}
