import type { Kysely, Selectable } from 'kysely';
import type { Actor, Origin } from '../core/actor.js';
import { type Lock, type LockScope, scopeName } from '../core/lock.js';
import type { Database, LocksTable } from './tables.js';

type Db = Kysely<Database>;

/** A lock that is about to be made. */
export interface NewLock {
  readonly scope: LockScope;
  readonly by: Actor;
  readonly because: string;
  readonly since: Date;
  readonly until: Date | undefined;
  readonly origin: Origin | undefined;
}

/** The locks that are in force at a time, oldest first. */
export async function openLocks(db: Db, at: Date): Promise<Lock[]> {
  const rows = await db
    .selectFrom('locks')
    .selectAll()
    .where('ended_at', 'is', null)
    .where((e) => e.or([e('until', 'is', null), e('until', '>', at)]))
    .orderBy('id')
    .execute();
  return rows.map(toLock);
}

/** Makes a lock; undefined when there is one of the same scope. */
export async function insertLock(db: Db, lock: NewLock): Promise<Lock | undefined> {
  const place = { kind: lock.scope.kind, name: scopeName(lock.scope) };
  await expired(db, lock.since).where('kind', '=', place.kind).where('name', '=', place.name).execute();
  const row = await db
    .insertInto('locks')
    .values({
      ...place,
      by_actor: JSON.stringify(lock.by),
      because: lock.because,
      origin: lock.origin === undefined ? null : JSON.stringify(lock.origin),
      since: lock.since,
      until: lock.until ?? null,
      ended_at: null,
    })
    .onConflict((c) => c.columns(['kind', 'name']).where('ended_at', 'is', null).doNothing())
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? undefined : toLock(row);
}

/** Ends a lock. */
export async function endLock(db: Db, id: number, at: Date): Promise<void> {
  await db
    .updateTable('locks')
    .set({ ended_at: at })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute();
}

/** Ends the locks whose time is over. @returns those, each for one caller only. */
export async function endExpired(db: Db, at: Date): Promise<Lock[]> {
  return (await expired(db, at).returningAll().execute()).map(toLock);
}

function expired(db: Db, at: Date) {
  return db.updateTable('locks').set({ ended_at: at }).where('ended_at', 'is', null).where('until', '<=', at);
}

function toLock(row: Selectable<LocksTable>): Lock {
  return {
    id: row.id,
    scope: scopeOf(row),
    by: row.by_actor,
    because: row.because,
    since: row.since,
    ...(row.until === null ? {} : { until: row.until }),
    ...(row.origin === null ? {} : { origin: row.origin }),
  };
}

function scopeOf({ kind, name }: Selectable<LocksTable>): LockScope {
  if (kind === 'everything') return { kind };
  return kind === 'pack' ? { kind, pack: name } : { kind, repository: name };
}
