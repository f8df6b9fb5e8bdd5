import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor, Origin } from '../../core/actor.js';
import type { ChatAdapter, IncomingMessage, OutgoingMessage, PostedMessage } from '../../core/chat.js';
import type { Clock } from '../../core/clock.js';
import type { Log } from '../../core/log.js';
import { withoutMention } from '../../core/mention.js';
import type { RoomMessage, RoomPlatform, Rooms } from '../../core/room.js';

/** What the adapters of Packtrain's own rooms share. */
export interface RoomChatOptions {
  readonly rooms: Rooms;
  readonly clock: Clock;
  readonly log: Log;
  /** This server's own name among those that share the database; the same after a restart. */
  readonly server: string;
  /** The name that people mention. */
  readonly botName: string;
}

/** Hands the lines of the rooms to their platform's handler. */
export interface RoomLines {
  begin(platform: RoomPlatform, handler: (message: IncomingMessage) => Promise<void>): Promise<void>;
  end(platform: RoomPlatform): Promise<void>;
}

type Handler = (message: IncomingMessage) => Promise<void>;

const leaseMs = 30_000;
/** How often lines are looked for that another server took and never finished. */
const sweepMs = 10_000;
/** A line that brings the handler down each time is given up. */
const mostAttempts = 5;
const retryMs = 1_000;

/**
 * Makes what reads the rooms: a line is kept first and marked once the handler took it, so a crash in between loses
 * nothing; the handler may then see it twice, with the same id.
 */
export function createRoomLines(options: RoomChatOptions): RoomLines {
  const { rooms, log, server } = options;
  const handlers = new Map<RoomPlatform, Handler>();
  let endings: Array<() => void> = [];
  let draining: Promise<void> | undefined;
  let wanted = false;

  /** Hands over what waits; a call while one is under way makes that one look again. */
  function wake(): void {
    wanted = true;
    draining ??= drain().finally(() => {
      draining = undefined;
      if (wanted && handlers.size > 0) wake();
    });
  }

  async function drain(): Promise<void> {
    while (wanted && handlers.size > 0) {
      wanted = false;
      try {
        while (await takeOne());
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
    const taken = await rooms.takeLine({ platforms, server, leaseMs });
    if (taken === undefined) return false;
    const handler = handlers.get(taken.message.platform);
    if (handler === undefined) return false;
    try {
      await handler(toIncoming(taken.message, options.botName));
    } catch (error) {
      log.error({ err: error, message: taken.message.id }, 'A line could not be taken.');
      if (taken.attempt < mostAttempts) return true;
    }
    await rooms.finishLine(taken.message.id);
    return true;
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
  }

  return { begin, end };
}

function toIncoming(message: RoomMessage, botName: string): IncomingMessage {
  const { text, addressed } = withoutMention(message.text, botName);
  const id = String(message.id);
  const origin = { platform: message.platform, channel: message.room, messageId: id };
  return { id, text, author: message.author, origin, fromSelf: message.fromBot, addressed };
}

/** What differs between the adapters. */
export interface RoomChatKind {
  readonly platform: RoomPlatform;
  /** Whether rooms are found by name here; each room has one owner. */
  readonly ownsRooms: boolean;
}

/** Makes the adapter of one way into the rooms. */
export function createRoomChat(kind: RoomChatKind, options: RoomChatOptions, lines: RoomLines): ChatAdapter {
  const { rooms, clock, log } = options;
  const { platform } = kind;

  async function post(to: Origin, message: OutgoingMessage): Promise<PostedMessage> {
    const replyTo = to.messageId === undefined ? undefined : Number(to.messageId);
    const posted = await rooms.post({
      room: to.channel,
      platform,
      ...message,
      ...(replyTo !== undefined && Number.isSafeInteger(replyTo) ? { replyTo } : {}),
    });
    return { platform, channel: to.channel, messageId: String(posted.id) };
  }

  async function edit(posted: PostedMessage, message: OutgoingMessage): Promise<void> {
    const edited = await rooms.edit(Number(posted.messageId), message);
    if (edited === undefined) log.warn({ message: posted.messageId }, 'There is no such message to edit.');
  }

  async function whisper(to: Actor, at: Origin, message: OutgoingMessage): Promise<void> {
    await rooms.whisper({ key: message.key, room: at.channel, to, text: message.text, at: clock.now() });
  }

  return {
    platform,
    capabilities: { edit: true, maxLength: 16_000 },
    start: (onMessage) => lines.begin(platform, onMessage),
    post,
    edit,
    whisper,
    async findChannel(name) {
      const channel = name.replace(/^#/, '');
      return kind.ownsRooms && rooms.names().includes(channel) ? { platform, channel } : undefined;
    },
    stop: () => lines.end(platform),
  };
}
