import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { learnDatabasePassword } from '../core/database-url.js';
import type { Redactor } from '../core/redact.js';
import { ok, type Result } from '../core/result.js';
import { type Address, checkDatabase, endPool, newPool } from './connect.js';
import { type DataDirLock, lockDataDir } from './data-dir-lock.js';
import type { StoreLog } from './log.js';
import { type Migrations, migrate } from './migrate.js';
import { migrations as ownMigrations } from './migrations/index.js';
import { startEmbedded } from './postgres/embedded.js';
import { redacting } from './redacting.js';
import type { Database } from './tables.js';

/** The open database, with the tables of this program's version. */
export interface Store {
  /** How to connect, with the password: for the engine, never to be shown. */
  readonly url: string;
  /** Connections on which an unqualified table name means Packtrain's own. */
  readonly pool: pg.Pool;
  readonly db: Kysely<Database>;
  /** Closes the connections, stops an embedded database, gives the data directory back. Twice is harmless. */
  close(): Promise<void>;
}

export interface OpenStoreOptions {
  readonly dataDir: string;
  /** A PostgreSQL of one's own; the embedded one is started when it is not given. */
  readonly databaseUrl?: string;
  readonly log: StoreLog;
  /** Learns the database's password, so that no output shows it, and masks what is written. */
  readonly redactor?: Redactor;
  /** Where root keeps what PostgreSQL's user must reach; `/var/lib/packtrain` unless given. */
  readonly systemDir?: string;
  /** Other migrations than Packtrain's, for tests. */
  readonly migrations?: Migrations;
}

/** A database that can be connected to. */
interface Reached {
  readonly url: string;
  readonly where: Address;
  stop(): Promise<void>;
}

/**
 * Takes the data directory, reaches the database (starting the embedded one unless `databaseUrl` is given) and
 * brings its tables up to date.
 */
export async function openStore(options: OpenStoreOptions): Promise<Result<Store>> {
  const lock = await lockDataDir(options.dataDir, 'server');
  if (!lock.ok) return lock;
  try {
    const store = await openLocked(options, lock.value);
    if (!store.ok) lock.value.release();
    return store;
  } catch (error) {
    lock.value.release();
    throw error;
  }
}

async function openLocked(options: OpenStoreOptions, lock: DataDirLock): Promise<Result<Store>> {
  const reached = await reach(options);
  if (!reached.ok) return reached;
  const { url, where, stop } = reached.value;
  const pool = newPool(url, options.log);
  const { redactor } = options;
  const masked = redactor === undefined ? pool : redacting(pool, redactor);
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: masked }) });
  let closing: Promise<void> | undefined;
  const close = () => {
    // Not by db.destroy(), which leaves the pool open when no query was ever made through Kysely.
    closing ??= endPool(pool).then(stop).finally(lock.release);
    return closing;
  };
  try {
    const { migrations = ownMigrations } = options;
    const migrated = await migrate({ pool, where, migrations });
    if (migrated.ok) return ok({ url, pool, db, close });
    await close();
    return migrated;
  } catch (error) {
    await close();
    throw error;
  }
}

async function reach(options: OpenStoreOptions): Promise<Result<Reached>> {
  const { databaseUrl, redactor } = options;
  if (databaseUrl === undefined) return reachEmbedded(options);
  if (redactor !== undefined) learnDatabasePassword(redactor, databaseUrl);
  const where = await checkDatabase(databaseUrl);
  if (!where.ok) return where;
  return ok({ url: databaseUrl, where: where.value, stop: async () => undefined });
}

async function reachEmbedded(options: OpenStoreOptions): Promise<Result<Reached>> {
  const started = await startEmbedded(options);
  if (!started.ok) return started;
  const { url, password, stop } = started.value;
  options.redactor?.learn(password);
  const { host, username, pathname } = new URL(url);
  return ok({ url, where: { address: host, user: username, database: pathname.slice(1) }, stop });
}
