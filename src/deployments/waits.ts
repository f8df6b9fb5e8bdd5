import type { Kysely } from 'kysely';
import type { Notice } from '../core/notice.js';
import type { QueueEntry, Wait } from '../core/queue.js';
import { queueNotice } from '../store/notices.js';
import type { Database } from '../store/tables.js';
import { aheadOf, needsWord, type Obstacles, obstaclesOf } from './queue-rule.js';
import type { Obstacle } from './service.js';

/** What an entry waits for: borrows and locks of others, each once, and those ahead, the nearest first. */
export function waitsOf(
  entries: readonly QueueEntry[],
  entry: QueueEntry,
  obstacles: Obstacles,
): readonly Wait[] {
  const holds = obstaclesOf(entry, obstacles).map(waitOf);
  const ahead = aheadOf(entries, entry.deployment, obstacles).map(
    (id) => ({ kind: 'deployment', id }) as const,
  );
  return [...new Map([...holds, ...ahead].map((wait) => [nameOf(wait), wait])).values()];
}

function waitOf(obstacle: Obstacle): Wait {
  if (obstacle.kind === 'borrow') {
    const { id, pack, holder } = obstacle.borrow;
    return { kind: 'borrow', id, pack, holder };
  }
  const { id, scope, by } = obstacle.lock;
  return { kind: 'lock', id, scope, by };
}

function nameOf({ kind, id }: Wait): string {
  return `${kind}:${id}`;
}

/** Whether what an entry waits for is other than what was kept of it. */
export function isOther(before: readonly Wait[], now: readonly Wait[]): boolean {
  const words = (waits: readonly Wait[]) => waits.map((wait) => `${nameOf(wait)} ${ownerOf(wait)}`).join();
  return words(before) !== words(now);
}

function ownerOf(wait: Wait): string {
  if (wait.kind === 'deployment') return '';
  const { platform, userId } = wait.kind === 'borrow' ? wait.holder : wait.by;
  return `${platform}:${userId}`;
}

/** What has ended of that which an entry was told to wait for. */
export function endedOf(before: readonly Wait[], now: readonly Wait[]): readonly Wait[] {
  return before.filter((wait) => !now.some((other) => nameOf(other) === nameOf(wait)));
}

/**
 * Tells somebody who waited on that a borrow or a lock has ended, though something else still holds them up. Their place
 * in the line they see in their reply.
 */
export async function tellStillWaiting(
  tx: Kysely<Database>,
  entry: QueueEntry,
  still: readonly Wait[],
  at: Date,
): Promise<void> {
  const ended = endedOf(entry.waitsFor ?? [], still).filter((wait) => wait.kind !== 'deployment');
  if (ended.length > 0) await tell(tx, entry, { ended, still }, at);
}

/** Tells those whose wait is over who are not called with a phrase. */
export async function tellGoingOn(
  tx: Kysely<Database>,
  granted: readonly QueueEntry[],
  at: Date,
): Promise<void> {
  for (const entry of granted) if (!needsWord(entry)) await tellOver(tx, entry, at);
}

/** Tells somebody that all they waited for has ended; again, for the same wait: nothing. */
export async function tellOver(db: Kysely<Database>, entry: QueueEntry, at: Date): Promise<void> {
  const waited = entry.waitsFor ?? [];
  const holds = waited.filter((wait) => wait.kind !== 'deployment');
  // Behind another deployment nobody waits for a push: it shows in its reply.
  const isAlone = holds.length === 0 && entry.via === 'push';
  const ended = holds.length > 0 ? holds : waited;
  if (ended.length > 0 && !isAlone) await tell(db, entry, { ended, still: [] }, at);
}

async function tell(
  db: Kysely<Database>,
  { deployment, packs, requester: to, origin }: QueueEntry,
  waits: { ended: readonly Wait[]; still: readonly Wait[] },
  at: Date,
): Promise<void> {
  const notice: Notice = { kind: 'wait-ended', to, deployment, packs, ...waits };
  const key = ['wait-ended', deployment, ...waits.ended.map(nameOf), at.getTime()].join(':');
  await queueNotice(db, { key, origin, notice, at });
}
