import type { IncomingMessage } from '../../../core/chat.js';
import { objectIn, type RoomEvent, textIn } from './events.js';
import { heardText, type OwnNames } from './heard-text.js';
import { platform } from './settings.js';

/** What is known of a line besides itself. */
export interface LineContext {
  readonly room: string;
  /** Whether the room is for the bot and one person. */
  readonly isDirect: boolean;
  readonly own: OwnNames;
}

/**
 * A line as the rest of Packtrain knows it. Undefined for what is none: what bots say (notices), what is no text, and
 * edits, for a line counts as it was first said.
 */
export function lineOf(event: RoomEvent, { room, isDirect, own }: LineContext): IncomingMessage | undefined {
  const { type, sender, event_id: id, content } = event;
  const relation = objectIn(content, 'm.relates_to');
  if (type !== 'm.room.message' || id === undefined || relation.rel_type === 'm.replace') return undefined;
  if (content.msgtype !== 'm.text' || textIn(content, 'body') === undefined) return undefined;
  const { text, isMention } = heardText(content, own);
  const root = relation.rel_type === 'm.thread' ? textIn(relation, 'event_id') : undefined;
  return {
    id,
    text,
    author: { platform, userId: sender, name: nameOf(sender, own.userId) },
    origin: { platform, channel: room, messageId: id, ...(root === undefined ? {} : { thread: root }) },
    fromSelf: sender === own.userId,
    addressed: isDirect || isMention,
  };
}

/** How somebody is called: people may show any name, so it is that of the id; without the server where it is the bot's. */
export function nameOf(userId: string, ownId: string): string {
  const server = ownId.slice(ownId.indexOf(':'));
  const id = userId.slice(1);
  return id.endsWith(server) ? id.slice(0, -server.length) : id;
}
