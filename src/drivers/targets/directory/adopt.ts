import { refuse } from '../../../core/reason.js';
import { ok, type Result, refused } from '../../../core/result.js';
import type { Release } from '../../../core/target.js';
import type { Ground } from './ground.js';
import type { Place } from './place.js';
import { replaceLink } from './temporary.js';

type Foreign = Extract<Place, { state: 'foreign' }>;

/**
 * Keeps what a release takes the place of. A folder or file is moved, and its place is empty until the link is
 * there; a link is copied, so its place is never empty. A repeat after a crash finds what is done.
 */
export async function keep(ground: Ground, release: Release, place: Foreign): Promise<Result<void>> {
  const { files, layout } = ground;
  const kept = layout.kept(release.pack, release.id);
  await files.makeFolder(layout.adopted);
  if ((await files.lstat(kept)) !== undefined) {
    if (place.link !== undefined && place.link === (await files.readlink(kept))) return ok(undefined);
    return refused(refuse('kept-in-the-way', { target: ground.target, pack: release.pack, kept }));
  }
  if (place.link === undefined) await files.rename(layout.live(release.pack), kept);
  else await files.symlink(place.link, kept);
  await files.syncFolder(layout.adopted);
  return ok(undefined);
}

/** Whether something is kept whose place the release took. */
export async function hasKept(ground: Ground, release: Release): Promise<boolean> {
  return (await ground.files.lstat(ground.layout.kept(release.pack, release.id))) !== undefined;
}

/** Puts back what was kept. The place holds our link or nothing. */
export async function bringBack(ground: Ground, release: Release): Promise<void> {
  const { files, layout } = ground;
  const kept = layout.kept(release.pack, release.id);
  const live = layout.live(release.pack);
  const link = await files.readlink(kept);
  if (link === undefined) {
    // A folder can't be renamed over a link: for an instant the place is empty.
    await files.unlink(live);
    await files.rename(kept, live);
  } else {
    await replaceLink(ground, release.pack, link, live);
    await files.unlink(kept);
  }
  await files.syncFolder(layout.root);
}
