import { type Kysely, sql, type Transaction } from 'kysely';
import type { QueueEntry } from '../core/queue.js';
import type { Change } from './events.js';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/**
 * Runs a change of one target's queue alone: whoever else wants to change it waits until this transaction has ended,
 * also on another server.
 */
export async function withQueue<T>(db: Db, target: string, work: (tx: Transaction<Database>) => Promise<T>) {
  return await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`packtrain queue ${target}`}, 0))`.execute(tx);
    return await work(tx);
  });
}

/** Adds an entry at the tail; again, for the same deployment: nothing. */
export async function addEntry(db: Db, entry: QueueEntry): Promise<void> {
  await db
    .insertInto('queue_entries')
    .values({
      deployment: entry.deployment,
      target: entry.target,
      packs: [...entry.packs],
      granted_at: null,
    })
    .onConflict((c) => c.column('deployment').doNothing())
    .execute();
}

/** The queue of a target, or of all. */
export async function readQueue(db: Db, target?: string): Promise<QueueEntry[]> {
  let rows = db.selectFrom('queue_entries').selectAll();
  if (target !== undefined) rows = rows.where('target', '=', target);
  const found = await rows.orderBy('place').execute();
  return found.map((row) => ({
    deployment: row.deployment,
    target: row.target,
    packs: row.packs,
    ...(row.granted_at === null ? {} : { grantedAt: row.granted_at }),
  }));
}

/** Gives entries their turn: leases on all their packs. Fails, and with it the transaction, if one of them is held. */
export function grantChanges(db: Db, entries: readonly QueueEntry[], at: Date): Change[] {
  const leases = entries.flatMap(({ target, packs, deployment }) =>
    packs.map((pack) => ({ target, pack, deployment })),
  );
  const ids = entries.map((entry) => entry.deployment);
  const granted = db.updateTable('queue_entries').set({ granted_at: at }).where('deployment', 'in', ids);
  return leases.length === 0 ? [granted] : [granted, db.insertInto('leases').values(leases)];
}

/** Takes an entry out of the queue and gives its leases back. */
export function leavingChanges(db: Db, deployment: number): Change[] {
  return [
    db.deleteFrom('leases').where('deployment', '=', deployment),
    db.deleteFrom('queue_entries').where('deployment', '=', deployment),
  ];
}
