import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Refusal, refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import { unpackArchive } from './archive.js';
import type { GitContext } from './context.js';
import { filesBelow, type ListedFile } from './files.js';
import { inspectPack } from './inspect.js';
import { ObjectMissingError, type Objects } from './objects.js';
import { modes } from './tree.js';

/** One pack to take out of a mirror. */
export interface ExportJob {
  readonly repository: string;
  readonly mirror: string;
  readonly tree: string;
  /** Where the pack lies in the repository, for messages. */
  readonly path: string;
  /** A folder that is empty or not there yet; it is removed when the pack is refused. */
  readonly destination: string;
}

/** What was written. */
export interface Exported {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Writes a pack's files, exactly as they are in the commit: attributes and filters have no say, modes are kept.
 * Nothing is written before all of the pack was looked through.
 */
export async function exportTree(
  context: GitContext,
  objects: Objects,
  job: ExportJob,
): Promise<Result<Exported>> {
  const { destination, repository } = job;
  try {
    if (!(await makeEmpty(destination)))
      return refused(refuse('destination-not-empty', { path: destination }));
  } catch (error) {
    return refusedForFile(error, repository);
  }
  try {
    const written = await writePack(context, objects, job);
    if (!written.ok) await rm(destination, { recursive: true, force: true });
    return written;
  } catch (error) {
    await rm(destination, { recursive: true, force: true });
    return refusedForFile(error, repository);
  }
}

async function writePack(context: GitContext, objects: Objects, job: ExportJob): Promise<Result<Exported>> {
  const { repository, path, destination, mirror, tree } = job;
  const { packBytes, packFiles, directBytes } = context.limits;
  const all = await filesBelow(objects, tree);
  const contents = await inspectPack(objects, all, { repository, path, packBytes, packFiles });
  if ('code' in contents) return refused(contents);
  const files = all.filter(({ mode }) => mode !== modes.link);
  if (contents.bytes <= directBytes) await writeFiles(objects, files, destination);
  else {
    const refusal = await unpackArchive(context, { repository, mirror, tree, files, destination });
    if (refusal !== undefined) return refused(refusal);
  }
  // Links come last, so nothing can ever be written through one.
  for (const [link, target] of contents.links) {
    await mkdir(dirname(join(destination, link)), { recursive: true });
    await symlink(target, join(destination, link));
  }
  return ok({ files: all.length, bytes: contents.bytes });
}

/** Files that are written at the same time. */
const atOnce = 32;

/** Writes files from the object reader that is running anyway: no process, and no time to start one. */
async function writeFiles(
  objects: Objects,
  files: readonly ListedFile[],
  destination: string,
): Promise<void> {
  const folders = new Set(files.map(({ path }) => dirname(join(destination, path))));
  let made: Promise<void> | undefined;
  for (let at = 0; at < files.length; at += atOnce) {
    const some = files.slice(at, at + atOnce);
    // Asked for first, so that they come while the folders are made.
    const reading = Promise.all(some.map(({ id }) => contentOf(objects, id)));
    made ??= makeFolders(folders);
    const [contents] = await Promise.all([reading, made]);
    await Promise.all(
      some.map(async ({ path, mode }, index) => {
        const permissions = mode === modes.executable ? 0o755 : 0o644;
        await writeFile(join(destination, path), contents[index] ?? '', { mode: permissions, flag: 'wx' });
      }),
    );
  }
}

async function makeFolders(folders: Iterable<string>): Promise<void> {
  for (const folder of folders) await mkdir(folder, { recursive: true });
}

async function contentOf(objects: Objects, id: string): Promise<Buffer> {
  const content = await objects.content(id);
  if (content === undefined) throw new ObjectMissingError(`the object ${id} is too long`);
  return content;
}

async function makeEmpty(folder: string): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  return (await readdir(folder)).length === 0;
}

function refusedForFile(error: unknown, repository: string): Result<never> {
  const refusal = refusalForFile(error, repository);
  if (refusal === undefined) throw error;
  return refused(refusal);
}

const notWritable = new Set(['EACCES', 'EPERM', 'EROFS']);

/** The reason when the file system refused to be written to. */
export function refusalForFile(error: unknown, repository: string): Refusal | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return refuse('disk-full', { repository });
  if (code === undefined || !notWritable.has(code)) return undefined;
  return refuse('data-not-writable', { repository, detail: `${code} at ${path ?? 'a file'}` });
}
