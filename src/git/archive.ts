import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { extract } from 'tar';
import type { Refusal } from '../core/reason.js';
import type { GitContext } from './context.js';
import { gitEnvironment } from './environment.js';
import { isDamage, refusalOf } from './failures.js';
import type { ListedFile } from './files.js';
import { ObjectMissingError } from './objects.js';
import type { GitEnd } from './run.js';

/** A tree to unpack, and the files that it is known to have. */
export interface ArchiveJob {
  readonly repository: string;
  readonly mirror: string;
  readonly tree: string;
  readonly files: readonly ListedFile[];
  readonly destination: string;
}

/** Writes a tree's files by `git archive`, unpacked as it comes: for packs that should not be held in memory. */
export async function unpackArchive(context: GitContext, job: ArchiveJob): Promise<Refusal | undefined> {
  const archive = startArchive(context, job);
  try {
    const count = await unpack(archive, job);
    const refusal = await archiveRefusal(context, job, archive);
    if (refusal === undefined && count !== job.files.length)
      throw new Error(`git archive gave ${count} files of ${job.files.length}`);
    return refusal;
  } finally {
    await archive.close();
  }
}

type Archive = ReturnType<typeof startArchive>;

function startArchive(context: GitContext, job: ArchiveJob) {
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
async function unpack(archive: Archive, { destination, files }: ArchiveJob): Promise<number> {
  const expected = new Set(files.map(({ path }) => path));
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
  { repository }: ArchiveJob,
  archive: Archive,
): Promise<Refusal | undefined> {
  const result = await archive.end;
  if (result.exitCode === 0) return undefined;
  if (isDamage(result.stderr)) throw new ObjectMissingError(result.stderr.trim());
  const how: GitEnd['how'] = result.timedOut ? 'timeout' : result.isCanceled ? 'aborted' : 'exit';
  const end = { how, code: result.exitCode ?? -1, stdout: '', stderr: result.stderr, ms: result.durationMs };
  return refusalOf({ repository, command: 'archive', end, redactor: context.redactor });
}
