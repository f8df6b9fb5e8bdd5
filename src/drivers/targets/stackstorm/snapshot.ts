import { z } from 'zod';
import { type JsonObject, parseJson } from '../../../core/json.js';
import { ok, type Result } from '../../../core/result.js';
import type { Release } from '../../../core/target.js';
import type { Ground } from '../directory/ground.js';
import { decodeId, recordSuffix } from '../directory/layout.js';
import { liveId, lookAt } from '../directory/place.js';
import { makeInPlace } from '../directory/temporary.js';
import { type Choices, choicesOf } from './choices.js';
import { type ConfigSchema, readConfigSchema } from './config-schema.js';
import { readFolder } from './declared.js';
import { makeNotes, notesOf, type Station, snapshotPath } from './ground.js';
import { type Key, type Kind, keyOf, kinds } from './kinds.js';
import { readVersion } from './pack.js';
import { readThings, type Thing, type Things } from './things.js';

/** How a pack was on the server before a release went live, as it is kept beside the release. */
export interface Snapshot {
  /** The version that was registered; null when the pack was not. */
  readonly version: string | null;
  /** The options of its config that were registered. */
  readonly configSchema: ConfigSchema | undefined;
  /** What the server had. */
  readonly things: Things;
  /** What the files that were live declared. */
  readonly declared: ReadonlySet<Key>;
  /** What people have enabled or disabled against what the files say. */
  readonly choices: Choices;
  /** Whether the release was found to be registered as it should be. */
  readonly isProven: boolean;
  /** Whether the release is what others had put there, and perhaps registered. */
  readonly asFound: boolean;
  /** The content that was live, and the deployment that took its place. */
  readonly displaced?: { readonly tree: string; readonly by: number } | undefined;
}

const words = kinds.map(({ word }) => word) as [Kind['word'], ...Kind['word'][]];

const schema = z.object({
  format: z.literal(1),
  version: z.string().nullable(),
  configSchema: z.record(z.string(), z.unknown()).optional(),
  things: z.array(
    z.object({ word: z.enum(words), object: z.looseObject({ id: z.string(), ref: z.string() }) }),
  ),
  declared: z.array(z.string()),
  choices: z.record(z.string(), z.boolean()),
  isProven: z.boolean(),
  asFound: z.boolean().optional(),
  displaced: z.object({ tree: z.string(), by: z.number() }).optional(),
});

/** What is to become of a pack. */
export interface Undertaking {
  /** See `Activation`. */
  readonly asFound?: boolean;
  readonly goesBack?: boolean;
}

/** Looks at a pack, and keeps how it is until the release is long gone. To be called before the switch. */
export async function takeSnapshot(
  station: Station,
  release: Release,
  { asFound = false, goesBack = false }: Undertaking = {},
): Promise<Result<void>> {
  const { ground, api } = station;
  const { pack, id } = release;
  const things = await readThings(api, pack);
  if (!things.ok) return things;
  const version = await readVersion(api, pack);
  if (!version.ok) return version;
  const configSchema = await readConfigSchema(api, pack);
  if (!configSchema.ok) return configSchema;
  const { things: onDisk } = await readFolder(ground.files, ground.layout.live(pack));
  const before = await snapshotOfLive(ground, pack);
  const then = goesBack ? await whenDisplaced(ground, release) : undefined;
  const choices = then?.choices ?? choicesOf(onDisk.values(), things.value, before?.choices);
  const displaced = await displacedBy(ground, release);
  const declared = new Set(onDisk.keys());
  await writeSnapshot(
    ground,
    { pack, id },
    {
      ...{ version: version.value, configSchema: configSchema.value, things: things.value },
      ...{ declared, choices, isProven: false, asFound, displaced },
    },
  );
  return ok(undefined);
}

async function displacedBy(ground: Ground, { pack, deployment }: Release): Promise<Snapshot['displaced']> {
  const place = await lookAt(ground, pack);
  return place.state === 'managed' ? { tree: place.record.release.source.tree, by: deployment } : undefined;
}

/** How it was when a release's content was live last, and was displaced; undefined when that is not known any more. */
async function whenDisplaced(ground: Ground, { pack, source }: Release): Promise<Snapshot | undefined> {
  const names = await ground.files.list(notesOf(ground, pack));
  const ids = names.flatMap((name) =>
    name.endsWith(recordSuffix) ? (decodeId(name.slice(0, -recordSuffix.length)) ?? []) : [],
  );
  const all = await Promise.all(ids.map((id) => readSnapshot(ground, pack, id)));
  return all
    .filter((one) => one?.displaced?.tree === source.tree)
    .sort((a, b) => (b?.displaced?.by ?? 0) - (a?.displaced?.by ?? 0))[0];
}

/** How it was before the release that is live. */
export async function snapshotOfLive(ground: Ground, pack: string): Promise<Snapshot | undefined> {
  const live = liveId(await lookAt(ground, pack));
  return live === null ? undefined : await readSnapshot(ground, pack, live);
}

async function writeSnapshot(
  ground: Ground,
  { pack, id }: Pick<Release, 'pack' | 'id'>,
  { version, configSchema, things, declared, choices, isProven, asFound, displaced }: Snapshot,
): Promise<void> {
  await makeNotes(ground, pack);
  const text = JSON.stringify({
    format: 1,
    version,
    configSchema,
    things: [...things.values()].map(({ word, object }) => ({ word, object })),
    declared: [...declared],
    choices: Object.fromEntries(choices),
    isProven,
    asFound,
    displaced,
  });
  const place = snapshotPath(ground, pack, id);
  await makeInPlace(ground, pack, place, (temporary) => ground.files.writeDurably(temporary, text));
}

/** How it was before a release; undefined when that never came to its switch. */
export async function readSnapshot(ground: Ground, pack: string, id: string): Promise<Snapshot | undefined> {
  const text = await ground.files.readText(snapshotPath(ground, pack, id));
  const read = text === undefined ? undefined : schema.safeParse(parseJson(text)).data;
  if (read === undefined) return undefined;
  const things = read.things.map(({ word, object }): Thing => {
    const { id: thingId, ref, enabled } = object;
    const flag = typeof enabled === 'boolean' ? enabled : undefined;
    return {
      key: keyOf(word, ref),
      word,
      ref,
      id: thingId,
      enabled: flag,
      object: object as unknown as JsonObject,
    };
  });
  return {
    version: read.version,
    configSchema: read.configSchema as ConfigSchema | undefined,
    things: new Map(things.map((thing) => [thing.key, thing])),
    declared: new Set(read.declared),
    choices: new Map(Object.entries(read.choices)),
    isProven: read.isProven,
    asFound: read.asFound ?? false,
    displaced: read.displaced,
  };
}

/** Notes that a release was found to be registered as it should be. */
export async function noteProven(
  ground: Ground,
  release: Pick<Release, 'pack' | 'id'>,
  snapshot: Snapshot,
): Promise<void> {
  if (!snapshot.isProven) await writeSnapshot(ground, release, { ...snapshot, isProven: true });
}

/** Forgets how it was before a release. */
export async function dropSnapshot(ground: Ground, pack: string, id: string): Promise<void> {
  await ground.files.unlink(snapshotPath(ground, pack, id));
}
