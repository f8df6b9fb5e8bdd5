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

/** Takes the servers not seen since a time off the list, each for one caller only, and names them. */
export async function claimDead(db: Kysely<Database>, since: Date): Promise<string[]> {
  const dead = await db.deleteFrom('servers').where('seen_at', '<', since).returning('id').execute();
  return dead.map((row) => row.id);
}

/** Takes a server off the list that stops in good order. */
export async function forget(db: Kysely<Database>, id: string): Promise<void> {
  await db.deleteFrom('servers').where('id', '=', id).execute();
}
