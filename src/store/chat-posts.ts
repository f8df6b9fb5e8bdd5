import { type Kysely, sql } from 'kysely';
import type { Origin } from '../core/actor.js';
import type { OutgoingMessage } from '../core/chat.js';
import type { StoredMessage } from './chat-tables.js';
import { storableJson, storableText } from './storable.js';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/** The newest state of a message whose turn it is in its channel. */
export interface DuePost {
  readonly id: number;
  readonly origin: Origin;
  readonly message: OutgoingMessage;
  readonly version: number;
  /** The platform's id of it; absent until it was posted. */
  readonly messageId?: string;
  /** Whether what the platform has of it was a finished state. */
  readonly saidFinal: boolean;
  /** The stage that was told last; absent when none was. */
  readonly saidStage?: string;
  /** How often in a row it could not be said. */
  readonly tries: number;
}

/** Keeps what is to be said; with the key of an earlier message it is that one's newest state. @returns its id. */
export async function keepPost(db: Db, to: Origin, message: OutgoingMessage, at: Date): Promise<number> {
  const { platform, channel } = to;
  const key = storableText(message.key);
  const { rows } = await sql<{ id: number }>`
    insert into chat_posts (platform, channel, key, origin, message, queued_at, changed_at)
    values (${platform}, ${channel}, ${key}, ${storableJson(to)}, ${storableJson(message)}, ${at}, ${at})
    on conflict (platform, key) do update set ${newState(message, at)}
      where chat_posts.message <> excluded.message and not chat_posts.is_undeliverable
    returning id`.execute(db);
  return rows[0]?.id ?? (await idOf(db, platform, key));
}

/** Keeps a newer state of a message. What is said already, and what can't be said, is left as it is. */
export async function keepEdit(db: Db, id: number, message: OutgoingMessage, at: Date): Promise<void> {
  await sql`update chat_posts set ${newState(message, at)}
    where id = ${id} and message <> ${storableJson(message)}::jsonb and not is_undeliverable`.execute(db);
}

// It keeps the place that it has in the line: edits collapse to the newest state.
function newState(message: OutgoingMessage, at: Date) {
  return sql`message = ${storableJson(message)}::jsonb, version = chat_posts.version + 1, changed_at = ${at},
    place = coalesce(chat_posts.place, nextval('chat_places'))`;
}

async function idOf(db: Db, platform: string, key: string): Promise<number> {
  const row = await db
    .selectFrom('chat_posts')
    .select('id')
    .where('platform', '=', platform)
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Who takes posts, of which platform, and for how long. */
export interface Carrier {
  readonly platform: string;
  readonly server: string;
  readonly now: Date;
  /** Milliseconds after which another server may take them, since this one must have died. */
  readonly leaseMs: number;
}

interface DueRow {
  readonly id: number;
  readonly origin: Origin;
  readonly message: StoredMessage;
  readonly version: number;
  readonly message_id: string | null;
  readonly said_final: boolean;
  readonly said_stage: string | null;
  readonly tries: number;
}

/** Takes the first in line of each channel of a platform, unless it is taken or not to be tried yet. */
export async function takePosts(db: Db, carrier: Carrier, most: number): Promise<DuePost[]> {
  const { platform, server, now, leaseMs } = carrier;
  const free = sql`place is not null and (taken_until is null or taken_until < ${now})
    and (next_try_at is null or next_try_at <= ${now})`;
  const { rows } = await sql<DueRow>`
    update chat_posts set taken_by = ${server}, taken_until = ${new Date(now.getTime() + leaseMs)}
    where id in (
      select id from chat_posts
      where id in (
        select distinct on (channel) id from chat_posts
        where platform = ${platform} and place is not null order by channel, place
      ) and ${free}
      order by place limit ${most} for update skip locked
    )
    returning id, origin, message, version, message_id, said_final, said_stage, tries`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    origin: row.origin,
    message: messageOf(row.message),
    version: row.version,
    saidFinal: row.said_final,
    tries: row.tries,
    ...(row.message_id === null ? {} : { messageId: row.message_id }),
    ...(row.said_stage === null ? {} : { saidStage: row.said_stage }),
  }));
}

