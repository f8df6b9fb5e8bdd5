import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Migration } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/core/redact.js';
import type { Result } from '../../src/core/result.js';
import { silentLog } from '../../src/store/log.js';
import { migrations } from '../../src/store/migrations/index.js';
import { type OpenStoreOptions, openStore, type Store } from '../../src/store/open.js';
import { createDatabase, type TestDatabase } from '../fixtures/postgres.js';

let database: TestDatabase;
let folder: string;
const opened: Store[] = [];

beforeEach(async () => {
  database = await createDatabase();
  folder = await mkdtemp(join(tmpdir(), 'packtrain-open-'));
});

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

let servers = 0;

/** Opens the store as one more server, each with a data directory of its own. */
async function open(options: Partial<OpenStoreOptions> = {}): Promise<Result<Store>> {
  servers += 1;
  const dataDir = join(folder, `server-${servers}`);
  const store = await openStore({ dataDir, databaseUrl: database.url, log: silentLog, ...options });
  if (store.ok) opened.push(store.value);
  return store;
}

async function mustOpen(options: Partial<OpenStoreOptions> = {}): Promise<Store> {
  const store = await open(options);
  if (!store.ok) throw new Error(store.refusal.code);
  return store.value;
}

async function refusalOf(options: Partial<OpenStoreOptions>) {
  const store = await open(options);
  return store.ok ? undefined : store.refusal;
}

function changed(change: (url: URL) => void): string {
  const url = new URL(database.url);
  change(url);
  return url.href;
}

describe('opening the store', () => {
  it('sets up the tables in a schema of our own, which unqualified names mean', async () => {
    const { pool } = await mustOpen();
    const made = await pool.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'packtrain'");
    expect(made.rows[0].count).toBeGreaterThan(3);
    const shown = await pool.query('SELECT current_schema() AS schema');
    expect(shown.rows).toEqual([{ schema: 'packtrain' }]);
  });

  it('hands bigints over as numbers', async () => {
    const { pool } = await mustOpen();
    expect((await pool.query('SELECT 7::bigint AS id')).rows).toEqual([{ id: 7 }]);
  });

  it('finds the tables of the last time', async () => {
    const first = await mustOpen();
    await first.pool.query('CREATE TABLE kept (id int)');
    await first.pool.query('INSERT INTO kept VALUES (1)');
    const second = await mustOpen();
    expect((await second.pool.query('SELECT id FROM kept')).rows).toEqual([{ id: 1 }]);
  });

  it('lets several servers start on a new database at once', async () => {
    const stores = await Promise.all([open(), open(), open(), open()]);
    expect(stores.map((store) => store.ok)).toEqual([true, true, true, true]);
    const ran = await database.query('SELECT name FROM packtrain.kysely_migration ORDER BY name');
    expect(ran.map((row) => row.name)).toEqual(Object.keys(migrations).sort());
  });

  it('gives one data directory to one server only, and gives it back', async () => {
    const dataDir = join(folder, 'shared');
    const first = await mustOpen({ dataDir });
    expect(await refusalOf({ dataDir })).toEqual({
      code: 'data-dir-in-use',
      params: { dataDir, pid: process.pid, purpose: 'server' },
    });
    await first.close();
    expect(await refusalOf({ dataDir })).toBeUndefined();
  });

  it('teaches the redactor the password of DATABASE_URL', async () => {
    const redactor = createRedactor();
    await mustOpen({ redactor });
    const { password } = new URL(database.url);
    expect(redactor.text(`the password is ${password}.`)).not.toContain(password);
  });

  it('goes on after the database was away', async () => {
    const { pool } = await mustOpen();
    const held = await pool.connect();
    await pool.query('SELECT 1');
    const name = new URL(database.url).pathname.slice(1);
    await killConnections(name);
    await expect(held.query('SELECT 1')).rejects.toThrow();
    held.release(true);
    // The idle one hears of its end in its own time.
    await expect.poll(() => pool.totalCount).toBe(0);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

async function killConnections(name: string): Promise<void> {
  await database.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
    [name],
  );
}

describe('a database that cannot be used is refused by name', () => {
  it('when nothing listens there', async () => {
    const refusal = await refusalOf({ databaseUrl: 'postgres://ann:beans@127.0.0.1:1/packs' });
    expect(refusal).toMatchObject({ code: 'database-unreachable', params: { address: '127.0.0.1:1' } });
    expect(JSON.stringify(refusal)).not.toContain('beans');
  });

  it('when the host does not exist', async () => {
    const refusal = await refusalOf({ databaseUrl: 'postgres://ann@nowhere.invalid/packs' });
    expect(refusal).toMatchObject({ code: 'database-unreachable' });
  });

  it('when the password is wrong', async () => {
    const databaseUrl = changed((url) => {
      url.password = 'beans';
    });
    const refusal = await refusalOf({ databaseUrl });
    expect(refusal).toMatchObject({ code: 'database-auth-failed', params: { user: 'packtrain' } });
  });

  it('when the database does not exist', async () => {
    const databaseUrl = changed((url) => {
      url.pathname = '/nothing_here';
    });
    const refusal = await refusalOf({ databaseUrl });
    expect(refusal).toMatchObject({ code: 'database-missing', params: { database: 'nothing_here' } });
  });

  it.each([
    ['beans', 'it is not a URL'],
    ['mysql://ann@localhost/packs', 'it begins with mysql:, not with postgres:'],
  ])('when DATABASE_URL is %s', async (databaseUrl, detail) => {
    expect(await refusalOf({ databaseUrl })).toEqual({ code: 'database-url-invalid', params: { detail } });
  });

  it('when it takes no writing', async () => {
    const databaseUrl = changed((url) =>
      url.searchParams.set('options', '-c default_transaction_read_only=on'),
    );
    expect(await refusalOf({ databaseUrl })).toMatchObject({ code: 'database-read-only' });
  });

  it('when the role may not set up the tables', async () => {
    const role = new URL(database.url).pathname.slice(1).replace('test', 'role');
    await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'beans'`);
    try {
      const databaseUrl = changed((url) => Object.assign(url, { username: role, password: 'beans' }));
      expect(await refusalOf({ databaseUrl })).toMatchObject({
        code: 'database-no-rights',
        params: { user: role, database: new URL(database.url).pathname.slice(1) },
      });
    } finally {
      await database.query(`DROP ROLE ${role}`);
    }
  });

  it('when a newer Packtrain has set it up', async () => {
    const later: Record<string, Migration> = { ...migrations, '9999-later': { up: async () => undefined } };
    await mustOpen({ migrations: later });
    expect(await refusalOf({})).toEqual({ code: 'database-newer', params: { migrations: ['9999-later'] } });
  });

  it('and the data directory is free again afterwards', async () => {
    const dataDir = join(folder, 'again');
    await refusalOf({ dataDir, databaseUrl: 'beans' });
    expect(await refusalOf({ dataDir })).toBeUndefined();
  });
});
