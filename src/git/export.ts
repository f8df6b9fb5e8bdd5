import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Refusal, refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import { unpackArchive } from './archive.js';
import type { GitContext } from './context.js';
import { filesBelow, type ListedFile } from './files.js';
import { inspectPack, measureFiles } from './inspect.js';
import { ObjectMissingError, type Objects } from './objects.js';
import type { Pen } from './pen.js';
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
  const pen = context.pens(destination);
  try {
    if (!(await makeEmpty(pen, destination)))
      return refused(refuse('destination-not-empty', { path: destination }));
  } catch (error) {
    return refusedForFile(error, repository);
  }
  try {
    const written = await writePack(context, { objects, pen }, job);
    if (!written.ok) await rm(destination, { recursive: true, force: true });
    return written;
  } catch (error) {
    await rm(destination, { recursive: true, force: true });
    return refusedForFile(error, repository);
  }
}

async function writePack(
  context: GitContext,
  { objects, pen }: { readonly objects: Objects; readonly pen: Pen },
  job: ExportJob,
): Promise<Result<Exported>> {
  const { repository, path, destination, mirror, tree } = job;
  const { packBytes, packFiles, directBytes } = context.limits;
  const all = await filesBelow(objects, tree);
  const files = all.filter(({ mode }) => mode !== modes.link);
  const isDirect = all.length <= packFiles && (await bytesOf(objects, all)) <= directBytes;
  // Read while they are looked through.
  const contents = isDirect ? readAll(objects, files) : [];
  const found = await inspectPack(objects, all, { repository, path, packBytes, packFiles });
  if ('code' in found) return refused(found);
  if (isDirect) await writeFiles(pen, destination, { files, contents });
  else {
    const refusal = await unpackArchive(context, { repository, mirror, tree, files, destination });
    if (refusal !== undefined) return refused(refusal);
  }
  // Links come last, so nothing can ever be written through one.
  for (const [link, target] of found.links) {
    await mkdir(dirname(join(destination, link)), { recursive: true });
    await symlink(target, join(destination, link));
  }
  return ok({ files: all.length, bytes: found.bytes });
}

async function bytesOf(objects: Objects, files: readonly ListedFile[]): Promise<number> {
  return (await measureFiles(objects, files)).reduce((sum, size) => sum + size, 0);
}

/** Reads files from the object reader that is running anyway: no process, and no time to start one. */
function readAll(objects: Objects, files: readonly ListedFile[]): Promise<Buffer>[] {
  return files.map(({ id, mode }) => {
    const reading = mode === modes.submodule ? Promise.resolve(Buffer.of()) : contentOf(objects, id);
    // Who waits for it hears of it.
    reading.catch(() => undefined);
    return reading;
  });
}

/** Files that are written at the same time. */
const atOnce = 32;

async function writeFiles(
  pen: Pen,
  destination: string,
  {
    files,
    contents,
  }: { readonly files: readonly ListedFile[]; readonly contents: readonly Promise<Buffer>[] },
): Promise<void> {
  const folders = new Set(files.map(({ path }) => dirname(join(destination, path))));
  folders.delete(destination);
  for (const folder of folders) await pen.folder(folder);
  const read = await Promise.all(contents);
  for (let at = 0; at < files.length; at += atOnce) {
    await Promise.all(
      files.slice(at, at + atOnce).map(({ path, mode }, index) => {
        const permissions = mode === modes.executable ? 0o755 : 0o644;
        return pen.file(join(destination, path), read[at + index] ?? '', permissions);
      }),
    );
  }
}

async function contentOf(objects: Objects, id: string): Promise<Buffer> {
  const content = await objects.content(id);
  if (content === undefined) throw new ObjectMissingError(`the object ${id} is too long`);
  return content;
}

async function makeEmpty(pen: Pen, folder: string): Promise<boolean> {
  await pen.folder(folder);
  return (await pen.names(folder)).length === 0;
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
