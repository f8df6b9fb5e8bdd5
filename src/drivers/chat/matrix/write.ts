import { createHash } from 'node:crypto';
import type { Origin } from '../../../core/actor.js';
import { type Written, written } from './text.js';

/** The content of a message. */
export type Content = Readonly<Record<string, unknown>>;

/**
 * What a message is in Matrix. It is a notice, which no bot answers and no phone rings for, unless it speaks to somebody.
 * @param isDirect whether it is said to one person alone
 */
export function contentOf(
  text: string,
  isDirect: boolean,
): { content: Content; mentions: readonly string[] } {
  const { mentions, ...said } = written(text);
  const msgtype = isDirect || mentions.length > 0 ? 'm.text' : 'm.notice';
  return { content: { msgtype, ...bodies(said), 'm.mentions': mentioning(mentions) }, mentions };
}

function bodies({ body, html }: Pick<Written, 'body' | 'html'>) {
  return { body, format: 'org.matrix.custom.html', formatted_body: html };
}

function mentioning(ids: readonly string[]) {
  return ids.length === 0 ? {} : { user_ids: ids };
}

/** What an answer belongs to: the thread in which it was asked, and the line that asked. */
export function relationTo({ messageId, thread }: Origin): Content {
  const answered = messageId ?? thread;
  if (answered === undefined || !answered.startsWith('$')) return {};
  const reply = { 'm.in_reply_to': { event_id: answered } };
  const inThread = { rel_type: 'm.thread', event_id: thread, is_falling_back: true, ...reply };
  return { 'm.relates_to': thread === undefined ? reply : inThread };
}

/** A message that takes the place of another one. @param newMentions whom it speaks to and the one before did not */
export function editOf(eventId: string, content: Content, newMentions: readonly string[]): Content {
  return {
    ...content,
    body: `* ${String(content.body)}`,
    formatted_body: `* ${String(content.formatted_body)}`,
    'm.mentions': mentioning(newMentions),
    'm.new_content': content,
    'm.relates_to': { rel_type: 'm.replace', event_id: eventId },
  };
}

/** The same key is the same transaction: the homeserver takes a second message of one for the first. */
export function transactionOf(key: string): string {
  return `packtrain-${createHash('sha256').update(key).digest('hex').slice(0, 40)}`;
}
