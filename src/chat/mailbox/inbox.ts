import type { IncomingMessage } from '../../core/chat.js';
import { type Lease, startHandOver, type Taken } from '../../core/hand-over.js';
import { finishChatLine, giveBackChatLines, renewChatLine, takeChatLine } from '../../store/chat-lines.js';
import { namedByUs } from './ids.js';
import { createKeeper } from './keeper.js';
import type { MailboxParts } from './parts.js';

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

interface TakenLine extends Taken {
  readonly named: Promise<IncomingMessage>;
  readonly handler: Handler;
}

/** Makes the inbox of a platform. */
export function createInbox(parts: MailboxParts): Inbox {
  const { db, clock, server, platform, timing } = parts;
  let handler: Handler | undefined;
  const lines = startHandOver<TakenLine>({
    log: parts.log,
    patienceMs: timing.patienceMs,
    sweepMs: timing.sweepMs,
    take: takeOne,
    handle: async (line) => line.handler(await line.named),
    renew: (id, leaseMs) => renewChatLine(db, id, { server, now: clock.now(), leaseMs }),
    finish: (id) => finishChatLine(db, id, clock.now()),
  });
  const keeper = createKeeper(parts, lines.wake);

  async function takeOne(lease: Lease): Promise<TakenLine | undefined> {
    if (handler === undefined) return undefined;
    const taken = await takeChatLine(db, { platform, server, now: clock.now(), ...lease });
    if (taken === undefined) return undefined;
    const named = namedByUs(db, taken.message);
    // Before the next is taken, or on a busy machine that one is handed over first.
    await named.catch(() => undefined);
    return handler === undefined ? undefined : { id: taken.id, attempt: taken.attempt, named, handler };
  }

  return {
    async keep(message) {
      if (!message.fromSelf) await keeper.keep(message);
    },
    async start(theirs) {
      // Nobody else has this server's name: what it had taken is what it had not finished when it died.
      await giveBackChatLines(db, platform, server);
      handler = theirs;
      lines.wake();
    },
    async stop() {
      handler = undefined;
      await lines.stop();
      await lines.letGo();
      keeper.stop();
    },
  };
}
