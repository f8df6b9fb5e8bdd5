import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { RecordedEvent } from '../core/event.js';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/** A stretch of the events of all deployments. */
export interface FeedStretch {
  readonly events: readonly RecordedEvent[];
  /** Whether somebody may still be writing the next one. */
  readonly isCutShort: boolean;
}

/** How many events are read at a time. */
const most = 200;
/** How long one waits for somebody who may be writing, in milliseconds, and how often one looks. */
const patienceMs = 1_000;
const lookMs = 10;

/**
 * Events of all deployments after an id, oldest first. Numbers are given out before what they are given to can be seen,
 * so it ends before a number that is missing as long as somebody may still be writing it: who goes on after the last
 * event misses none.
 */
export async function feedAfter(db: Db, after: number): Promise<FeedStretch> {
  const seen = await read(db, after);
  const sure = seen.filter(({ id }, index) => id === after + index + 1);
  const last = seen.at(-1);
  if (last === undefined || sure.length > 0) return { events: sure, isCutShort: false };
  if (!(await areDone(db))) return { events: [], isCutShort: true };
  // What is missing by now never comes: whoever had its number wrote nothing in the end.
  return { events: await read(db, after, last.id), isCutShort: false };
}

/** The id of the newest event; 0 when there is none. */
export async function newestEvent(db: Db): Promise<number> {
  const { newest } = await db
    .selectFrom('events')
    .select((e) => e.fn.max('id').as('newest'))
    .executeTakeFirstOrThrow();
  return newest ?? 0;
}

async function read(db: Db, after: number, upTo?: number): Promise<RecordedEvent[]> {
  let rows = db.selectFrom('events').select(['id', 'deployment', 'at', 'event']).where('id', '>', after);
  if (upTo !== undefined) rows = rows.where('id', '<=', upTo);
  return await rows.orderBy('id').limit(most).execute();
}

/** Waits until all are done who are writing events now; false when one takes long. */
async function areDone(db: Db): Promise<boolean> {
  let writing = await writers(db);
  for (let waitedMs = 0; writing.length > 0 && waitedMs < patienceMs; waitedMs += lookMs) {
    await sleep(lookMs);
    const still = await writers(db);
    writing = writing.filter((one) => still.includes(one));
  }
  return writing.length === 0;
}

/** The transactions that have begun to write events: the lock of the table is theirs until what they wrote can be seen. */
async function writers(db: Db): Promise<string[]> {
  const { rows } = await sql<{ transaction: string }>`
    select virtualtransaction as transaction from pg_locks
    where locktype = 'relation' and mode = 'RowExclusiveLock' and relation = 'events'::regclass
      and database = (select oid from pg_database where datname = current_database())`.execute(db);
  return rows.map(({ transaction }) => transaction);
}
