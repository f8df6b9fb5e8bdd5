import type { QueueEntry } from '../core/queue.js';

/**
 * The entries whose turn comes now. FIFO among entries that share a pack: an entry waits for every earlier one with
 * which it shares a pack, running or waiting; others pass by. All its packs are claimed at once, so nothing can deadlock.
 * @param entries the queue of one target, in its order
 */
export function nextGrants(entries: readonly QueueEntry[]): readonly QueueEntry[] {
  const taken = new Set<string>();
  const grants: QueueEntry[] = [];
  // Packs of running entries are taken wherever these stand in the order.
  for (const entry of entries) if (entry.grantedAt !== undefined) take(entry);
  for (const entry of entries) {
    if (entry.grantedAt !== undefined) continue;
    if (!entry.packs.some((pack) => taken.has(pack))) grants.push(entry);
    // A waiting entry keeps its packs from later ones, else a large set would never get its turn.
    take(entry);
  }
  return grants;

  function take(entry: QueueEntry): void {
    for (const pack of entry.packs) taken.add(pack);
  }
}

/**
 * The deployments that one waits for, nearest first: earlier entries of the same target that share a pack with it.
 * Empty for one that is not in the queue or whose turn has come.
 */
export function aheadOf(entries: readonly QueueEntry[], deployment: number): readonly number[] {
  const at = entries.findIndex((entry) => entry.deployment === deployment);
  const own = entries[at];
  if (own === undefined || own.grantedAt !== undefined) return [];
  const claimed = new Set(own.packs);
  const isAhead = (entry: QueueEntry, place: number) =>
    entry.target === own.target && (place < at || entry.grantedAt !== undefined);
  return entries
    .filter(
      (entry, place) => place !== at && isAhead(entry, place) && entry.packs.some((p) => claimed.has(p)),
    )
    .map((entry) => entry.deployment)
    .reverse();
}