/** A stored message as it was given. */
function messageOf({ progress, ...message }: StoredMessage): OutgoingMessage {
  if (progress === undefined) return message;
  const { since, until, ...count } = progress;
  const end = until === undefined ? {} : { until: new Date(until) };
  return { ...message, progress: { ...count, since: new Date(since), ...end } };
}

/** What a platform confirmed. */
export interface SaidPost {
  readonly id: number;
  readonly version: number;
  readonly isFinal: boolean;
  /** The stage that it has been told; undefined when that is still the one before, or none. */
  readonly stage: string | undefined;
  readonly messageId: string | undefined;
  readonly at: Date;
}

/** Records what a platform confirmed. A state that came meanwhile goes to the end of the line. */
export async function confirmPost(db: Db, said: SaidPost): Promise<void> {
  await sql`update chat_posts set said_version = ${said.version}, said_final = ${said.isFinal}, said_at = ${said.at},
      message_id = coalesce(${said.messageId ?? null}, message_id),
      said_stage = coalesce(${said.stage === undefined ? null : storableText(said.stage)}, said_stage),
      place = case when version > ${said.version} then nextval('chat_places') end,
      tries = 0, next_try_at = null, problem = null, taken_by = null, taken_until = null
    where id = ${said.id}`.execute(db);
}

/** Puts a post off, with all that stand behind it in its channel. */
export async function putOffPost(
  db: Db,
  id: number,
  off: { readonly until: Date; readonly problem: string; readonly isFailure: boolean },
): Promise<void> {
  await db
    .updateTable('chat_posts')
    .set({
      next_try_at: off.until,
      problem: storableText(off.problem),
      tries: sql`tries + ${off.isFailure ? 1 : 0}`,
      taken_by: null,
      taken_until: null,
    })
    .where('id', '=', id)
    .execute();
}

/** Gives a post up: the platform will never take it. It is kept, so that somebody can see it. */
export async function giveUpPost(db: Db, id: number, problem: string): Promise<void> {
  await db
    .updateTable('chat_posts')
    .set({ is_undeliverable: true, problem: storableText(problem), place: null, taken_until: null })
    .where('id', '=', id)
    .execute();
}

/** Gives back what a server had taken of a platform before it died. */
export async function giveBackPosts(db: Db, platform: string, server: string): Promise<void> {
  await db
    .updateTable('chat_posts')
    .set({ taken_by: null, taken_until: null })
    .where('platform', '=', platform)
    .where('taken_by', '=', server)
    .execute();
}

/** The post that a platform knows by an id of its own; undefined when it is none of ours. */
export async function postWithMessage(
  db: Db,
  at: { readonly platform: string; readonly channel: string; readonly messageId: string },
): Promise<number | undefined> {
  const row = await db
    .selectFrom('chat_posts')
    .select('id')
    .where('platform', '=', at.platform)
    .where('channel', '=', at.channel)
    .where('message_id', '=', at.messageId)
    .executeTakeFirst();
  return row?.id;
}

/** The platform's id of a post; undefined until it was posted. */
export async function messageOfPost(db: Db, id: number): Promise<string | undefined> {
  const row = await db.selectFrom('chat_posts').select('message_id').where('id', '=', id).executeTakeFirst();
  return row?.message_id ?? undefined;
}

/** All of the newest state of a post; undefined when there is none, or none any more. */
export async function textOfPost(
  db: Db,
  id: number,
): Promise<{ readonly text: string; readonly platform: string; readonly changedAt: Date } | undefined> {
  const row = await db
    .selectFrom('chat_posts')
    .select(['message', 'platform', 'changed_at'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row && { text: row.message.text, platform: row.platform, changedAt: row.changed_at };
}

/** Forgets posts with which nothing was done since a time, and with which nothing is to be done. */
export async function forgetPosts(db: Db, platform: string, before: Date): Promise<void> {
  await db
    .deleteFrom('chat_posts')
    .where('platform', '=', platform)
    .where('place', 'is', null)
    .where('changed_at', '<', before)
    .execute();
}
