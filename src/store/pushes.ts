import { type Kysely, type Selectable, sql } from 'kysely';
import type { Push, PushPart } from '../core/push.js';
import type { PushedBy } from '../core/pusher.js';
import { announce } from './events.js';
import type { PushesTable } from './push-tables.js';
import type { Database } from './tables.js';
import type { Watch, WatchKey } from './watches.js';

type Db = Kysely<Database>;

/** A push that is about to be kept. */
export type NewPush = Omit<Push, 'id' | 'deployments' | 'endedAt' | 'before' | 'pusher'>;

/**
 * Keeps a push, and that its branch was seen there: both or neither, so that the same push heard of twice is one.
 * @param channel where it is told; nowhere unless given
 * @returns the push; undefined when the branch was seen elsewhere since `watch` was read
 */
export async function keepPush(
  db: Db,
  watch: Watch,
  push: NewPush,
  channel: string | undefined,
): Promise<Push | undefined> {
  return await db.transaction().execute(async (tx) => {
    const moved = await tx
      .updateTable('watches')
      .set({ sha: push.sha })
      .where('repository', '=', watch.repository)
      .where('branch', '=', watch.branch)
      .where('sha', 'is not distinct from', watch.sha ?? null)
      .executeTakeFirst();
    if (moved.numUpdatedRows === 0n) return undefined;
    const row = await tx
      .insertInto('pushes')
      .values(rowOf(push, watch.sha))
      .returningAll()
      .executeTakeFirstOrThrow();
    if (channel !== undefined)
      await tx.insertInto('push_messages').values({ push: row.id, channel }).execute();
    return toPush(row, []);
  });
}

function rowOf(push: NewPush, before: string | undefined) {
  const { repository, branch, sha, message, author, source, at, held, gone } = push;
  return {
    ...{ repository, branch, sha, message, author, source, at },
    before: before ?? null,
    is_forced: push.isForced,
    nothing: push.nothing ?? null,
    refusal: push.refusal === undefined ? null : JSON.stringify(push.refusal),
    parts: JSON.stringify(push.parts),
    held: [...held],
    gone: [...gone],
  };
}

/** The pushes of a branch whose deployments have not all been asked for, oldest first. */
export async function unrequestedPushes(db: Db, key: WatchKey): Promise<Push[]> {
  const rows = await pushRows(db)
    .where('p.repository', '=', key.repository)
    .where('p.branch', '=', key.branch)
    .where('p.requested_at', 'is', null)
    .orderBy('p.id')
    .execute();
  return rows.map((row) => toPush(row, row.deployments));
}

/** Notes that the deployments of a push have been asked for, and what the door said to those that it did not let in. */
export async function markRequested(
  db: Db,
  push: number,
  { parts, at }: { parts: readonly PushPart[]; at: Date },
): Promise<void> {
  await db
    .updateTable('pushes')
    .set({ requested_at: at, parts: JSON.stringify(parts) })
    .where('id', '=', push)
    .execute();
  await endPush(db, push, at);
  await announce(db, [0]);
}

/** Notes that a push is through, if all its deployments have ended. */
export async function endPush(db: Db, push: number, at: Date): Promise<void> {
  await sql`update pushes set ended_at = ${at}::timestamptz
    where id = ${push}::bigint and ended_at is null and requested_at is not null
      and not exists (select from deployments d where d.via = 'push'
        and (d.intent->>'push')::bigint = ${push}::bigint and d.ended_at is null)`.execute(db);
}

/** One push. */
export async function findPush(db: Db, id: number): Promise<Push | undefined> {
  const [found] = await findPushes(db, [id]);
  return found;
}

/** The pushes with these numbers; unknown ones are left out. */
export async function findPushes(db: Db, ids: readonly number[]): Promise<Push[]> {
  if (ids.length === 0) return [];
  const rows = await pushRows(db)
    .where('p.id', 'in', [...ids])
    .orderBy('p.id')
    .execute();
  return rows.map((row) => toPush(row, row.deployments));
}

/** Which pushes are wanted; the newest first. */
export interface PushQuery {
  readonly repository?: string;
  readonly branch?: string;
  readonly limit: number;
}

/** The newest pushes. */
export async function newestPushes(db: Db, { repository, branch, limit }: PushQuery): Promise<Push[]> {
  let rows = pushRows(db).orderBy('p.id', 'desc').limit(limit);
  if (repository !== undefined) rows = rows.where('p.repository', '=', repository);
  if (branch !== undefined) rows = rows.where('p.branch', '=', branch);
  return (await rows.execute()).map((row) => toPush(row, row.deployments));
}

function pushRows(db: Db) {
  return db
    .selectFrom('pushes as p')
    .leftJoin('pushers as w', (join) =>
      join
        .onRef('w.repository', '=', 'p.repository')
        .onRef('w.branch', '=', 'p.branch')
        .onRef('w.sha', '=', 'p.sha'),
    )
    .selectAll('p')
    .select('w.pusher')
    .select(
      sql<number[]>`array(select d.id::integer from deployments d
        where d.via = 'push' and (d.intent->>'push')::bigint = p.id order by 1)`.as('deployments'),
    );
}

type PushRow = Selectable<PushesTable> & { readonly pusher?: PushedBy | null };

function toPush(row: PushRow, deployments: readonly number[]): Push {
  return {
    id: row.id,
    repository: row.repository,
    branch: row.branch,
    sha: row.sha,
    isForced: row.is_forced,
    message: row.message,
    author: row.author,
    source: row.source,
    at: row.at,
    parts: row.parts,
    held: row.held,
    gone: row.gone,
    deployments,
    ...(row.pusher === null || row.pusher === undefined ? {} : { pusher: row.pusher }),
    ...(row.before === null ? {} : { before: row.before }),
    ...(row.nothing === null ? {} : { nothing: row.nothing }),
    ...(row.refusal === null ? {} : { refusal: row.refusal }),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
  };
}
