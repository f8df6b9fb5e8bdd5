import { type Kysely, sql } from 'kysely';
import { newClient } from './connect.js';
import { errorCode } from './processes.js';
import type { Database } from './tables.js';

/** The id of whoever uses this database: the same for all servers that share it, and after a backup is restored. */
export async function installationId(db: Kysely<Database>): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from installation`.execute(db);
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the database has lost its installation id');
  return id;
}

/** The same, of a database that nothing is made in for it; undefined where no server has begun to use it. */
export async function readInstallationId(url: string): Promise<string | undefined> {
  const client = newClient(url, 'doctor');
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>('select id from installation');
    return rows[0]?.id;
  } catch (error) {
    if (errorCode(error) === undefinedTable) return undefined;
    throw error;
  } finally {
    await client.end();
  }
}

const undefinedTable = '42P01';
