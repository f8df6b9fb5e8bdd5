import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { errorMessage } from '../core/error-message.js';
import { refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import { copyTarget, engineVersion, sequencesOf, tablesOf } from './backup-catalog.js';
import { type End, endOfRows, formatVersion, type Header } from './backup-format.js';
import { newClient } from './connect.js';
import { appliedMigrations } from './migrate.js';
import { reachToRead, type WhichDatabase } from './reach.js';

/** What a backup or a restore went over. */
export interface BackupSummary {
  readonly tables: number;
  readonly rows: number;
  /** The file's size in bytes. */
  readonly bytes: number;
}

export type BackupOptions = WhichDatabase & { readonly file: string };

/**
 * Writes all that is in the database to a file, as of one moment, also while a server runs. The file appears whole
 * or not at all, readable by its owner only, and replaces one of the same name.
 */
export async function backup(options: BackupOptions): Promise<Result<BackupSummary>> {
  const reached = await reachToRead(options, 'backup');
  if (!reached.ok) return reached;
  const client = newClient(reached.value.url, 'backup');
  try {
    await client.connect();
    return await backUpFrom(client, options);
  } finally {
    await client.end();
    await reached.value.close();
  }
}

async function backUpFrom(client: pg.Client, options: BackupOptions): Promise<Result<BackupSummary>> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const header = await headerOf(client);
  if (header.migrations.length === 0) {
    return refused(
      refuse('nothing-to-back-up', {
        place: options.databaseUrl === undefined ? options.dataDir : 'the database of DATABASE_URL',
      }),
    );
  }
  const counted = { tables: 0, rows: 0 };
  const draft = `${options.file}.${randomBytes(6).toString('hex')}.part`;
  try {
    await pipeline(
      Readable.from(content(client, header, counted), { objectMode: false }),
      createGzip(),
      createWriteStream(draft, { mode: 0o600, flags: 'wx' }),
    );
    await toDisk(draft);
    await rename(draft, options.file);
    return ok({ ...counted, bytes: (await stat(options.file)).size });
  } catch (error) {
    if (!isFileError(error)) throw error;
    return refused(refuse('backup-unwritable', { file: options.file, detail: errorMessage(error) }));
  } finally {
    await rm(draft, { force: true });
  }
}

async function headerOf(client: pg.Client): Promise<Header> {
  const now = await client.query<{ at: Date; version: string }>(
    "SELECT now() AS at, current_setting('server_version') AS version",
  );
  const migrations = await appliedMigrations(client);
  return {
    packtrainBackup: formatVersion,
    createdAt: now.rows[0]?.at.toISOString() ?? '',
    postgres: now.rows[0]?.version ?? '',
    migrations,
    dbos: await engineVersion(client),
  };
}

async function* content(client: pg.Client, header: Header, counted: { tables: number; rows: number }) {
  yield line(header);
  for (const table of await tablesOf(client)) {
    yield line(table);
    const rows = client.query(copyTo(`COPY ${copyTarget(table)} TO STDOUT`));
    yield* rows;
    yield `${endOfRows}\n`;
    counted.tables += 1;
    counted.rows += rows.rowCount;
  }
  const end: End = { end: true, rows: counted.rows, sequences: await sequencesOf(client) };
  yield line(end);
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

async function toDisk(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Whether it comes from the file system: those errors name the system call. */
function isFileError(error: unknown): boolean {
  return (
    error instanceof Error &&
    'syscall' in error &&
    ['open', 'write', 'rename'].includes(String(error.syscall))
  );
}
