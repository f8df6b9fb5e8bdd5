import type { Borrow } from '../core/borrow.js';
import { isLocking, type Lock } from '../core/lock.js';
import type { QueueEntry } from '../core/queue.js';
import type { Obstacle } from './service.js';

/** What stands in the way of entries, and how people are told apart. */
export interface Obstacles {
  /** The borrows on the queue's target. */
  readonly borrows: readonly Borrow[];
  readonly locks: readonly Lock[];
  /** Whether two accounts are the same person's. */
  readonly isSame: (a: QueueEntry['requester'], b: QueueEntry['requester']) => boolean;
}

/** Nothing in the way. */
export const noObstacles: Obstacles = { borrows: [], locks: [], isSame: () => false };

/**
 * The borrows and locks of others that hold an entry up. A return passes a borrow, since it ends it; nothing passes
 * somebody else's lock.
 */
export function obstaclesOf(entry: QueueEntry, { borrows, locks, isSame }: Obstacles): readonly Obstacle[] {
  return entry.packs.flatMap((pack): Obstacle[] => [
    ...borrows
      .filter((b) => b.pack === pack && b.target === entry.target)
      .filter((b) => entry.kind !== 'return' && !isAskedBy(entry, b.holder, isSame))
      .map((borrow) => ({ kind: 'borrow' as const, borrow })),
    ...locks
      .filter((lock) => isLocking(lock, pack, entry.repository) && !isAskedBy(entry, lock.by, isSame))
      .map((lock) => ({ kind: 'lock' as const, lock, pack })),
  ]);
}

// A push asks for nothing, not even the holder's own: the holder asked for the branch, the locker for the lock.
function isAskedBy(entry: QueueEntry, who: QueueEntry['requester'], isSame: Obstacles['isSame']): boolean {
  return entry.via !== 'push' && isSame(who, entry.requester);
}

/**
 * The entries whose turn comes now. FIFO among entries that share a pack: an entry waits for every earlier one with
 * which it shares a pack, running or waiting; others pass by. Only whoever holds a borrowed pack passes those who wait
 * for the borrow to end, and a return passes all who wait. An entry claims all its packs at once, and nothing that waits
 * can keep a borrow from ending, so nothing can deadlock.
 * @param entries the queue of one target, in its order
 */
export function nextGrants(
  entries: readonly QueueEntry[],
  obstacles: Obstacles = noObstacles,
): readonly QueueEntry[] {
  const running = new Set(entries.filter((e) => e.grantedAt !== undefined).flatMap((e) => e.packs));
  const grants: QueueEntry[] = [];
  for (const [place, entry] of entries.entries()) {
    if (entry.grantedAt !== undefined) continue;
    const isFree = entry.packs.every(
      (pack) => !running.has(pack) && !isClaimedBefore(entries.slice(0, place), entry, pack, obstacles),
    );
    if (!isFree || obstaclesOf(entry, obstacles).length > 0) continue;
    grants.push(entry);
    for (const pack of entry.packs) running.add(pack);
  }
  return grants;
}

// A waiting entry keeps its packs from later ones, else a large set would never get its turn.
function isClaimedBefore(
  earlier: readonly QueueEntry[],
  entry: QueueEntry,
  pack: string,
  obstacles: Obstacles,
): boolean {
  return earlier.some((other) => other.packs.includes(pack) && !hasRightOfWay(entry, other, pack, obstacles));
}

/**
 * Whether an entry passes an earlier one: the pack is borrowed, which stops the other and does not stop this one. A
 * return passes also the holder's own: that may wait for somebody who waits for this borrow to end.
 */
function hasRightOfWay(entry: QueueEntry, other: QueueEntry, pack: string, obstacles: Obstacles): boolean {
  if (other.grantedAt !== undefined) return false;
  if (entry.kind === 'return') return other.kind !== 'return';
  const stops = (one: QueueEntry) =>
    obstaclesOf(one, obstacles).some((o) => o.kind === 'borrow' && o.borrow.pack === pack);
  return stops(other) && !stops(entry);
}

/**
 * The deployments that one waits for, nearest first: earlier entries of the same target that share a pack with it and
 * that it does not pass. Empty for one that is not in the queue or whose turn has come.
 */
export function aheadOf(
  entries: readonly QueueEntry[],
  deployment: number,
  obstacles: Obstacles = noObstacles,
): readonly number[] {
  const at = entries.findIndex((entry) => entry.deployment === deployment);
  const own = entries[at];
  if (own === undefined || own.grantedAt !== undefined) return [];
  const isAhead = (entry: QueueEntry, place: number) =>
    entry.target === own.target && (place < at || entry.grantedAt !== undefined);
  const isInTheWay = (entry: QueueEntry) =>
    own.packs.some((p) => entry.packs.includes(p) && !hasRightOfWay(own, entry, p, obstacles));
  return entries
    .filter((entry, place) => place !== at && isAhead(entry, place) && isInTheWay(entry))
    .map((entry) => entry.deployment)
    .reverse();
}

/**
 * Whether a requester has to say the phrase when the turn comes: people who waited in a chat have to, so that nothing
 * goes live behind the back of somebody who has gone home. A return gives back, so it is never asked for.
 */
export function needsWord(entry: QueueEntry): boolean {
  return (
    entry.origin !== undefined && entry.via !== 'push' && entry.via !== 'timer' && entry.kind !== 'return'
  );
}

/** The next entry behind one that wants one of its packs: whom it lets go first when it defers. */
export function nextBehind(entries: readonly QueueEntry[], own: QueueEntry): QueueEntry | undefined {
  const at = entries.findIndex((entry) => entry.deployment === own.deployment);
  return entries
    .slice(at + 1)
    .find((other) => other.grantedAt === undefined && other.packs.some((pack) => own.packs.includes(pack)));
}
