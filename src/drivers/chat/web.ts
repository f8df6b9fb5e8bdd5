import type { ChatAdapter } from '../../core/chat.js';
import type { RoomLines } from './room-lines.js';
import { createRoomChat, type RoomChatOptions } from './rooms.js';

/** The chat of the web pages. It owns the rooms: a channel's name leads here. */
export function createWebChat(options: RoomChatOptions, lines: RoomLines): ChatAdapter {
  return createRoomChat({ platform: 'web', ownsRooms: true }, options, lines);
}
