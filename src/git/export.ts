import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { extract } from 'tar';
import { type Refusal, refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import type { GitContext } from './context.js';
import { gitEnvironment } from './environment.js';
import { isDamage, refusalOf } from './failures.js';
import { filesBelow } from './files.js';
import { inspectPack, type PackContents } from './inspect.js';
import { ObjectMissingError, type Objects } from './objects.js';
import type { GitEnd } from './run.js';
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
  const isFree = await makeEmpty(job.destination);
  if (!isFree) return refused(refuse('destination-not-empty', { path: job.destination }));
  const archive = startArchive(context, job);
  try {
    const written = await writePack({ context, objects, job, archive });
    if (!written.ok) await rm(job.destination, { recursive: true, force: true });
    return written;
  } catch (error) {
    await rm(job.destination, { recursive: true, force: true });
    const refusal = refusalForFile(error, job.repository);
    if (refusal === undefined) throw error;
    return refused(refusal);
  } finally {
    await archive.close();
  }
}

interface Writing {
  readonly context: GitContext;
  readonly objects: Objects;
  readonly job: ExportJob;
  readonly archive: Archive;
}

async function writePack({ context, objects, job, archive }: Writing): Promise<Result<Exported>> {
  const { repository, path, destination } = job;
  const { packBytes, packFiles } = context.limits;
  const files = await filesBelow(objects, job.tree);
  const contents = await inspectPack(objects, files, { repository, path, packBytes, packFiles });
  if ('code' in contents) return refused(contents);
  const unpacked = await unpack(archive, destination, contents);
  const refusal = await archiveRefusal(context, job, archive);
  if (refusal !== undefined) return refused(refusal);
  const expected = files.length - contents.links.size;
  if (unpacked !== expected) throw new Error(`git archive gave ${unpacked} files of ${expected}`);
  // Links come last, so nothing can ever be written through one.
  for (const [link, target] of contents.links) {
    await mkdir(dirname(join(destination, link)), { recursive: true });
    await symlink(target, join(destination, link));
  }
  return ok({ files: files.length, bytes: contents.bytes });
}

type Archive = ReturnType<typeof startArchive>;

/** Starts before the pack is looked through: the two take about as long. Its output waits to be read. */
function startArchive(context: GitContext, job: ExportJob) {
  const child = execa('git', ['archive', '--format=tar', job.tree], {
    cwd: job.mirror,
    env: gitEnvironment(context.lookUp, job.mirror),
    extendEnv: false,
    stdin: 'ignore',
    buffer: { stdout: false, stderr: true },
    encoding: 'utf8',
    reject: false,
    timeout: context.limits.localMs,
    cancelSignal: context.stopping,
  });
  // Read from the start, since execa lets the output go when nobody has read it by the end of the process.
  const output = child.stdout.pipe(new PassThrough());
  return {
    output,
    end: child,
    close: async () => {
      child.kill();
      child.stdout.destroy();
      output.destroy();
      await child;
    },
  };
}

/** Unpacks files and folders that the listing has, and nothing else. @returns How many files there were. */
async function unpack(archive: Archive, destination: string, contents: PackContents): Promise<number> {
  const expected = new Set(contents.files.filter(({ mode }) => mode !== modes.link).map(({ path }) => path));
  let count = 0;
  const unpacker = extract({
    cwd: destination,
    strict: true,
    preserveOwner: false,
    // The time of the export is as good as any: a tree has none.
    noMtime: true,
    filter: (path, entry) => {
      if ('type' in entry && entry.type === 'Directory') return true;
      const isFile = 'type' in entry && entry.type === 'File' && expected.has(path);
      if (isFile) count += 1;
      return isFile;
    },
  });
  await pipeline(archive.output, unpacker).catch(async (error: unknown) => {
    // An archive that was cut short has its reason in what git said.
    if ((await archive.end).exitCode === 0) throw error;
  });
  return count;
}

async function archiveRefusal(
  context: GitContext,
  job: ExportJob,
  archive: Archive,
): Promise<Refusal | undefined> {
  const result = await archive.end;
  if (result.exitCode === 0) return undefined;
  if (isDamage(result.stderr)) throw new ObjectMissingError(result.stderr.trim());
  const how: GitEnd['how'] = result.timedOut ? 'timeout' : result.isCanceled ? 'aborted' : 'exit';
  const end = { how, code: result.exitCode ?? -1, stdout: '', stderr: result.stderr, ms: result.durationMs };
  return refusalOf({ repository: job.repository, command: 'archive', end, redactor: context.redactor });
}

async function makeEmpty(folder: string): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  return (await readdir(folder)).length === 0;
}

const notWritable = new Set(['EACCES', 'EPERM', 'EROFS']);

/** The reason when the file system refused to be written to. */
export function refusalForFile(error: unknown, repository: string): Refusal | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return refuse('disk-full', { repository });
  if (code === undefined || !notWritable.has(code)) return undefined;
  return refuse('data-not-writable', { repository, detail: `${code} at ${path ?? 'a file'}` });
}
