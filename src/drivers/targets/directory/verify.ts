import { refuse } from '../../../core/reason.js';
import { ok, type Result, refused } from '../../../core/result.js';
import type { Release } from '../../../core/target.js';
import { type Ground, onPack } from './ground.js';
import { liveId, lookAt } from './place.js';
import { type ReleaseRecord, sameRelease } from './record.js';

/** Proves that the release is live, is the one that its record tells of, and has all its files. */
export async function verify(ground: Ground, release: Release): Promise<Result<void>> {
  const { target } = ground;
  const { pack, id } = release;
  return onPack(ground, pack, async () => {
    const place = await lookAt(ground, pack);
    if (place.state !== 'managed' || liveId(place) !== id)
      return refused(refuse('live-changed', { target, pack, expected: id, found: liveId(place) }));
    const problem = sameRelease(place.record.release, release)
      ? await incompleteness(ground, place.record)
      : 'its record tells of another release';
    if (problem === undefined) return ok(undefined);
    return refused(refuse('release-incomplete', { target, pack, release: id, problem }));
  });
}

/** In what a release differs from its record, in a few words; undefined when it is complete. */
export async function incompleteness(ground: Ground, record: ReleaseRecord): Promise<string | undefined> {
  const { pack, id } = record.release;
  const folder = ground.layout.release(pack, id);
  if (!(await ground.files.lstat(folder))?.isDirectory()) return 'its folder is missing';
  const size = await ground.files.measure(folder);
  if (!size.manifest) return 'pack.yaml is missing or empty';
  if (size.files !== record.files) return `it has ${size.files} files instead of ${record.files}`;
  if (size.bytes !== record.bytes) return `its files have ${size.bytes} bytes instead of ${record.bytes}`;
  return undefined;
}
