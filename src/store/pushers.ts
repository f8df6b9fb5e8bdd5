import type { Kysely } from 'kysely';
import type { PushedBy } from '../core/pusher.js';
import type { Database } from './tables.js';

const keepMs = 180 * 86_400_000;

/** A commit that somebody pushed to a branch. */
export interface PushedCommit {
  readonly repository: string;
  readonly branch: string;
  readonly sha: string;
  readonly by: PushedBy;
}

/** Keeps who pushed a commit; the last one if it was pushed more than once. */
export async function keepPusher(
  db: Kysely<Database>,
  { repository, branch, sha, by }: PushedCommit,
  at: Date,
): Promise<void> {
  const pusher = JSON.stringify(by);
  await db
    .insertInto('pushers')
    .values({ repository, branch, sha, pusher, at })
    .onConflict((c) => c.columns(['repository', 'branch', 'sha']).doUpdateSet({ pusher, at }))
    .execute();
  await db
    .deleteFrom('pushers')
    .where('at', '<', new Date(at.getTime() - keepMs))
    .execute();
}
