import type pg from 'pg';

/** The schemas of a backup: Packtrain's own, and the engine's. */
export const schemas = ['packtrain', 'dbos'] as const;

const suffix = '_before_restore';

/** Moves the schemas aside, so that a restore can be taken back whatever happens to it. */
export async function setAside(client: pg.ClientBase): Promise<void> {
  await inTransaction(client, async () => {
    for (const schema of await existing(client)) {
      await client.query(`ALTER SCHEMA ${schema} RENAME TO ${schema}${suffix}`);
    }
  });
}

/** Puts the schemas back that a failed or interrupted restore left aside. */
export async function putBack(client: pg.ClientBase): Promise<void> {
  await inTransaction(client, async () => {
    for (const schema of schemas) await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    for (const schema of await asideNow(client)) {
      await client.query(`ALTER SCHEMA ${schema}${suffix} RENAME TO ${schema}`);
    }
  });
}

/** Drops what was set aside; part of the restore's own transaction. */
export async function dropAside(client: pg.ClientBase): Promise<void> {
  for (const schema of schemas) await client.query(`DROP SCHEMA IF EXISTS ${schema}${suffix} CASCADE`);
}

/** Takes back a restore that was cut off; nothing happens where there was none. */
export async function recoverRestore(client: pg.ClientBase): Promise<void> {
  if ((await asideNow(client)).length > 0) await putBack(client);
}

/** Runs the work in one transaction of this connection. */
export async function inTransaction<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // The first failure is the one to tell; the connection may be gone.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function existing(client: pg.ClientBase): Promise<string[]> {
  return named(client, [...schemas]);
}

async function asideNow(client: pg.ClientBase): Promise<string[]> {
  const found = await named(
    client,
    schemas.map((schema) => `${schema}${suffix}`),
  );
  return found.map((name) => name.slice(0, -suffix.length));
}

async function named(client: pg.ClientBase, names: readonly string[]): Promise<string[]> {
  const found = await client.query<{ name: string }>(
    'SELECT nspname::text AS name FROM pg_namespace WHERE nspname = ANY($1::text[])',
    [names],
  );
  return found.rows.map((row) => row.name);
}
