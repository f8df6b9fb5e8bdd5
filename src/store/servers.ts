import type { Kysely } from 'kysely';
import type { Database } from './tables.js';

/** One server's sign of life. */
export interface Beat {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly at: Date;
}

/** Notes that a server is alive. */
export async function beat(db: Kysely<Database>, { id, host, pid, at }: Beat): Promise<void> {
  await db
    .insertInto('servers')
    .values({ id, host, pid, started_at: at, seen_at: at })
    .onConflict((c) => c.column('id').doUpdateSet({ host, pid, seen_at: at }))
    .execute();
}

/** The servers that gave no sign of life since a time. */
export async function findDead(db: Kysely<Database>, since: Date): Promise<string[]> {
  const dead = await db.selectFrom('servers').select('id').where('seen_at', '<', since).execute();
  return dead.map((row) => row.id);
}

/** Takes servers off the list, once somebody took over from them. */
export async function forgetServers(db: Kysely<Database>, ids: readonly string[]): Promise<void> {
  await db
    .deleteFrom('servers')
    .where('id', 'in', [...ids])
    .execute();
}
