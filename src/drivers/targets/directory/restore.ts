import { refuse } from '../../../core/reason.js';
import { ok, type Result, refused } from '../../../core/result.js';
import type { Release } from '../../../core/target.js';
import { switchTo } from './activate.js';
import { bringBack, hasKept } from './adopt.js';
import { alone, type Ground, onPack } from './ground.js';
import { liveId, lookAt, type Place } from './place.js';
import { stagedRecord } from './record.js';
import { makeFolders } from './temporary.js';

/**
 * Undoes an activation, wherever it stopped: the previous release, else what was adopted, else nothing is live again.
 * Something newer that went live meanwhile stays and is told about.
 */
export async function restore(
  ground: Ground,
  release: Release,
  previous: string | undefined,
): Promise<Result<void>> {
  const { target } = ground;
  const { pack } = release;
  return onPack(ground, pack, async () => {
    await makeFolders(ground, pack);
    return alone(ground, pack, async () => {
      const place = await lookAt(ground, pack);
      const undo = await whatToUndo(ground, release, previous, place);
      if (undo === 'nothing') return ok(undefined);
      if (undo === 'refuse')
        return refused(refuse('live-changed', { target, pack, expected: release.id, found: liveId(place) }));
      return previous === undefined ? toBefore(ground, release) : toRelease(ground, pack, previous);
    });
  });
}

type Undo = 'nothing' | 'activation' | 'refuse';

async function whatToUndo(
  ground: Ground,
  release: Release,
  previous: string | undefined,
  place: Place,
): Promise<Undo> {
  if (liveId(place) === release.id) return 'activation';
  if (place.state === 'managed') return liveId(place) === previous ? 'nothing' : 'refuse';
  if (place.state === 'absent') return 'activation';
  if (previous !== undefined) return 'refuse';
  // Something foreign that never lost its place needs nothing; a link's copy may remain of an adoption cut short.
  if (!(await hasKept(ground, release))) return 'nothing';
  const copy = await ground.files.readlink(ground.layout.kept(release.pack, release.id));
  return copy !== undefined && copy === place.link ? 'activation' : 'refuse';
}

async function toRelease(ground: Ground, pack: string, previous: string): Promise<Result<void>> {
  if ((await stagedRecord(ground, pack, previous)) === undefined)
    return refused(refuse('release-gone', { target: ground.target, pack, release: previous }));
  await switchTo(ground, pack, previous);
  return ok(undefined);
}

async function toBefore(ground: Ground, release: Release): Promise<Result<void>> {
  const { files, layout } = ground;
  if (await hasKept(ground, release)) {
    await bringBack(ground, release);
    return ok(undefined);
  }
  await files.unlink(layout.live(release.pack));
  await files.syncFolder(layout.root);
  return ok(undefined);
}
