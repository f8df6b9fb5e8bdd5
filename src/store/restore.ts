import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { allMigrations } from '@dbos-inc/dbos-sdk/internal/sysdb_migrations/internal/migrations';
import { runSysMigrationsPg } from '@dbos-inc/dbos-sdk/internal/sysdb_migrations/migration_runner';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { errorMessage } from '../core/error-message.js';
import { type Refusal, refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import type { BackupSummary } from './backup.js';
import { copyTarget, quoted, tablesOf } from './backup-catalog.js';
import {
  BadBackup,
  type End,
  endOfRows,
  endSchema,
  formatVersion,
  type Header,
  headerSchema,
  parseLine,
  type TableHead,
  tableSchema,
} from './backup-format.js';
import { applicationName, newClient, newPool } from './connect.js';
import { type LineReader, readLines } from './lines.js';
import type { StoreLog } from './log.js';
import { lockKeys, migrateTo } from './migrate.js';
import { migrations } from './migrations/index.js';
import { errorCode } from './processes.js';
import { reachToWrite, type WhichDatabase } from './reach.js';
import { dropAside, inTransaction, putBack, recoverRestore, setAside } from './set-aside.js';

export type RestoreOptions = WhichDatabase & {
  readonly file: string;
  /** Whether to replace what is in the database. */
  readonly force: boolean;
};

const goneWithin = 2_000;

/**
 * Loads a backup into an empty database, or in place of what is there (`force`). When anything fails, and also when it
 * is killed, the database is as it was. The tables are those of the backup's version afterwards; the next start brings
 * them up to date.
 */
export async function restore(options: RestoreOptions): Promise<Result<BackupSummary>> {
  const lines = readLines(createReadStream(options.file), createGunzip());
  try {
    const header = await readHeader(lines, options.file);
    if (!header.ok) return header;
    const reached = await reachToWrite(options, 'restore');
    if (!reached.ok) return reached;
    try {
      return await restoreInto(reached.value.url, { ...options, lines, header: header.value });
    } finally {
      await reached.value.close();
    }
  } catch (error) {
    const detail = unreadable(error);
    if (detail === undefined) throw error;
    return refused(refuse('backup-unreadable', { file: options.file, detail }));
  } finally {
    await lines.close();
  }
}

async function readHeader(lines: LineReader, file: string): Promise<Result<Header>> {
  const header = parseLine(headerSchema, await lines.next());
  const newer = newerPart(header);
  return newer === undefined ? ok(header) : refused(refuse('backup-newer', { file, detail: newer }));
}

function newerPart(header: Header): string | undefined {
  if (header.packtrainBackup > formatVersion) return `its format is ${header.packtrainBackup}`;
  const unknown = header.migrations.filter((name) => !(name in migrations));
  if (unknown.length > 0) return `it has ${unknown.join(', ')}`;
  if (header.dbos !== null && header.dbos > allMigrations().length)
    return `its engine's tables are ${header.dbos}`;
  return undefined;
}

/** What is wrong with the file, when the error comes from that. */
function unreadable(error: unknown): string | undefined {
  const code = errorCode(error);
  if (error instanceof BadBackup) return errorMessage(error);
  if (code === 'Z_BUF_ERROR') return 'it ends too early';
  if (code.startsWith('Z_')) return 'it is not a backup of Packtrain, or was changed';
  if (['ENOENT', 'EACCES', 'EISDIR'].includes(code)) return errorMessage(error);
  // Classes of PostgreSQL's errors: wrong data, broken constraints, unknown names.
  return /^(22|23|42)[0-9A-Z]{3}$/.test(code) ? errorMessage(error) : undefined;
}

type Restoring = RestoreOptions & { readonly lines: LineReader; readonly header: Header };

async function restoreInto(url: string, restoring: Restoring): Promise<Result<BackupSummary>> {
  const client = newClient(url, 'restore');
  try {
    await client.connect();
    const refusal = await makeWay(client, restoring.force);
    if (refusal !== undefined) return refused(refusal);
    return ok(await replaceAll(client, url, restoring));
  } finally {
    await client.end();
  }
}

/** Refuses when a server runs on the database or when it has rows that nobody said to replace. */
async function makeWay(client: pg.Client, force: boolean): Promise<Refusal | undefined> {
  const lock = await client.query<{ free: boolean }>('SELECT pg_try_advisory_lock($1) AS free', [
    lockKeys.restore,
  ]);
  if (lock.rows[0]?.free !== true) return refuse('database-being-restored', {});
  const connections = await connectionsLeft(client);
  if (connections > 0) return refuse('database-in-use', { connections });
  await recoverRestore(client);
  const filled = force ? [] : await tablesWithRows(client);
  return filled.length > 0 ? refuse('database-not-empty', { tables: filled }) : undefined;
}

/** How many connections servers have; those of one that has just stopped take a moment to go. */
async function connectionsLeft(client: pg.Client): Promise<number> {
  const deadline = Date.now() + goneWithin;
  for (;;) {
    const found = await client.query<{ connections: number }>(
      `SELECT count(*)::int AS connections FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = $1`,
      [applicationName],
    );
    const connections = found.rows[0]?.connections ?? 0;
    if (connections === 0 || Date.now() > deadline) return connections;
    await sleep(50);
  }
}

async function tablesWithRows(client: pg.Client): Promise<string[]> {
  const filled: string[] = [];
  for (const table of await tablesOf(client)) {
    const row = await client.query(`SELECT 1 FROM ${quoted(table)} LIMIT 1`);
    if (row.rows.length > 0) filled.push(`${table.schema}.${table.table}`);
  }
  return filled;
}

async function replaceAll(client: pg.Client, url: string, restoring: Restoring): Promise<BackupSummary> {
  await setAside(client);
  try {
    await makeTables(client, url, restoring);
    const counted = await inTransaction(client, () => load(client, restoring.lines));
    return { ...counted, bytes: (await stat(restoring.file)).size };
  } catch (error) {
    // Should this fail too (the connection is gone), the next start or restore puts it back.
    await putBack(client).catch((failure: unknown) =>
      restoring.log.warn({ detail: errorMessage(failure) }, 'The database is put back on the next start.'),
    );
    throw error;
  }
}

/** Makes the tables as they were in the version that wrote the backup. */
async function makeTables(client: pg.Client, url: string, { header, log }: Restoring): Promise<void> {
  const last = header.migrations.at(-1);
  if (last !== undefined) await migrateOurs(url, last, log);
  if (header.dbos === null) return;
  const steps = allMigrations('dbos').slice(0, header.dbos);
  await runSysMigrationsPg(client, steps, 'dbos', { onWarn: () => undefined });
}

async function migrateOurs(url: string, last: string, log: StoreLog): Promise<void> {
  const pool = newPool(url, log);
  try {
    await migrateTo(pool, migrations, last);
  } finally {
    await pool.end();
  }
}

async function load(client: pg.Client, lines: LineReader): Promise<{ tables: number; rows: number }> {
  const there = await tablesOf(client);
  if (there.length > 0) await client.query(`TRUNCATE ${there.map(quoted).join(', ')}`);
  // Triggers did their work when the rows were written first; foreign keys are still checked.
  for (const table of there) await client.query(`ALTER TABLE ${quoted(table)} DISABLE TRIGGER USER`);
  const counted = { tables: 0, rows: 0 };
  let next = await lines.next();
  while (next !== undefined && !isEnd(next)) {
    counted.rows += await loadTable(client, parseLine(tableSchema, next), lines);
    counted.tables += 1;
    next = await lines.next();
  }
  await finish(client, parseLine(endSchema, next), counted.rows);
  await client.query('SET CONSTRAINTS ALL IMMEDIATE');
  for (const table of there) await client.query(`ALTER TABLE ${quoted(table)} ENABLE TRIGGER USER`);
  await dropAside(client);
  return counted;
}

function isEnd(line: string): boolean {
  return line.startsWith('{"end":');
}

async function loadTable(client: pg.Client, table: TableHead, lines: LineReader): Promise<number> {
  const target = client.query(copyFrom(`COPY ${copyTarget(table)} FROM STDIN`));
  await pipeline(Readable.from(rowsOf(lines), { objectMode: false }), target);
  return target.rowCount;
}

async function* rowsOf(lines: LineReader): AsyncGenerator<string> {
  for (;;) {
    const row = await lines.next();
    if (row === undefined) throw new BadBackup('it ends too early');
    if (row === endOfRows) return;
    yield `${row}\n`;
  }
}

async function finish(client: pg.Client, end: End, rows: number): Promise<void> {
  if (end.rows !== rows) throw new BadBackup(`it should have ${end.rows} rows, and has ${rows}`);
  for (const { schema, name, last } of end.sequences) {
    if (last === null) continue;
    await client.query('SELECT setval($1::regclass, $2::bigint)', [quoted({ schema, table: name }), last]);
  }
}
