import { refuse } from '../../../core/reason.js';
import { ok, type Result, refused } from '../../../core/result.js';
import type { FillFolder, Release } from '../../../core/target.js';
import { systemFailure } from './errno.js';
import { alone, type Ground, NotOursError, onPack, refusalFor } from './ground.js';
import { keepMarks } from './look.js';
import { liveId, lookAt } from './place.js';
import { type ReleaseRecord, sameRelease, stagedRecord, syncRelease, writeRecord } from './record.js';
import { roomProblem } from './room.js';
import { makeFolders, makeTemporary, moveAway, sweep } from './temporary.js';
import type { SettledTree, TreeSize } from './tree.js';
import { incompleteness } from './verify.js';

/**
 * Fills a folder aside, and moves it among the releases once it is complete and its record is written: a release's
 * folder is there whole or not at all.
 *
 * The files' contents are not forced to the disk: for each file that is a flush, which makes staging several times
 * as slow as unpacking. A kill loses nothing, as the kernel has the data. A power cut within the half minute that the
 * kernel takes to write may leave files of the wrong size; `verify` and `check` find those. The record, and the
 * links that are switched, are forced to the disk.
 */
export async function stage(
  ground: Ground,
  release: Release,
  fill: FillFolder,
  bytes: number,
): Promise<Result<void>> {
  return onPack(ground, release.pack, async () => {
    await makeFolders(ground, release.pack);
    const [isThere, problem] = await Promise.all([
      isStaged(ground, release),
      roomProblem(ground, bytes),
      sweep(ground),
    ]);
    if (isThere) return ok(undefined);
    if (problem !== undefined) return refused(problem);
    return makeTemporary(ground, release.pack, (folder) => fillAndCommit(ground, release, fill, folder));
  });
}

async function isStaged(ground: Ground, release: Release): Promise<boolean> {
  const record = await stagedRecord(ground, release.pack, release.id);
  if (record === undefined) return false;
  if (!sameRelease(record.release, release))
    throw new Error(`the release id ${release.id} of ${release.pack} is already used for another release`);
  return (await incompleteness(ground, record)) === undefined;
}

async function fillAndCommit(
  ground: Ground,
  release: Release,
  fill: FillFolder,
  folder: string,
): Promise<Result<void>> {
  await ground.files.makeFolder(folder);
  const filled = await runFill(ground, fill, folder);
  if (!filled.ok) return filled;
  const size = await ground.files.settle(folder);
  if (!size.manifest) return refused(incomplete(ground, release, 'pack.yaml is missing or empty'));
  return alone(ground, release.pack, () => commit(ground, release, folder, size));
}

// What fills the folder has effects of its own elsewhere (a mirror, a program): only a failure that is about the
// folder, or that there is no room, is the target's.
async function runFill(ground: Ground, fill: FillFolder, folder: string): Promise<Result<void>> {
  try {
    return await fill(folder);
  } catch (error) {
    const failure = systemFailure(error);
    const ours = failure?.path?.startsWith(folder) || ['ENOSPC', 'EDQUOT'].includes(failure?.code ?? '');
    const refusal = failure !== undefined && ours ? await refusalFor(ground, failure) : undefined;
    if (refusal === undefined) throw new NotOursError(error);
    return refused(refusal);
  }
}

async function commit(
  ground: Ground,
  release: Release,
  folder: string,
  size: SettledTree,
): Promise<Result<void>> {
  const { files, layout, clock } = ground;
  // Another process that was told to do the same may have been faster.
  const [isThere, place] = await Promise.all([isStaged(ground, release), lookAt(ground, release.pack)]);
  if (isThere) return ok(undefined);
  if (liveId(place) === release.id)
    return refused(incomplete(ground, release, 'it is live, and files of it were changed or lost'));
  const final = layout.release(release.pack, release.id);
  await moveAway(ground, release.pack, final);
  await Promise.all([
    writeRecord(ground, recordOf(release, size, clock.now())),
    keepMarks(ground, release.pack, release.id, size.marks),
  ]);
  await files.rename(folder, final);
  await syncRelease(ground, release.pack, release.id);
  return ok(undefined);
}

function recordOf(release: Release, size: TreeSize, now: Date): ReleaseRecord {
  return { format: 1, release, files: size.files, bytes: size.bytes, stagedAt: now.toISOString() };
}

function incomplete(ground: Ground, release: Release, problem: string) {
  return refuse('release-incomplete', {
    target: ground.target,
    pack: release.pack,
    release: release.id,
    problem,
  });
}
