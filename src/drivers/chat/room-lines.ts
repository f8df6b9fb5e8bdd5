import { packtrainItself } from '../../core/actor.js';
import type { IncomingMessage } from '../../core/chat.js';
import { type HandOver, type Lease, startHandOver, type Taken } from '../../core/hand-over.js';
import type { Log } from '../../core/log.js';
import { withoutMention } from '../../core/mention.js';
import type { RoomMessage, RoomPlatform, Rooms } from '../../core/room.js';

/** What hands over lines is made of. */
export interface RoomLinesOptions {
  readonly rooms: Rooms;
  readonly log: Log;
  /** This server's own name among those that share the database; the same after a restart. */
  readonly server: string;
  /** How many milliseconds a room's next line waits for the one before, so that fast answers keep the order of their lines. */
  readonly patienceMs?: number;
}

/** Hands the lines of the rooms to their platform's handler. */
export interface RoomLines {
  begin(platform: RoomPlatform, handler: Handler): Promise<void>;
  /** Ends; a line whose handler is not done in a moment is handed over again after the next start. */
  end(platform: RoomPlatform): Promise<void>;
}

type Handler = (message: IncomingMessage) => Promise<void>;

interface TakenLine extends Taken {
  readonly message: RoomMessage;
  readonly handler: Handler;
}

const sweepMs = 10_000;

/** Makes what reads the rooms. */
export function createRoomLines(options: RoomLinesOptions): RoomLines {
  const { rooms, log, server, patienceMs = 150 } = options;
  const handlers = new Map<RoomPlatform, Handler>();
  let running: { readonly lines: HandOver<TakenLine>; readonly unlisten: () => void } | undefined;

  async function takeOne(lease: Lease): Promise<TakenLine | undefined> {
    const platforms = [...handlers.keys()];
    if (platforms.length === 0) return undefined;
    const taken = await rooms.takeLine({ platforms, server, ...lease });
    const handler = taken === undefined ? undefined : handlers.get(taken.message.platform);
    if (taken === undefined || handler === undefined) return undefined;
    return { id: taken.message.id, attempt: taken.attempt, message: taken.message, handler };
  }

  function run(): NonNullable<typeof running> {
    const lines = startHandOver<TakenLine>({
      ...{ log, patienceMs, sweepMs, take: takeOne },
      handle: ({ handler, message }) => handler(toIncoming(message)),
      renew: (id, leaseMs) => rooms.renewLine(id, { server, leaseMs }),
      finish: (id) => rooms.finishLine(id),
    });
    return { lines, unlisten: rooms.onLine(lines.wake) };
  }

  async function begin(platform: RoomPlatform, handler: Handler): Promise<void> {
    // Nobody else has this server's name: what it had taken is what it had not finished when it died.
    if (handlers.size === 0) await rooms.giveBack(server);
    handlers.set(platform, handler);
    running ??= run();
    running.lines.wake();
  }

  async function end(platform: RoomPlatform): Promise<void> {
    handlers.delete(platform);
    const ending = running;
    if (handlers.size === 0) {
      running = undefined;
      ending?.unlisten();
      await ending?.lines.stop();
    }
    await ending?.lines.letGo(({ message }) => message.platform === platform);
  }

  return { begin, end };
}

function toIncoming(message: RoomMessage): IncomingMessage {
  const { text, addressed } = withoutMention(message.text, packtrainItself.name);
  const id = String(message.id);
  const origin = { platform: message.platform, channel: message.room, messageId: id };
  return { id, text, author: message.author, origin, fromSelf: message.fromBot, addressed };
}
