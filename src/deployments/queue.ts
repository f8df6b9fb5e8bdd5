import type { Kysely } from 'kysely';
import type { QueueEntry } from '../core/queue.js';
import { markRunning, markWaiting } from '../store/deployments.js';
import { announce, appendEvents, type NewEvent } from '../store/events.js';
import { addEntry, grantEntry, readQueue, removeEntry, withQueue } from '../store/queue.js';
import type { Database } from '../store/tables.js';
import { aheadOf, nextGrants } from './queue-rule.js';

type Db = Kysely<Database>;

/** Puts a deployment into its target's queue. True when its turn has come, at once or by an earlier call. */
export async function enqueue(db: Db, entry: QueueEntry, at: Date): Promise<{ isGranted: boolean }> {
  return await withQueue(db, entry.target, async (tx) => {
    await addEntry(tx, entry);
    await grantWhoCan(tx, entry.target, at);
    const queue = await readQueue(tx, entry.target);
    const isGranted = queue.some((e) => e.deployment === entry.deployment && e.grantedAt !== undefined);
    if (isGranted) return { isGranted };
    await markWaiting(tx, entry.deployment, 'turn');
    await appendEvents(tx, [queued(entry.deployment, aheadOf(queue, entry.deployment), at)]);
    return { isGranted };
  });
}

/** Whether a deployment's turn has come. */
export async function isGranted(db: Db, deployment: number): Promise<boolean> {
  const queue = await readQueue(db);
  return queue.some((entry) => entry.deployment === deployment && entry.grantedAt !== undefined);
}

/**
 * Takes a deployment out of the queue and gives the turn to those who waited for it. The caller holds the queue.
 * @returns the deployments whose turn came by this
 */
export async function leaveQueue(
  tx: Db,
  place: { deployment: number; target: string },
  at: Date,
): Promise<readonly number[]> {
  await removeEntry(tx, place.deployment);
  const granted = await grantWhoCan(tx, place.target, at);
  const waiting = (await readQueue(tx, place.target)).filter((entry) => entry.grantedAt === undefined);
  // Their position has changed, and their replies show it.
  await announce(
    tx,
    waiting.map((entry) => entry.deployment),
  );
  return granted;
}

async function grantWhoCan(tx: Db, target: string, at: Date): Promise<readonly number[]> {
  const grants = nextGrants(await readQueue(tx, target));
  for (const entry of grants) {
    await grantEntry(tx, entry, at);
    await markRunning(tx, entry.deployment, at);
  }
  const ids = grants.map((entry) => entry.deployment);
  await appendEvents(
    tx,
    ids.map((deployment) => granted(deployment, at)),
  );
  return ids;
}

function queued(deployment: number, ahead: readonly number[], at: Date): NewEvent {
  return { deployment, key: 'queued', at, event: { kind: 'queued', ahead } };
}

function granted(deployment: number, at: Date): NewEvent {
  return { deployment, key: 'granted', at, event: { kind: 'granted' } };
}
