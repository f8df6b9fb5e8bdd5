import type { Selectable } from 'kysely';
import type { Progress } from '../core/chat.js';
import type { RoomMessage } from '../core/room.js';
import type { RoomMessagesTable, StoredProgress } from './web-tables.js';

/** A row as the message that it keeps. */
export function toMessage(row: Selectable<RoomMessagesTable>): RoomMessage {
  return {
    id: row.id,
    room: row.room,
    platform: row.platform,
    seq: row.seq,
    firstSeq: row.first_seq,
    author: { platform: row.author_platform, userId: row.author_id, name: row.author_name },
    fromBot: row.from_bot,
    text: row.text,
    ...(row.progress === null ? {} : { progress: toProgress(row.progress) }),
    ...(row.deployment === null ? {} : { deployment: row.deployment }),
    ...(row.reply_to === null ? {} : { replyTo: row.reply_to }),
    postedAt: row.posted_at,
    ...(row.edited_at === null ? {} : { editedAt: row.edited_at }),
    isHandled: row.handled_at !== null,
  };
}

function toProgress(stored: StoredProgress): Progress {
  const { done, total, since, until } = stored;
  return { done, total, since: new Date(since), ...(until === undefined ? {} : { until: new Date(until) }) };
}

/** Progress as the column takes it. */
export function progressJson(progress: Progress | undefined): string | null {
  return progress === undefined ? null : JSON.stringify(progress);
}

/** Text that PostgreSQL can keep and people can read: without control characters other than tab and line feed. */
export function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}
