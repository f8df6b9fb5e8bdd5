import type { Kysely } from 'kysely';
import type { QueueEntry } from '../core/queue.js';
import { runningChange, waitingChange } from '../store/deployments.js';
import { announce, appendEvents, type NewEvent } from '../store/events.js';
import { addEntry, grantChanges, readQueue, withQueue } from '../store/queue.js';
import type { Database } from '../store/tables.js';
import { aheadOf, nextGrants } from './queue-rule.js';

type Db = Kysely<Database>;

/** Puts a deployment into its target's queue. True when its turn has come, at once or by an earlier call. */
export async function enqueue(db: Db, entry: QueueEntry, at: Date): Promise<{ isGranted: boolean }> {
  return await withQueue(db, entry.target, async (tx) => {
    await addEntry(tx, entry);
    const queue = await grantWhoCan(tx, entry.target, at);
    const isGranted = queue.some((e) => e.deployment === entry.deployment && e.grantedAt !== undefined);
    if (isGranted) return { isGranted };
    const waits = queued(entry.deployment, aheadOf(queue, entry.deployment), at);
    await appendEvents(tx, [waits], [waitingChange(tx, entry.deployment, 'turn')]);
    return { isGranted };
  });
}

/** Whether a deployment's turn has come. */
export async function isGranted(db: Db, deployment: number): Promise<boolean> {
  const queue = await readQueue(db);
  return queue.some((entry) => entry.deployment === deployment && entry.grantedAt !== undefined);
}

/**
 * Gives the turn to those who waited for a deployment that has left the queue. The caller holds the queue.
 * @returns the deployments whose turn came by this
 */
export async function passTurnsOn(tx: Db, target: string, at: Date): Promise<readonly number[]> {
  const before = await readQueue(tx, target);
  const queue = await grant(tx, before, at);
  // Their position has changed, and their replies show it.
  await announce(
    tx,
    queue.filter((entry) => entry.grantedAt === undefined).map((entry) => entry.deployment),
  );
  const waited = new Set(before.filter((e) => e.grantedAt === undefined).map((e) => e.deployment));
  return queue.filter((e) => e.grantedAt !== undefined && waited.has(e.deployment)).map((e) => e.deployment);
}

async function grantWhoCan(tx: Db, target: string, at: Date): Promise<readonly QueueEntry[]> {
  return await grant(tx, await readQueue(tx, target), at);
}

/** Gives all their turn who can have it. @returns the queue as it is then. */
async function grant(tx: Db, queue: readonly QueueEntry[], at: Date): Promise<readonly QueueEntry[]> {
  const grants = nextGrants(queue);
  if (grants.length === 0) return queue;
  const ids = grants.map((entry) => entry.deployment);
  const events = ids.map((deployment) => granted(deployment, at));
  await appendEvents(tx, events, [...grantChanges(tx, grants, at), runningChange(tx, ids, at)]);
  return queue.map((entry) => (ids.includes(entry.deployment) ? { ...entry, grantedAt: at } : entry));
}

function queued(deployment: number, ahead: readonly number[], at: Date): NewEvent {
  return { deployment, key: 'queued', at, event: { kind: 'queued', ahead } };
}

function granted(deployment: number, at: Date): NewEvent {
  return { deployment, key: 'granted', at, event: { kind: 'granted' } };
}
