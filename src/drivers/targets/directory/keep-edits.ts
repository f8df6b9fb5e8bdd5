import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Release } from '../../../core/target.js';
import type { Ground } from './ground.js';
import { keptEdits, suspectsOf } from './look.js';
import { makeInPlace } from './temporary.js';

/**
 * Keeps the files of the live release that somebody may have edited, before another takes its place.
 * @returns where they are kept; undefined when there are none. A repeat finds what is done.
 */
export async function keepEdits(ground: Ground, release: Release, live: string): Promise<string | undefined> {
  const { files, layout } = ground;
  const kept = keptEdits(ground, release.pack, release.id);
  if ((await files.lstat(kept)) !== undefined) return kept;
  const { suspects } = await suspectsOf(ground, release.pack, live);
  const there = suspects.filter(({ id }) => id !== undefined);
  if (there.length === 0) return undefined;
  await files.makeFolder(join(layout.own, 'edited'));
  const folder = layout.release(release.pack, live);
  await makeInPlace(ground, release.pack, kept, async (temporary) => {
    for (const { path } of there) {
      await mkdir(dirname(join(temporary, path)), { recursive: true });
      await cp(join(folder, path), join(temporary, path), {
        verbatimSymlinks: true,
        preserveTimestamps: true,
      });
    }
  });
  await files.syncFolder(join(layout.own, 'edited'));
  return kept;
}
