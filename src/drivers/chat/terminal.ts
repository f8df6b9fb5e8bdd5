import type { ChatAdapter } from '../../core/chat.js';
import type { RoomLines } from './room-lines.js';
import { createRoomChat, type RoomChatOptions } from './rooms.js';

/** The chat of `packtrain chat`: people at a terminal sit in the same rooms as those in a browser. */
export function createTerminalChat(options: RoomChatOptions, lines: RoomLines): ChatAdapter {
  return createRoomChat({ platform: 'terminal', ownsRooms: false }, options, lines);
}
