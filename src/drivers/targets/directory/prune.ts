import { ok, type Result } from '../../../core/result.js';
import { alone, type Ground, onPack } from './ground.js';
import { marksPath } from './look.js';
import { type ReleaseRecord, releaseIds, stagedRecord } from './record.js';
import { makeFolders, moveAway, sweep } from './temporary.js';

/**
 * Removes a pack's releases beyond the newest `keep`; the live one and the one that was live before it always stay.
 * Never fails: a release too many does no harm, and the next time removes it.
 */
export async function prune(ground: Ground, pack: string, keep: number): Promise<void> {
  try {
    await onPack(ground, pack, async () => {
      await makeFolders(ground, pack);
      await sweep(ground);
      return alone(ground, pack, () => pruneAlone(ground, pack, keep));
    });
  } catch {
    // A deployment that has succeeded must not fail for want of tidiness.
  }
}

async function pruneAlone(ground: Ground, pack: string, keep: number): Promise<Result<void>> {
  const { files, layout } = ground;
  const staged = await stagedReleases(ground, pack);
  const stays = new Set([...newest(staged, keep), ...(await needed(ground, pack))]);
  for (const id of await releaseIds(ground, pack)) {
    if (stays.has(id)) continue;
    // The folder goes first: without it the release counts as not staged, and a repeat finds the record.
    await moveAway(ground, pack, layout.release(pack, id));
    await files.unlink(marksPath(ground, pack, id));
    await files.unlink(layout.record(pack, id));
  }
  return ok(undefined);
}

async function stagedReleases(ground: Ground, pack: string): Promise<readonly ReleaseRecord[]> {
  const ids = await releaseIds(ground, pack);
  const records = await Promise.all(ids.map((id) => stagedRecord(ground, pack, id)));
  return records.filter((record) => record !== undefined);
}

// By the deployment's number first: a clock may be set back, numbers only grow.
function newest(records: readonly ReleaseRecord[], keep: number): readonly string[] {
  const age = (a: ReleaseRecord, b: ReleaseRecord) =>
    b.release.deployment - a.release.deployment || b.stagedAt.localeCompare(a.stagedAt);
  return [...records]
    .sort(age)
    .slice(0, keep)
    .map((record) => record.release.id);
}

async function needed(ground: Ground, pack: string): Promise<readonly string[]> {
  const { files, layout } = ground;
  const links = await Promise.all(
    [layout.live(pack), layout.previous(pack)].map((path) => files.readlink(path)),
  );
  return links.flatMap((link) => (link === undefined ? [] : (layout.idOfLink(pack, link) ?? [])));
}
