import { Kysely, type Migration, Migrator, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { errorMessage } from '../core/error-message.js';
import { refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import { type Address, ownSchema } from './connect.js';
import { errorCode } from './processes.js';
import { recoverRestore } from './set-aside.js';

export type Migrations = Readonly<Record<string, Migration>>;

/** Keys of advisory locks in the database: one for setting up the tables, one for restoring a backup. */
export const lockKeys = { migrate: 7_224_001, restore: 7_224_002 } as const;

export interface MigrateOptions {
  readonly pool: pg.Pool;
  readonly where: Address;
  readonly migrations: Migrations;
}

/**
 * Brings the tables up to this program's version. Several servers may do so at once: one works, the others wait.
 * Refused when a newer Packtrain set the database up, when a restore is under way, and without the right to.
 */
export async function migrate(options: MigrateOptions): Promise<Result<void>> {
  const client = await options.pool.connect();
  try {
    const restoring = await client.query<{ free: boolean }>(
      'SELECT pg_try_advisory_lock_shared($1) AS free',
      [lockKeys.restore],
    );
    if (restoring.rows[0]?.free !== true) return refused(refuse('database-being-restored', {}));
    if (isUpToDate(await readState(client), options.migrations)) return ok(undefined);
    await client.query('SELECT pg_advisory_lock($1)', [lockKeys.migrate]);
    await recoverRestore(client);
    return await bringUp(options, await readState(client));
  } catch (error) {
    if (errorCode(error) !== '42501') throw error;
    return refused(refuse('database-no-rights', { ...options.where, detail: errorMessage(error) }));
  } finally {
    // Its session locks go with it.
    await client.query('SELECT pg_advisory_unlock_all()').catch(() => undefined);
    client.release();
  }
}

/** Runs our migrations up to and including the named one, on tables that are not there yet. */
export async function migrateTo(pool: pg.Pool, migrations: Migrations, last: string): Promise<void> {
  const { error } = await migratorOf(pool, migrations).migrateTo(last);
  if (error !== undefined) throw error;
}

async function bringUp(options: MigrateOptions, state: State): Promise<Result<void>> {
  const unknown = state.applied.filter((name) => !(name in options.migrations));
  if (unknown.length > 0) return refused(refuse('database-newer', { migrations: unknown }));
  const { error } = await migratorOf(options.pool, options.migrations).migrateToLatest();
  if (error !== undefined) throw error;
  return ok(undefined);
}

function migratorOf(pool: pg.Pool, migrations: Migrations): Migrator {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const provider = { getMigrations: async () => ({ ...migrations }) };
  return new Migrator({ db, provider, migrationTableSchema: ownSchema });
}

interface State {
  readonly applied: readonly string[];
  /** Whether a restore that was cut off has to be taken back. */
  readonly interrupted: boolean;
}

/** The names of the migrations that were run, in their order. */
export async function appliedMigrations(client: pg.ClientBase): Promise<string[]> {
  const table = await client.query<{ there: boolean }>(
    `SELECT to_regclass('${ownSchema}.kysely_migration') IS NOT NULL AS there`,
  );
  if (table.rows[0]?.there !== true) return [];
  const rows = await client.query<{ name: string }>(
    `SELECT name FROM ${ownSchema}.kysely_migration ORDER BY name`,
  );
  return rows.rows.map((row) => row.name);
}

async function readState(client: pg.ClientBase): Promise<State> {
  const aside = await client.query("SELECT 1 FROM pg_namespace WHERE nspname LIKE '%\\_before\\_restore'");
  return { applied: await appliedMigrations(client), interrupted: aside.rows.length > 0 };
}

function isUpToDate(state: State, migrations: Migrations): boolean {
  const names = Object.keys(migrations).sort();
  return !state.interrupted && state.applied.join() === names.join() && names.length > 0;
}
