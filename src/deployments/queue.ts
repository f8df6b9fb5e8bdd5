import type { Kysely } from 'kysely';
import type { Config } from '../config/config.js';
import { personName } from '../core/identity.js';
import type { NewEntry, QueueEntry } from '../core/queue.js';
import { openBorrows } from '../store/borrows.js';
import { isStillWanted, runningChange, type Start, waitingChange } from '../store/deployments.js';
import { announce, appendAndAsk, appendEvents, type Change, type NewEvent } from '../store/events.js';
import { openLocks } from '../store/locks.js';
import {
  entryChange,
  entryWithTurnChanges,
  freeChange,
  grantChanges,
  isAnythingHeld,
  isFree,
  leavingChanges,
  readQueue,
  takeTurnsBack,
  waitsChange,
  withQueue,
} from '../store/queue.js';
import type { Database } from '../store/tables.js';
import type { DeploymentDeps } from './deps.js';
import { aheadOf, needsWord, nextGrants, type Obstacles, obstaclesOf } from './queue-rule.js';
import { isOther, tellGoingOn, tellStillWaiting, waitsOf } from './waits.js';

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

/** What came of queueing. */
export interface Enqueued {
  /** Whether it may run: its turn has come, at once or by an earlier call, and no phrase is asked for. */
  readonly isGranted: boolean;
  /** Other deployments whose turn came by it: something that held them up was over but not noticed yet. */
  readonly next: readonly number[];
  /** It runs, and nobody wants it stopped: that was looked at on the way. */
  readonly isWanted?: boolean;
}

/** What is kept together with a place in the queue: both or neither. */
export interface Kept {
  readonly events: readonly NewEvent[];
  readonly changes: readonly Change[];
}

/** Nothing to keep. */
export const nothing: Kept = { events: [], changes: [] };

/** Makes what is kept; with a start, it makes its deployment run too, where that is so. */
export type Keep = (start?: Start) => Kept;

/**
 * Puts a deployment into its target's queue.
 * @param onFree called when nobody is in its way, so that what comes then may begin while its turn is being kept
 */
export async function enqueue(
  deps: QueueDeps,
  entry: NewEntry,
  keep: Keep,
  onFree?: () => void,
): Promise<Enqueued> {
  const rules = rulesNow(deps);
  return await withQueue(deps.db, entry.target, async (tx) => {
    const entered = await enterQueue(tx, entry, keep, rules.at);
    if (entered.isFree) {
      onFree?.();
      return { isGranted: true, next: [], isWanted: entered.isWanted };
    }
    const obstacles = await readObstacles(tx, entry.target, rules);
    const before = await readQueue(tx, entry.target);
    const queue = await grant(tx, { queue: before, obstacles, at: rules.at, newcomer: entry.deployment });
    const next = newlyGranted(before, queue).filter((deployment) => deployment !== entry.deployment);
    const own = queue.find((e) => e.deployment === entry.deployment);
    if (own?.grantedAt !== undefined) return { isGranted: own.waitsForWord !== true, next };
    const waits = queued(entry.deployment, aheadOf(queue, entry.deployment, obstacles), rules.at);
    const changes = own === undefined ? [] : waitingChanges(tx, own, { queue, obstacles });
    await appendEvents(tx, [waits], changes);
    return { isGranted: false, next };
  });
}

/** Whether nobody is in the way of who comes in, and whether nobody wants it stopped. */
interface Entering {
  readonly isFree: boolean;
  readonly isWanted: boolean;
}

/**
 * Keeps an entry, and gives it its turn at once where nobody is in its way: one statement for nearly all of them. Where
 * somebody may be, that has to be looked at then.
 */
async function enterQueue(tx: Db, entry: NewEntry, keep: Keep, at: Date): Promise<Entering> {
  const start: Start = { at, when: isFree };
  const kept = keep(start);
  if (kept.events.length === 0) {
    await appendEvents(tx, [], [...kept.changes, entryChange(tx, entry)]);
    return { isFree: false, isWanted: true };
  }
  const events = [...kept.events, { ...granted(entry, at), when: isFree }];
  const changes = [freeChange(entry.target), ...kept.changes, ...entryWithTurnChanges(tx, entry, start)];
  const isWanted = isStillWanted(entry.deployment);
  return await appendAndAsk(tx, { events, changes }, { isFree, isWanted });
}

/**
 * Takes a deployment out of the queue that goes on to wait for something else.
 * @returns the deployments whose turn came by it
 */
