import { access, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import { checkDatabase } from './connect.js';
import { lockDataDir } from './data-dir-lock.js';
import type { StoreLog } from './log.js';
import { joinEmbedded, startEmbedded } from './postgres/embedded.js';
import { clusterOf } from './postgres/place.js';

/** Which database a command is about. */
export interface WhichDatabase {
  readonly dataDir: string;
  /** A PostgreSQL of one's own; the data directory's embedded one when it is not given. */
  readonly databaseUrl?: string;
  readonly log: StoreLog;
  /** Where root keeps what PostgreSQL's user must reach; `/var/lib/packtrain` unless given. */
  readonly systemDir?: string;
}

/** A database that runs, for as long as a command needs it. */
export interface ReachedDatabase {
  readonly url: string;
  close(): Promise<void>;
}

/** Reaches a database to read it, also while a server runs on it. Nothing is created. */
export async function reachToRead(which: WhichDatabase, purpose: string): Promise<Result<ReachedDatabase>> {
  if (which.databaseUrl !== undefined) return reachByUrl(which.databaseUrl);
  if (!(await hasCluster(which.dataDir))) {
    return refused(refuse('nothing-to-back-up', { place: which.dataDir }));
  }
  const own = await reachToWrite(which, purpose);
  if (own.ok || own.refusal.code !== 'data-dir-in-use') return own;
  const url = await joinEmbedded(await realpath(which.dataDir));
  return url === undefined ? own : ok({ url, close: async () => undefined });
}

/** Reaches a database for oneself alone: an embedded one is started, and refused while a server has it. */
export async function reachToWrite(which: WhichDatabase, purpose: string): Promise<Result<ReachedDatabase>> {
  if (which.databaseUrl !== undefined) return reachByUrl(which.databaseUrl);
  const lock = await lockDataDir(which.dataDir, purpose);
  if (!lock.ok) return lock;
  const started = await startEmbedded(which).catch((error: unknown) => {
    lock.value.release();
    throw error;
  });
  if (!started.ok) lock.value.release();
  if (!started.ok) return started;
  const { url, stop } = started.value;
  return ok({ url, close: () => stop().finally(lock.value.release) });
}

async function reachByUrl(url: string): Promise<Result<ReachedDatabase>> {
  const where = await checkDatabase(url);
  return where.ok ? ok({ url, close: async () => undefined }) : where;
}

async function hasCluster(dataDir: string): Promise<boolean> {
  try {
    await access(join(await clusterOf(dataDir), 'PG_VERSION'));
    return true;
  } catch {
    return false;
  }
}
