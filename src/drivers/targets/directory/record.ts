import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Release } from '../../../core/target.js';
import type { Ground } from './ground.js';
import { decodeId, marksSuffix, recordSuffix } from './layout.js';
import { makeInPlace } from './temporary.js';

const schema = z.object({
  format: z.literal(1),
  release: z.looseObject({
    id: z.string(),
    pack: z.string(),
    deployment: z.number(),
    source: z.looseObject({
      repository: z.string(),
      revision: z.looseObject({ ref: z.string(), sha: z.string() }),
      tree: z.string(),
      release: z.string(),
    }),
  }),
  files: z.number(),
  bytes: z.number(),
  stagedAt: z.iso.datetime(),
});

/** What is written beside a release: what it is, and how large it must be to be complete. */
export interface ReleaseRecord {
  readonly format: 1;
  readonly release: Release;
  readonly files: number;
  readonly bytes: number;
  /** ISO 8601, in UTC. */
  readonly stagedAt: string;
}

/** Whether two descriptions are of the same release; one of them may have been through JSON. */
export function sameRelease(a: Release, b: Release): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));
}

/** Reads a release's record; undefined when there is none that makes sense. */
export async function readRecord(
  ground: Ground,
  pack: string,
  id: string,
): Promise<ReleaseRecord | undefined> {
  const text = await ground.files.readText(ground.layout.record(pack, id));
  const record = text === undefined ? undefined : parse(text);
  return record?.release.pack === pack && record.release.id === id ? record : undefined;
}

/**
 * Records that were read, by pack. A release never changes and no id is used twice, so what was read of the same one need
 * not be read again.
 */
export type KnownRecords = Map<string, ReleaseRecord>;

/** The same for one release of each of many packs, of which hundreds are most often known. */
export async function readRecords(
  ground: Ground,
  known: KnownRecords,
  releases: readonly Pick<Release, 'pack' | 'id'>[],
): Promise<readonly ReleaseRecord[]> {
  const others = releases.filter(({ pack, id }) => known.get(pack)?.release.id !== id);
  const readOne = async ({ pack, id }: Pick<Release, 'pack' | 'id'>) => {
    const record = await readRecord(ground, pack, id);
    if (record === undefined) known.delete(pack);
    else known.set(pack, record);
  };
  await Promise.all(others.map(readOne));
  return releases.flatMap(({ pack }) => known.get(pack) ?? []);
}

function parse(text: string): ReleaseRecord | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Writes a release's record; it is on the disk once `syncRelease` has been called. */
export async function writeRecord(ground: Ground, record: ReleaseRecord): Promise<void> {
  const { id, pack } = record.release;
  const text = `${JSON.stringify(record, null, 2)}\n`;
  const place = ground.layout.record(pack, id);
  await makeInPlace(ground, pack, place, (temporary) => ground.files.writeText(temporary, text));
}

/**
 * Waits until the disk has a release's record and its folder's name. Only then may it go live: a record that a power cut
 * left empty would make a live release look like something foreign.
 */
export async function syncRelease({ files, layout }: Ground, pack: string, id: string): Promise<void> {
  await files.syncFile(layout.record(pack, id));
  await files.syncFolder(layout.releases(pack));
}

/** The record of a release whose files are there too; undefined when it is not staged (or was lost). */
export async function stagedRecord(
  ground: Ground,
  pack: string,
  id: string,
): Promise<ReleaseRecord | undefined> {
  const folder = await ground.files.lstat(ground.layout.release(pack, id));
  return folder?.isDirectory() ? readRecord(ground, pack, id) : undefined;
}

/** The ids of everything that is kept of a pack's releases: folders, records, how files looked, or some of these. */
export async function releaseIds(ground: Ground, pack: string): Promise<readonly string[]> {
  const names = await ground.files.list(ground.layout.releases(pack));
  const stems = names.map((name) => {
    const suffix = [recordSuffix, marksSuffix].find((end) => name.endsWith(end)) ?? '';
    return name.slice(0, name.length - suffix.length);
  });
  return [...new Set(stems.flatMap((stem) => decodeId(stem) ?? []))];
}
