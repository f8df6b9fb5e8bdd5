import { createHash, randomBytes } from 'node:crypto';
import { access, chmod, chown, mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { errorMessage } from '../../core/error-message.js';
import { type Refusal, refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import type { StoreLog } from '../log.js';
import { errorCode, ownName } from '../processes.js';
import { type Account, checkedAccount, isRoot, passes, serviceAccount } from './account.js';
import { type Binaries, installedBinaries, usableBinaries } from './binaries.js';
import { stopPostmaster } from './postmaster.js';

/** Where the embedded database lies and who runs it. */
export interface Place {
  /** Packtrain's own folder in the data directory: password, log, and the note on where the cluster is. */
  readonly home: string;
  /** PostgreSQL's data directory. */
  readonly cluster: string;
  readonly binaries: Binaries;
  /** Whom PostgreSQL runs as, when not as ourselves. */
  readonly account: Account | undefined;
}

export interface PlaceOptions {
  readonly dataDir: string;
  /** Where root keeps what another user must reach. */
  readonly systemDir: string;
  readonly log: StoreLog;
}

const noteSchema = z.object({ cluster: z.string(), dataDir: z.string() });
type Note = z.infer<typeof noteSchema>;

/** The folder of the data directory that holds the database's files, or the note on where they are. */
export function homeOf(dataDir: string): string {
  return join(dataDir, 'postgres');
}

/** Where this data directory's cluster is, or would be if it lay in place. Reads only. */
export async function clusterOf(dataDir: string): Promise<string> {
  const home = homeOf(await realpath(dataDir));
  return (await readNote(home))?.cluster ?? join(home, 'cluster');
}

/** Finds the place for a data directory's database, and makes the folders that it needs. */
export async function findPlace(options: PlaceOptions): Promise<Result<Place>> {
  const installed = await installedBinaries();
  if (!installed.ok) return installed;
  try {
    await mkdir(homeOf(options.dataDir), { recursive: true });
    const dataDir = await realpath(options.dataDir);
    const given = { ...options, dataDir, installed: installed.value };
    return isRoot() ? await placeForRoot(given) : await placeForSelf(given);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOSPC') return refused(noPlace(options.dataDir, ownName(), errorMessage(error)));
    if (!['EACCES', 'EPERM', 'EROFS'].includes(code)) throw error;
    return refused(refuse('data-dir-not-yours', { path: options.dataDir, user: ownName() }));
  }
}

type Given = PlaceOptions & { readonly installed: Binaries };

async function placeForSelf({ dataDir, installed }: Given): Promise<Result<Place>> {
  const home = homeOf(dataDir);
  const cluster = await clusterOf(dataDir);
  const owner = await stat(cluster).catch(() => undefined);
  if ((owner !== undefined && owner.uid !== process.getuid?.()) || cluster !== join(home, 'cluster')) {
    return refused(refuse('data-dir-not-yours', { path: cluster, user: ownName() }));
  }
  const binaries = await usableBinaries(installed, undefined, home);
  return ok({ home, cluster, binaries, account: undefined });
}

async function placeForRoot(given: Given): Promise<Result<Place>> {
  const home = homeOf(given.dataDir);
  const note = await readNote(home);
  const copied = note === undefined ? undefined : await copyRefusal(note, given.dataDir);
  if (copied !== undefined) return refused(copied);
  const existing = note?.cluster ?? join(home, 'cluster');
  const account = await accountFor(existing);
  if (!account.ok) return account;
  try {
    const cluster = await clusterForRoot(given, account.value, existing);
    if (!cluster.ok) return cluster;
    const binaries = await usableBinaries(given.installed, account.value, given.systemDir);
    return ok({ home, cluster: cluster.value, binaries, account: account.value });
  } catch (error) {
    // A folder on a read-only file system gives ENOENT when its parents would have to be made too.
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOENT'].includes(errorCode(error))) throw error;
    return refused(noPlace(given.systemDir, account.value.name, errorMessage(error)));
  }
}

/** A cluster that is there already keeps its owner, whoever else exists by now. */
async function accountFor(cluster: string): Promise<Result<Account>> {
  const owner = await stat(cluster).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) {
    return checkedAccount({ name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid });
  }
  const account = await serviceAccount();
  if (account.ok && owner !== undefined) await giveTo(account.value, cluster);
  return account;
}

/** A cluster of root's, as after copying the data directory, is of no use to PostgreSQL. */
async function giveTo(account: Account, cluster: string): Promise<void> {
  await execa('chown', ['-R', `${account.uid}:${account.gid}`, cluster]);
  await chmod(cluster, 0o700);
}

async function clusterForRoot(given: Given, account: Account, existing: string): Promise<Result<string>> {
  if (await exists(existing)) {
    if (await passes(account, '-x', [existing])) return ok(existing);
    return refused(noPlace(existing, account.name, 'it cannot enter a folder above it'));
  }
  const home = homeOf(given.dataDir);
  await chmod(home, 0o711);
  const noted = existing !== join(home, 'cluster');
  if (!noted && (await passes(account, '-x', [home]))) return ok(existing);
  return ok(await relocate(given, home));
}

async function relocate(given: Given, home: string): Promise<string> {
  const hash = createHash('sha256').update(given.dataDir).digest('hex').slice(0, 12);
  const folder = join(given.systemDir, hash);
  const cluster = join(folder, 'cluster');
  if ((await readNote(home)) === undefined && (await exists(folder))) await setAside(folder, given.log);
  await mkdir(folder, { recursive: true });
  await chmod(given.systemDir, 0o755);
  await chmod(folder, 0o711);
  await writeNote(home, { cluster, dataDir: given.dataDir });
  return cluster;
}

/** A data directory that was deleted leaves its cluster behind; it is kept, since nobody said that it may go. */
async function setAside(folder: string, log: StoreLog): Promise<void> {
  await stopPostmaster(join(folder, 'cluster'));
  const aside = `${folder}.old-${randomBytes(3).toString('hex')}`;
  await rename(folder, aside);
  log.warn({ folder: aside }, 'The database of an earlier data directory at this path was set aside.');
}

/** A copied data directory would share the original's database; one that was moved keeps it. */
async function copyRefusal(note: Note, dataDir: string): Promise<Refusal | undefined> {
  if (note.dataDir === dataDir) return undefined;
  const other = await readNote(homeOf(note.dataDir));
  if (other?.cluster === note.cluster) {
    return refuse('data-dir-copied', { dataDir, original: note.dataDir, cluster: note.cluster });
  }
  await writeNote(homeOf(dataDir), { ...note, dataDir });
  return undefined;
}

async function readNote(home: string): Promise<Note | undefined> {
  const text = await readFile(join(home, 'location.json'), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : noteSchema.parse(JSON.parse(text));
}

async function writeNote(home: string, note: Note): Promise<void> {
  const path = join(home, 'location.json');
  await writeFile(`${path}.new`, `${JSON.stringify(note)}\n`);
  await rename(`${path}.new`, path);
}

function noPlace(path: string, user: string, detail: string): Refusal {
  return refuse('database-no-place', { path, user, detail });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Makes an empty folder that only the one who runs PostgreSQL can enter. */
export async function makeOwnFolder(path: string, account: Account | undefined): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  if (account !== undefined) await chown(path, account.uid, account.gid);
}