export async function leaveQueue({ id, deps }: { id: number; deps: QueueDeps }): Promise<readonly number[]> {
  const own = await entryOf(deps.db, id);
  if (own === undefined) return [];
  return await withQueue(deps.db, own.target, async (tx) => {
    await appendEvents(tx, [], leavingChanges(tx, id));
    return await passTurnsOn(tx, own.target, rulesNow(deps));
  });
}

/** A deployment's entry in the queue, if it has one. */
export async function entryOf(db: Db, deployment: number): Promise<QueueEntry | undefined> {
  return (await readQueue(db)).find((entry) => entry.deployment === deployment);
}

/** What stands in the way on a target. */
export async function readObstacles(db: Db, target: string, { config, at }: Rules): Promise<Obstacles> {
  const { people } = config.access;
  const isSame: Obstacles['isSame'] = (a, b) => personName(people, a) === personName(people, b);
  if (!(await isAnythingHeld(db))) return { borrows: [], locks: [], isSame };
  return { borrows: await openBorrows(db, { target }), locks: await openLocks(db, at), isSame };
}

/**
 * Makes the queue right after something has changed: takes the turn from those who have not said their phrase and are
 * held up now, and gives the turn to those who can have it. The caller holds the queue.
 * @returns the deployments that have to look: whose turn came or was taken back
 */
export async function passTurnsOn(tx: Db, target: string, rules: Rules): Promise<readonly number[]> {
  const there = await readQueue(tx, target);
  if (there.length === 0) return [];
  const obstacles = await readObstacles(tx, target, rules);
  const held = there
    .filter((entry) => entry.waitsForWord && obstaclesOf(entry, obstacles).length > 0)
    .map((entry) => entry.deployment);
  await takeTurnsBack(tx, held);
  const before = held.length === 0 ? there : await readQueue(tx, target);
  const queue = await grant(tx, { queue: before, obstacles, at: rules.at });
  const waiting = queue.filter((entry) => entry.grantedAt === undefined);
  for (const entry of waiting) await tellStillWaiting(tx, entry, waitsOf(queue, entry, obstacles), rules.at);
  await appendEvents(
    tx,
    [],
    waiting.flatMap((entry) => waitingChanges(tx, entry, { queue, obstacles })),
  );
  // Their position has changed, and their replies show it.
  await announce(
    tx,
    waiting.map((entry) => entry.deployment),
  );
  return [...new Set([...held, ...newlyGranted(before, queue)])];
}

function newlyGranted(before: readonly QueueEntry[], now: readonly QueueEntry[]): readonly number[] {
  const waited = new Set(before.filter((e) => e.grantedAt === undefined).map((e) => e.deployment));
  return now.filter((e) => e.grantedAt !== undefined && waited.has(e.deployment)).map((e) => e.deployment);
}

function waitingChanges(
  tx: Db,
  entry: QueueEntry,
  { queue, obstacles }: { queue: readonly QueueEntry[]; obstacles: Obstacles },
): Change[] {
  const waits = waitsOf(queue, entry, obstacles);
  const isLocked = waits.some((wait) => wait.kind === 'lock');
  const waiting = waitingChange(tx, entry.deployment, isLocked ? 'lock' : 'turn');
  if (!isOther(entry.waitsFor ?? [], waits)) return [waiting];
  return [waiting, waitsChange(tx, entry.deployment, waits)];
}

/** A queue with what stands in its way. */
interface ToGrant {
  readonly queue: readonly QueueEntry[];
  readonly obstacles: Obstacles;
  readonly at: Date;
  /** The entry that comes in now and so did not wait. */
  readonly newcomer?: number;
}

/**
 * Gives all their turn who can have it. Those who waited and have to say the phrase wait on, for their own word.
 * @returns the queue as it is then
 */
async function grant(tx: Db, { queue, obstacles, at, newcomer }: ToGrant): Promise<readonly QueueEntry[]> {
  const grants = nextGrants(queue, obstacles);
  if (grants.length === 0) return queue;
  const ids = grants.map((entry) => entry.deployment);
  const asked = grants.filter((e) => e.deployment !== newcomer && needsWord(e)).map((e) => e.deployment);
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
  await tellGoingOn(
    tx,
    grants.filter((entry) => entry.deployment !== newcomer),
    at,
  );
  return queue.map((entry) => (ids.includes(entry.deployment) ? { ...entry, grantedAt: at } : entry));
}

function queued(deployment: number, ahead: readonly number[], at: Date): NewEvent {
  return { deployment, key: 'queued', at, event: { kind: 'queued', ahead } };
}

// A turn that was missed or given up comes again, and that is another event.
function granted({ deployment }: NewEntry, at: Date): NewEvent {
  return { deployment, key: `granted:${at.getTime()}`, at, event: { kind: 'granted' } };
}
