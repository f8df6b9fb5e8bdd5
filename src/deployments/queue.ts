import type { Kysely } from 'kysely';
import type { Config } from '../config/config.js';
import { personName } from '../core/identity.js';
import type { NewEntry, QueueEntry } from '../core/queue.js';
import { openBorrows } from '../store/borrows.js';
import { runningChange, waitingChange } from '../store/deployments.js';
import { announce, appendEvents, type Change, type NewEvent } from '../store/events.js';
import { openLocks } from '../store/locks.js';
import { addEntry, grantChanges, readQueue, withQueue } from '../store/queue.js';
import type { Database } from '../store/tables.js';
import type { DeploymentDeps } from './deps.js';
import { aheadOf, needsWord, nextGrants, type Obstacles, obstaclesOf } from './queue-rule.js';

type Db = Kysely<Database>;
type QueueDeps = Pick<DeploymentDeps, 'db' | 'config' | 'clock'>;

/** What a queue is ruled by, at one time. */
export interface Rules {
  readonly config: Config;
  readonly at: Date;
}

/** The rules as of now. */
export function rulesNow({ config, clock }: Pick<DeploymentDeps, 'config' | 'clock'>): Rules {
  return { config: config(), at: clock.now() };
}

/** Puts a deployment into its target's queue. True when its turn has come, at once or by an earlier call. */
export async function enqueue(deps: QueueDeps, entry: NewEntry): Promise<{ isGranted: boolean }> {
  const rules = rulesNow(deps);
  const { at } = rules;
  return await withQueue(deps.db, entry.target, async (tx) => {
    await addEntry(tx, entry);
    const queue = await grant(tx, await readQueue(tx, entry.target), rules, entry);
    const own = queue.find((e) => e.deployment === entry.deployment);
    if (own?.grantedAt !== undefined) return { isGranted: true };
    const waits = queued(entry.deployment, aheadOf(queue, entry.deployment), at);
    const obstacles = await readObstacles(tx, entry.target, rules);
    const isLocked = own !== undefined && obstaclesOf(own, obstacles).some((o) => o.kind === 'lock');
    await appendEvents(tx, [waits], [waitingChange(tx, entry.deployment, isLocked ? 'lock' : 'turn')]);
    return { isGranted: false };
  });
}

/** A deployment's entry in the queue, if it has one. */
export async function entryOf(db: Db, deployment: number): Promise<QueueEntry | undefined> {
  return (await readQueue(db)).find((entry) => entry.deployment === deployment);
}

/** What stands in the way on a target. */
export async function readObstacles(db: Db, target: string, { config, at }: Rules): Promise<Obstacles> {
  const { people } = config.access;
  return {
    borrows: await openBorrows(db, { target }),
    locks: await openLocks(db, at),
    isSame: (a, b) => personName(people, a) === personName(people, b),
  };
}

/**
 * Gives the turn to those who can have it now. The caller holds the queue.
 * @returns the deployments whose turn came by this
 */
export async function passTurnsOn(tx: Db, target: string, rules: Rules): Promise<readonly number[]> {
  const before = await readQueue(tx, target);
  const queue = await grant(tx, before, rules);
  // Their position has changed, and their replies show it.
  await announce(
    tx,
    queue.filter((entry) => entry.grantedAt === undefined).map((entry) => entry.deployment),
  );
  const waited = new Set(before.filter((e) => e.grantedAt === undefined).map((e) => e.deployment));
  return queue.filter((e) => e.grantedAt !== undefined && waited.has(e.deployment)).map((e) => e.deployment);
}

/**
 * Gives all their turn who can have it. Those who waited and have to say the phrase wait on, for their own word.
 * @param newcomer the entry that comes in now and so did not wait
 * @returns the queue as it is then
 */
async function grant(
  tx: Db,
  queue: readonly QueueEntry[],
  rules: Rules,
  newcomer?: NewEntry,
): Promise<readonly QueueEntry[]> {
  const target = queue[0]?.target;
  if (target === undefined) return queue;
  const grants = nextGrants(queue, await readObstacles(tx, target, rules));
  if (grants.length === 0) return queue;
  const { at } = rules;
  const ids = grants.map((entry) => entry.deployment);
  const asked = grants
    .filter((e) => e.deployment !== newcomer?.deployment && needsWord(e))
    .map((e) => e.deployment);
  const running = ids.filter((id) => !asked.includes(id));
  const changes: Change[] = [
    ...grantChanges(tx, grants, at),
    ...(running.length === 0 ? [] : [runningChange(tx, running, at)]),
    ...asked.map((id) => waitingChange(tx, id, 'confirmation')),
  ];
  await appendEvents(
    tx,
    grants.map((entry) => granted(entry, at)),
    changes,
  );
  return queue.map((entry) => (ids.includes(entry.deployment) ? { ...entry, grantedAt: at } : entry));
}

function queued(deployment: number, ahead: readonly number[], at: Date): NewEvent {
  return { deployment, key: 'queued', at, event: { kind: 'queued', ahead } };
}

// A turn that was missed or given up comes again, and that is another event.
function granted({ deployment }: QueueEntry, at: Date): NewEvent {
  return { deployment, key: `granted:${at.getTime()}`, at, event: { kind: 'granted' } };
}
