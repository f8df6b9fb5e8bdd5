import type { Actor, Origin } from '../../core/actor.js';
import type { ChatAdapter, OutgoingMessage, PostedMessage } from '../../core/chat.js';
import type { Clock } from '../../core/clock.js';
import type { Log } from '../../core/log.js';
import type { RoomPlatform, Rooms } from '../../core/room.js';
import type { RoomLines } from './room-lines.js';

/** What the adapters of Packtrain's own rooms share. */
export interface RoomChatOptions {
  readonly rooms: Rooms;
  readonly clock: Clock;
  readonly log: Log;
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
    const posted = await rooms.post({ room: to.channel, platform, ...message, ...replyTo(to) });
    return { platform, channel: to.channel, messageId: String(posted.id) };
  }

  async function edit(posted: PostedMessage, message: OutgoingMessage): Promise<void> {
    const edited = await rooms.edit(Number(posted.messageId), message);
    if (edited === undefined) log.warn({ message: posted.messageId }, 'There is no such message to edit.');
  }

  async function whisper(to: Actor, at: Origin, message: OutgoingMessage): Promise<void> {
    const { key, text } = message;
    await rooms.whisper({ key, room: at.channel, to, text, at: clock.now(), ...replyTo(at) });
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

/** The message that is answered, if one of a room asked. */
function replyTo({ messageId }: Origin): { readonly replyTo?: number } {
  const id = Number(messageId ?? Number.NaN);
  return Number.isSafeInteger(id) ? { replyTo: id } : {};
}
