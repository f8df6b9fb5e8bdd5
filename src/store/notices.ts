import { type Kysely, type Selectable, sql } from 'kysely';
import type { Origin } from '../core/actor.js';
import type { Notice } from '../core/notice.js';
import { announce } from './events.js';
import type { Database, NoticesTable } from './tables.js';

type Db = Kysely<Database>;

/** A channel as the config names it. */
export interface NamedChannel {
  readonly named: string;
}

/** Something to be told in a channel. */
export interface QueuedNotice {
  readonly id: number;
  readonly origin: Origin | NamedChannel;
  readonly notice: Notice;
}

/** Queues a notice; one with the same key is said already and left as it is. */
export async function queueNotice(
  db: Db,
  told: { key: string; origin: Origin | NamedChannel | undefined; notice: Notice; at: Date },
): Promise<void> {
  // Whoever asked outside of any channel reads it where they asked: on a page or at a command line.
  if (told.origin === undefined) return;
  const { platform, channel, thread } = addressOf(told.origin);
  await db
    .insertInto('notices')
    .values({
      key: told.key,
      platform,
      channel,
      thread: thread ?? null,
      notice: JSON.stringify(told.notice),
      at: told.at,
      posted_at: null,
    })
    .onConflict((c) => c.column('key').doNothing())
    .execute();
  await announce(db, [0]);
}

/** The notices that were not posted yet, in their order. */
export async function unpostedNotices(db: Db): Promise<QueuedNotice[]> {
  const rows = await db
    .selectFrom('notices')
    .selectAll()
    .where('posted_at', 'is', null)
    .orderBy('id')
    .limit(100)
    .execute();
  return rows.map(queued);
}

/** The notices that were posted with buttons, and of which nothing has come yet. */
export async function askingNotices(db: Db): Promise<QueuedNotice[]> {
  const rows = await db
    .selectFrom('notices')
    .selectAll()
    .where('posted_at', 'is not', null)
    .where('settled_at', 'is', null)
    .orderBy('id')
    .limit(100)
    .execute();
  return rows.map(queued);
}

function queued(row: Selectable<NoticesTable>): QueuedNotice {
  return {
    id: row.id,
    notice: row.notice,
    origin: originOf(row),
  };
}

// A channel that is known by its name only has no platform yet.
const anyPlatform = '';

function addressOf(origin: Origin | NamedChannel): Origin {
  return 'named' in origin ? { platform: anyPlatform, channel: origin.named } : origin;
}

function originOf(row: { platform: string; channel: string; thread: string | null }): Origin | NamedChannel {
  const { platform, channel, thread } = row;
  if (platform === anyPlatform) return { named: channel };
  return { platform, channel, ...(thread === null ? {} : { thread }) };
}

/** Notes that a notice was posted, and whether there is nothing to press on it. */
export async function markPosted(
  db: Db,
  id: number,
  { at, isSettled }: { readonly at: Date; readonly isSettled: boolean },
): Promise<void> {
  const settled = isSettled ? { settled_at: at } : {};
  await db
    .updateTable('notices')
    .set({ posted_at: at, ...settled })
    .where('id', '=', id)
    .execute();
}

/** Notes that there is nothing more to press on a notice. */
export async function markSettled(db: Db, id: number, at: Date): Promise<void> {
  await db.updateTable('notices').set({ settled_at: at }).where('id', '=', id).execute();
}

/** Tells notices alone: another server that wants to waits until this one has ended. */
export async function withNotices(db: Db, work: () => Promise<void>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('packtrain notices', 0))`.execute(tx);
    await work();
  });
}
