import { type Kysely, sql } from 'kysely';
import type { Database } from './tables.js';

/** The id of whoever uses this database: the same for all servers that share it, and after a backup is restored. */
export async function installationId(db: Kysely<Database>): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from installation`.execute(db);
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the database has lost its installation id');
  return id;
}
