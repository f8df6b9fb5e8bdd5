import type { Stats } from 'node:fs';
import type { Ground } from './ground.js';
import { type KnownRecords, type ReleaseRecord, readRecord, readRecords } from './record.js';

/** What is at a pack's place, with what an operation has to know of it. */
export type Place =
  | { readonly state: 'absent' }
  | { readonly state: 'managed'; readonly record: ReleaseRecord }
  /** `link` is the text when it is a link. */
  | { readonly state: 'foreign'; readonly description: string; readonly link?: string };

/** Looks at a pack's place. */
export async function lookAt(ground: Ground, pack: string): Promise<Place> {
  const path = ground.layout.live(pack);
  const link = await ground.files.readlink(path);
  if (link !== undefined) return linked(ground, pack, link);
  const stats = await ground.files.lstat(path);
  return stats === undefined ? { state: 'absent' } : { state: 'foreign', description: kindOf(stats) };
}

/**
 * The records of the releases that are live of many packs.
 * @param known those that need not be read again; kept up to date
 */
export async function liveRecords(
  ground: Ground,
  packs: readonly string[],
  known: KnownRecords,
): Promise<readonly ReleaseRecord[]> {
  const { files, layout } = ground;
  const links = await files.readlinks(packs.map(layout.live));
  const live = packs.flatMap((pack, i) => {
    const id = layout.idOfLink(pack, links[i] ?? '');
    return id === undefined ? [] : [{ pack, id }];
  });
  return readRecords(ground, known, live);
}

/** The id of the release that is live, null when none of ours is. */
export function liveId(place: Place): string | null {
  return place.state === 'managed' ? place.record.release.id : null;
}

async function linked(ground: Ground, pack: string, link: string): Promise<Place> {
  const id = ground.layout.idOfLink(pack, link);
  if (id === undefined) return { state: 'foreign', description: `a link to ${link}`, link };
  const record = await readRecord(ground, pack, id);
  if (record !== undefined) return { state: 'managed', record };
  return { state: 'foreign', description: `a link to the release ${id} without its record`, link };
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  return stats.isFile() ? 'a file' : 'something';
}
