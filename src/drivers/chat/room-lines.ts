import { setTimeout as sleep } from 'node:timers/promises';
import { packtrainItself } from '../../core/actor.js';
import type { IncomingMessage } from '../../core/chat.js';
import type { Log } from '../../core/log.js';
import { withoutMention } from '../../core/mention.js';
import type { RoomMessage, RoomPlatform, Rooms, TakenLine } from '../../core/room.js';
import { within } from '../../core/within.js';

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

/** A line that its handler has. */
interface Held {
  readonly platform: RoomPlatform;
  readonly done: Promise<void>;
  isGivenUp: boolean;
}

const leaseMs = 30_000;
const renewMs = 10_000;
/** How many lines are answered at the same time; more wait. */
const mostAtOnce = 16;
/** How often lines are looked for that another server took and never finished. */
const sweepMs = 10_000;
/** A line that brings the handler down each time is given up. */
const mostAttempts = 5;
const retryMs = 1_000;
const graceMs = 500;

/**
 * Makes what reads the rooms: a line is kept first and marked once the handler took it, so a crash in between loses
 * nothing; the handler may then see it twice, with the same id. One that takes long holds nobody up.
 */
export function createRoomLines(options: RoomLinesOptions): RoomLines {
  const { rooms, log, server, patienceMs = 150 } = options;
  const handlers = new Map<RoomPlatform, Handler>();
  const held = new Map<number, Held>();
  let endings: Array<() => void> = [];
  let draining: Promise<void> | undefined;
  let wanted = false;

  /** Hands over what waits; a call while one is under way makes that one look again. */
  function wake(): void {
    if (handlers.size === 0) return;
    wanted = true;
    draining ??= drain().finally(() => {
      draining = undefined;
      if (wanted) wake();
    });
  }

  async function drain(): Promise<void> {
    while (wanted && handlers.size > 0) {
      wanted = false;
      try {
        while (held.size < mostAtOnce && (await takeOne()));
      } catch (error) {
        log.error({ err: error }, 'Lines of the rooms could not be read; trying again.');
        await sleep(retryMs);
        wanted = true;
      }
    }
  }

  async function takeOne(): Promise<boolean> {
    const platforms = [...handlers.keys()];
    if (platforms.length === 0) return false;
    const taken = await rooms.takeLine({ platforms, server, leaseMs, patienceMs });
    if (taken === undefined) return false;
    const { id, platform } = taken.message;
    const handler = handlers.get(platform);
    if (handler === undefined || held.has(id)) return false;
    const patience = setTimeout(wake, patienceMs);
    const renewal = setInterval(() => renew(id), renewMs);
    const done = handOver(taken, handler)
      .catch((error: unknown) => log.error({ err: error, message: id }, 'A line could not be marked.'))
      .finally(() => {
        clearTimeout(patience);
        clearInterval(renewal);
        held.delete(id);
        wake();
      });
    held.set(id, { platform, done, isGivenUp: false });
    return true;
  }

  async function handOver({ message, attempt }: TakenLine, handler: Handler): Promise<void> {
    try {
      await handler(toIncoming(message));
    } catch (error) {
      if (held.get(message.id)?.isGivenUp) return;
      log.error({ err: error, message: message.id }, 'A line could not be taken.');
      if (attempt < mostAttempts) return;
    }
    if (!held.get(message.id)?.isGivenUp) await rooms.finishLine(message.id);
  }

  function renew(id: number): void {
    rooms
      .renewLine(id, { server, leaseMs: leaseMs - patienceMs })
      .catch((error: unknown) => log.warn({ err: error, message: id }, 'A line could not be kept.'));
  }

  async function begin(platform: RoomPlatform, handler: Handler): Promise<void> {
    // Nobody else has this server's name: what it had taken is what it had not finished when it died.
    if (handlers.size === 0) {
      await rooms.giveBack(server);
      const sweep = setInterval(wake, sweepMs);
      sweep.unref();
      endings = [rooms.onLine(wake), () => clearInterval(sweep)];
    }
    handlers.set(platform, handler);
    wake();
  }

  async function end(platform: RoomPlatform): Promise<void> {
    handlers.delete(platform);
    if (handlers.size === 0) for (const one of endings.splice(0)) one();
    await draining;
    const open = [...held.values()].filter((line) => line.platform === platform);
    await within(graceMs, Promise.all(open.map(({ done }) => done)));
    for (const line of open) line.isGivenUp = true;
  }

  return { begin, end };
}

function toIncoming(message: RoomMessage): IncomingMessage {
  const { text, addressed } = withoutMention(message.text, packtrainItself.name);
  const id = String(message.id);
  const origin = { platform: message.platform, channel: message.room, messageId: id };
  return { id, text, author: message.author, origin, fromSelf: message.fromBot, addressed };
}
