import { type Kysely, sql } from 'kysely';
import type { IncomingMessage } from '../core/chat.js';
import { storableJson, storableText } from './storable.js';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/** A line that somebody took, with how often it was taken, this time included. */
export interface TakenChatLine {
  readonly id: number;
  readonly message: IncomingMessage;
  readonly attempt: number;
}

/** Which line is taken next, and for how long. */
export interface NextChatLine {
  readonly platform: string;
  readonly server: string;
  readonly now: Date;
  /** Milliseconds after which another server may take it, since this one must have died. */
  readonly leaseMs: number;
  /** Milliseconds for which a line that was just taken holds up the next one of its channel. */
  readonly patienceMs: number;
}

/** Keeps lines in their order. @returns how many of them are new: one that is delivered twice is one. */
export async function keepChatLines(db: Db, messages: readonly IncomingMessage[], at: Date): Promise<number> {
  const kept = await db
    .insertInto('chat_lines')
    .values(
      messages.map((message) => ({
        platform: message.origin.platform,
        channel: storableText(message.origin.channel),
        line_id: storableText(message.id),
        message: storableJson(message),
        received_at: at,
        handled_at: null,
        taken_by: null,
        taken_until: null,
      })),
    )
    .onConflict((c) => c.columns(['platform', 'line_id']).doNothing())
    .returning('id')
    .execute();
  return kept.length;
}

/** Takes the oldest line that waits. Lines of one channel come in their order, but one that takes long holds up none. */
export async function takeChatLine(db: Db, next: NextChatLine): Promise<TakenChatLine | undefined> {
  const { platform, server, now } = next;
  const until = new Date(now.getTime() + next.leaseMs);
  const justTaken = new Date(until.getTime() - next.patienceMs);
  const { rows } = await sql<TakenChatLine>`
    update chat_lines set taken_by = ${server}, taken_until = ${until}, attempts = attempts + 1
    where id = (
      select l.id from chat_lines l
      where l.platform = ${platform} and l.handled_at is null and (l.taken_until is null or l.taken_until < ${now})
        and not exists (
          select from chat_lines e
          where e.platform = l.platform and e.channel = l.channel and e.handled_at is null and e.id < l.id
            and (e.taken_until is null or e.taken_until < ${now} or e.taken_until > ${justTaken})
        )
      order by l.id limit 1 for update skip locked
    )
    returning id, message, attempts as attempt`.execute(db);
  return rows[0];
}

/** Keeps a line that was taken for longer, in milliseconds from now. */
export async function renewChatLine(
  db: Db,
  id: number,
  holder: { readonly server: string; readonly now: Date; readonly leaseMs: number },
): Promise<void> {
  await db
    .updateTable('chat_lines')
    .set({ taken_until: new Date(holder.now.getTime() + holder.leaseMs) })
    .where('id', '=', id)
    .where('taken_by', '=', holder.server)
    .where('handled_at', 'is', null)
    .execute();
}

/** A line was handled for good. Its text goes; its id stays a while, should it be delivered again. */
export async function finishChatLine(db: Db, id: number, at: Date): Promise<void> {
  await db.updateTable('chat_lines').set({ handled_at: at, message: null }).where('id', '=', id).execute();
}

/** Gives back what a server had taken of a platform and not finished before it died. */
export async function giveBackChatLines(db: Db, platform: string, server: string): Promise<void> {
  await db
    .updateTable('chat_lines')
    .set({ taken_until: null })
    .where('platform', '=', platform)
    .where('taken_by', '=', server)
    .where('handled_at', 'is', null)
    .execute();
}

/** Forgets lines that were handled before a time. */
export async function forgetChatLines(db: Db, platform: string, before: Date): Promise<void> {
  await db
    .deleteFrom('chat_lines')
    .where('platform', '=', platform)
    .where('handled_at', '<', before)
    .execute();
}
