import { randomBytes } from 'node:crypto';
import { truncateSync } from 'node:fs';
import { link, mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../core/json.js';
import { refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import { errorCode, ownName, processFacts } from './processes.js';

/** A held lock on a data directory. */
export interface DataDirLock {
  /** Gives it back; doing so twice is harmless. */
  release(): void;
}

const holderSchema = z.object({ pid: z.int(), started: z.string(), purpose: z.string() });
type Holder = z.infer<typeof holderSchema>;

const prefix = 'lock.';

/**
 * Takes the data directory for this process, so that no two servers use it. The lock of a process that died is
 * taken over, also when its pid was given to another process since.
 *
 * A lock file has a number, and the highest number counts: taking over means creating the next one, which only one
 * process can do. Deleting and creating one single file would let two takers delete each other's.
 *
 * @param purpose what this process is, for the other's refusal: `server`, `backup`, `restore`
 */
export async function lockDataDir(dataDir: string, purpose: string): Promise<Result<DataDirLock>> {
  try {
    return await takeLock(dataDir, purpose);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error))) throw error;
    return refused(refuse('data-dir-not-yours', { path: dataDir, user: ownName() }));
  }
}

async function takeLock(dataDir: string, purpose: string): Promise<Result<DataDirLock>> {
  const folder = join(dataDir, 'locks');
  await mkdir(folder, { recursive: true });
  const facts = await processFacts(process.pid);
  const self: Holder = { pid: process.pid, started: facts?.started ?? '', purpose };
  for (;;) {
    const newest = (await numbers(folder)).at(-1) ?? 0;
    const holder = await liveHolder(join(folder, prefix + newest));
    if (holder !== undefined) return refused(inUse(dataDir, holder));
    const path = join(folder, prefix + (newest + 1));
    if (!(await createWhole(path, JSON.stringify(self)))) continue;
    const all = await numbers(folder);
    if (all.at(-1) === newest + 1) {
      await removeOlder(folder, all.slice(0, -1));
      return ok(heldLock(path));
    }
    await unlink(path);
  }
}

/** Who holds the data directory, if somebody alive does. */
export async function dataDirHolder(dataDir: string): Promise<Holder | undefined> {
  const folder = join(dataDir, 'locks');
  const newest = (await numbers(folder)).at(-1);
  return newest === undefined ? undefined : liveHolder(join(folder, prefix + newest));
}

function inUse(dataDir: string, holder: Holder) {
  return refuse('data-dir-in-use', { dataDir, pid: holder.pid, purpose: holder.purpose });
}

async function numbers(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const found = names
    .filter((name) => /^lock\.\d+$/.test(name))
    .map((name) => Number(name.slice(prefix.length)));
  return found.sort((a, b) => a - b);
}

async function liveHolder(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const parsed = holderSchema.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const facts = await processFacts(parsed.data.pid);
  return facts?.started === parsed.data.started ? parsed.data : undefined;
}

/** Creates a file with its content in one step; false when the name is taken. */
async function createWhole(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, content, { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

async function removeOlder(folder: string, older: readonly number[]): Promise<void> {
  for (const number of older) await unlink(join(folder, prefix + number)).catch(() => undefined);
}

function heldLock(path: string): DataDirLock {
  let held = true;
  const release = () => {
    if (!held) return;
    held = false;
    process.off('exit', release);
    emptyFile(path);
  };
  // The last file stays, empty: were it deleted, a slow taker could count on from a number that others no longer see.
  process.on('exit', release);
  return { release };
}

function emptyFile(path: string): void {
  try {
    truncateSync(path);
  } catch {
    // The data directory is gone, and the lock with it.
  }
}
