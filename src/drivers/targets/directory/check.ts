import { explain, type Refusal, refuse } from '../../../core/reason.js';
import { ok } from '../../../core/result.js';
import type { TargetProblem } from '../../../core/target.js';
import { systemFailure } from './errno.js';
import { type Ground, onRoot, refusalFor } from './ground.js';
import { lookAt } from './place.js';
import { roomProblem } from './room.js';
import { incompleteness } from './verify.js';

/** What is wrong with the target now: its folder, its room, and the releases that are live. Changes nothing. */
export async function check(ground: Ground): Promise<readonly TargetProblem[]> {
  const problems = await onRoot(ground, async () => ok(await allProblems(ground)));
  return (problems.ok ? problems.value : [problems.refusal]).map(explain);
}

async function allProblems(ground: Ground): Promise<readonly Refusal[]> {
  const found = [
    ...(await Promise.all(folders(ground).map((folder) => folderProblem(ground, folder)))),
    await roomProblem(ground, 0),
  ];
  const problems = found.filter((problem) => problem !== undefined);
  // What can't be entered can't be looked at either.
  return problems.length > 0 ? problems : brokenReleases(ground);
}

function folders({ layout }: Ground): readonly string[] {
  return [layout.root, layout.own, layout.staging, layout.locks, layout.allReleases, layout.adopted];
}

async function folderProblem(ground: Ground, path: string): Promise<Refusal | undefined> {
  const { files, layout, target } = ground;
  try {
    const stats = await files.stat(path);
    if (stats === undefined) return undefined;
    if (!stats.isDirectory()) return refuse('target-not-folder', { target, path });
    if (stats.dev !== (await files.stat(layout.root))?.dev) return refuse('target-split', { target, path });
    await files.access(path);
    return undefined;
  } catch (error) {
    const failure = systemFailure(error);
    if (failure === undefined) throw error;
    return refusalFor(ground, { ...failure, path });
  }
}

async function brokenReleases(ground: Ground): Promise<readonly Refusal[]> {
  const broken: Refusal[] = [];
  for (const pack of await ground.files.list(ground.layout.allReleases)) {
    const place = await lookAt(ground, pack);
    if (place.state !== 'managed') continue;
    const problem = await incompleteness(ground, place.record);
    const release = place.record.release.id;
    if (problem !== undefined)
      broken.push(refuse('release-incomplete', { target: ground.target, pack, release, problem }));
  }
  return broken;
}
