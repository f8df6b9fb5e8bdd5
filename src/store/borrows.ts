import { type Kysely, type Selectable, sql } from 'kysely';
import type { Actor, Origin } from '../core/actor.js';
import type { Borrow } from '../core/borrow.js';
import type { LiveRevision } from '../core/plan.js';
import type { Change } from './events.js';
import type { BorrowsTable, Database } from './tables.js';

type Db = Kysely<Database>;

/** A borrow that begins, or goes on with a newer deployment. */
export interface NewBorrow {
  readonly target: string;
  readonly pack: string;
  readonly repository: string;
  readonly ref: string;
  readonly holder: Actor;
  readonly origin: Origin | undefined;
  readonly deployment: number;
  readonly at: Date;
  readonly until: Date;
  /** What the borrow displaces; of no account when it is there already. */
  readonly displaced: LiveRevision | undefined;
}

/** The borrows that are in force: of a target, of a pack, or all; the soonest to return first. */
export async function openBorrows(
  db: Db,
  where: { target?: string | undefined; pack?: string | undefined } = {},
): Promise<Borrow[]> {
  let rows = db.selectFrom('borrows').selectAll().where('ended_at', 'is', null);
  if (where.target !== undefined) rows = rows.where('target', '=', where.target);
  if (where.pack !== undefined) rows = rows.where('pack', '=', where.pack);
  return (await rows.orderBy('until').orderBy('id').execute()).map(toBorrow);
}

/** Begins a borrow, or lets the one that is there go on. */
export function borrowChange(db: Db, b: NewBorrow): Change {
  const { target, pack, at, until } = b;
  const changing = { ref: b.ref, repository: b.repository, deployment: b.deployment };
  const displaced = b.displaced === undefined ? null : JSON.stringify(b.displaced);
  return db
    .insertInto('borrows')
    .values({
      ...changing,
      holder: JSON.stringify(b.holder),
      origin: b.origin === undefined ? null : JSON.stringify(b.origin),
      target,
      pack,
      since: at,
      until,
      displaced,
      warned_until: null,
      next_try_at: null,
      ended_at: null,
    })
    .onConflict((c) =>
      c
        .columns(['target', 'pack'])
        .where('ended_at', 'is', null)
        .doUpdateSet({
          ...changing,
          // Whoever holds it has the right of way, so the holder stays; only where to tell them may be new.
          origin: sql`case when borrows.holder = excluded.holder then excluded.origin else borrows.origin end`,
          until: sql`greatest(borrows.until, excluded.until)`,
          attempts: 0,
          next_try_at: null,
        }),
    );
}

/** Ends the borrow of a pack, if there is one. */
export function borrowEndChange(db: Db, place: { target: string; pack: string }, at: Date) {
  return db
    .updateTable('borrows')
    .set({ ended_at: at })
    .where('target', '=', place.target)
    .where('pack', '=', place.pack)
    .where('ended_at', 'is', null);
}

/** Changes an open borrow; a new end begins its warning and its tries anew. */
export async function changeBorrow(
  db: Db,
  id: number,
  change: { until?: Date; overnight?: boolean; holder?: Actor; origin?: Origin | undefined },
): Promise<Borrow | undefined> {
  const row = await db
    .updateTable('borrows')
    .set({
      ...(change.until === undefined ? {} : { until: change.until, attempts: 0, next_try_at: null }),
      ...(change.overnight === undefined ? {} : { overnight: change.overnight }),
      ...(change.holder === undefined ? {} : { holder: JSON.stringify(change.holder) }),
      ...(change.origin === undefined ? {} : { origin: JSON.stringify(change.origin) }),
    })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? undefined : toBorrow(row);
}

/** Notes that the holder was warned of this end; false when that was done before. */
export async function markWarned(db: Db, borrow: Borrow): Promise<boolean> {
  const done = await db
    .updateTable('borrows')
    .set({ warned_until: borrow.until })
    .where('id', '=', borrow.id)
    .where('until', '=', borrow.until)
    .where((e) => e.or([e('warned_until', 'is', null), e('warned_until', '<>', borrow.until)]))
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Claims the next try to return a borrow; false when another server took it, or it is not due any more. */
export async function claimTry(db: Db, borrow: Borrow, nextTryAt: Date): Promise<boolean> {
  const done = await db
    .updateTable('borrows')
    .set({ attempts: borrow.attempts + 1, next_try_at: nextTryAt })
    .where('id', '=', borrow.id)
    .where('attempts', '=', borrow.attempts)
    .where('until', '=', borrow.until)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Whether a return of a borrow is on its way: asked for and not ended. */
export async function isReturning(db: Db, borrow: number): Promise<boolean> {
  const { rows } = await sql`select 1 from deployments
    where ended_at is null and intent->>'kind' = 'return' and (intent->>'borrow')::bigint = ${borrow}
    limit 1`.execute(db);
  return rows.length > 0;
}

function toBorrow(row: Selectable<BorrowsTable>): Borrow {
  return {
    id: row.id,
    target: row.target,
    pack: row.pack,
    repository: row.repository,
    ref: row.ref,
    holder: row.holder,
    deployment: row.deployment,
    since: row.since,
    until: row.until,
    overnight: row.overnight,
    attempts: row.attempts,
    ...(row.origin === null ? {} : { origin: row.origin }),
    ...(row.displaced === null ? {} : { displaced: row.displaced }),
    ...(row.warned_until === null ? {} : { warnedUntil: row.warned_until }),
    ...(row.next_try_at === null ? {} : { nextTryAt: row.next_try_at }),
  };
}

/** One borrow, in force or ended. */
export async function findBorrow(
  db: Db,
  id: number,
): Promise<{ borrow: Borrow; isOpen: boolean } | undefined> {
  const row = await db.selectFrom('borrows').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : { borrow: toBorrow(row), isOpen: row.ended_at === null };
}
