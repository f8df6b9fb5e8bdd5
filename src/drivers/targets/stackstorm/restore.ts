import { refuse } from '../../../core/reason.js';
import { ok, type Result, refused } from '../../../core/result.js';
import type { Release, TargetContext } from '../../../core/target.js';
import { changedFields } from './compare.js';
import { type ConfigSchema, readConfigSchema, schemaDifference, tellOfSchema } from './config-schema.js';
import { type PackOnDisk, readFolder } from './declared.js';
import { followExecution, startAction } from './executions.js';
import type { Station } from './ground.js';
import { readVersion, registerPack } from './pack.js';
import { shortened } from './register.js';
import { dropSnapshot, readSnapshot, type Snapshot } from './snapshot.js';
import { postThing, putThing, readThings, type Things, unregisterAll } from './things.js';
import { setUpVirtualenv } from './virtualenv.js';

/** Undoes an activation: files, what is registered, what is enabled, and the virtualenv are as before it. */
export async function restore(
  station: Station,
  { release, previous }: { readonly release: Release; readonly previous: string | undefined },
  context: TargetContext,
): Promise<Result<void>> {
  const { ground, directory } = station;
  const { pack, id } = release;
  const files = await directory.restore(release, previous);
  if (!files.ok) return files;
  const before = await readSnapshot(ground, pack, id);
  // It is taken before anything else, so without it nothing was done to the server.
  if (before === undefined) return ok(undefined);
  const live = await readFolder(ground.files, ground.layout.live(pack));
  const restored = await restoreServer(station, { release, before, live }, context);
  // Once all is as before, a repeat must not undo what people change from now on.
  if (restored.ok) await dropSnapshot(ground, pack, id);
  return restored;
}

interface WayBack {
  readonly release: Release;
  readonly before: Snapshot;
  /** What the files declare that are live again. */
  readonly live: PackOnDisk;
}

async function restoreServer(station: Station, way: WayBack, context: TargetContext): Promise<Result<void>> {
  const { release, live: onDisk, before } = way;
  const { pack, id } = release;
  const first = await differencesFrom(station, way);
  if (!first.ok) return first;
  const need = { pack, release: id, onDisk };
  const ready = await setUpVirtualenv(station, need, { context, goesBack: true });
  const same = first.value.length === 0 ? ok(undefined) : await makeSame(station, way, context);
  if (!same.ok) return same;
  // What fails at its first file leaves nothing but an entry of the pack.
  if (before.version === null) await forgetPack(station, pack, context);
  return ready;
}

/** Makes what is registered as it was, and proves it. */
async function makeSame(station: Station, way: WayBack, context: TargetContext): Promise<Result<void>> {
  const { live: onDisk, release } = way;
  const { pack } = release;
  // A pack that was broken before, or half registered, is put back piece by piece below.
  if (onDisk.version !== undefined) {
    const registered = await registerPack(station, pack, onDisk);
    if (!registered.ok && registered.refusal.code !== 'st2-not-registered') return registered;
  }
  const done = await putBack(station, way, context);
  if (!done.ok) return done;
  const left = await differencesFrom(station, way);
  if (!left.ok) return left;
  const { target } = station.ground;
  return left.value.length === 0
    ? ok(undefined)
    : refused(refuse('st2-not-as-before', { target, pack, ...shortened(left.value) }));
}

/** In what the server differs from how it was. What was made there meanwhile by somebody else is no difference. */
async function differencesFrom(
  station: Station,
  { release, before, live }: WayBack,
): Promise<Result<readonly string[]>> {
  const { ground, api } = station;
  const { pack, id } = release;
  const [version, schema, now] = await Promise.all([
    readVersion(api, pack),
    readConfigSchema(api, pack),
    readThings(api, pack),
  ]);
  if (!version.ok) return version;
  if (!schema.ok) return schema;
  if (!now.ok) return now;
  const { things } = await readFolder(ground.files, ground.layout.release(pack, id));
  const news = [...things.keys()].filter((key) => {
    const thing = now.value.get(key);
    const isThere = thing !== undefined && !(thing.word === 'sensor' && thing.enabled === false);
    return isThere && !before.things.has(key);
  });
  const changed = [...before.things.values()].flatMap((thing) => {
    const found = now.value.get(thing.key);
    if (found === undefined) return [`${thing.key} is missing`];
    const fields = changedFields(thing, found);
    return fields.length === 0 ? [] : [`${thing.key} differs in ${fields.join(', ')}`];
  });
  // Whether an empty entry of a pack stays is up to the server's own action.
  const isOther = before.version !== null && version.value !== before.version;
  return ok([
    ...(isOther ? [`its version is ${version.value ?? 'not registered'} instead of ${before.version}`] : []),
    ...schemaDifference(restorable(before, live), schema.value),
    ...news.map((key) => `${key} is there`),
    ...changed,
  ]);
}

/** The config schema that was there, if the files have it: only registering them puts one in its place. */
function restorable({ configSchema: was }: Snapshot, { configSchema }: PackOnDisk): ConfigSchema | undefined {
  return schemaDifference(configSchema, was).length === 0 ? configSchema : undefined;
}

/** Takes away what the release brought, and puts back what it changed. */
async function putBack(
  station: Station,
  { release, before }: WayBack,
  context: TargetContext,
): Promise<Result<void>> {
  const { ground, api } = station;
  const { pack, id } = release;
  const now = await readThings(api, pack);
  if (!now.ok) return now;
  const brought = await readFolder(ground.files, ground.layout.release(pack, id));
  const news = [...now.value.values()].filter(
    ({ key }) => brought.things.has(key) && !before.things.has(key),
  );
  const gone = await unregisterAll(api, news);
  if (!gone.ok) return gone;
  const same = await putBackThings(station, before, now.value);
  if (!same.ok) return same;
  if (before.version !== null) await tellOfSchema(brought.configSchema, before.configSchema, context);
  return ok(undefined);
}

async function putBackThings({ api }: Station, before: Snapshot, now: Things): Promise<Result<void>> {
  for (const thing of before.things.values()) {
    const found = now.get(thing.key);
    const { id: _, uid: __, ...was } = thing.object;
    const isSame = found !== undefined && changedFields(thing, found).length === 0;
    if (isSame) continue;
    const done = found === undefined ? await postThing(api, thing) : await putThing(api, found, was);
    if (!done.ok) return done;
  }
  return ok(undefined);
}

/** Takes a live release away for good, with all that is registered of it. */
export async function remove(
  station: Station,
  release: Release,
  context: TargetContext,
): Promise<Result<void>> {
  const { ground, api, directory } = station;
  const { pack, id } = release;
  const { things } = await readFolder(ground.files, ground.layout.release(pack, id));
  const now = await readThings(api, pack);
  if (!now.ok) return now;
  // First, so that nothing starts that has no files; and while they are there, a crash is seen and repeated.
  const gone = await unregisterAll(
    api,
    [...now.value.values()].filter(({ key }) => things.has(key)),
  );
  if (!gone.ok) return gone;
  await forgetPack(station, pack, context);
  const removed = await directory.restore(release, undefined);
  if (!removed.ok) return removed;
  const adopted = await readFolder(ground.files, ground.layout.live(pack));
  return adopted.version === undefined ? ok(undefined) : await registerPack(station, pack, adopted);
}

const unload = 'packs.unload';
const unloadMs = 60_000;

/**
 * Has the server forget the entry of a pack that has nothing left; the API itself can't remove one. An entry that stays
 * does no harm, so a failure is only told.
 */
async function forgetPack(station: Station, pack: string, context: TargetContext): Promise<void> {
  const [version, now] = await Promise.all([readVersion(station.api, pack), readThings(station.api, pack)]);
  if (!version.ok || !now.ok || version.value === null) return;
  // It would take what people made at run time with it.
  const others = [...now.value.values()].filter(({ word }) => word !== 'sensor' && word !== 'trigger');
  for (const { key } of others) await context.log(`left alone, since it is in no file of the pack: ${key}`);
  if (others.length > 0) return;
  const started = await startAction(station, unload, { packs: [pack] });
  const job = { action: unload, limitMs: unloadMs };
  const ended = started.ok ? await followExecution(station, { ...job, id: started.value }, context) : started;
  if (!ended.ok || !ended.value.succeeded)
    await context.log(
      `the server still lists ${pack}, without content; to be rid of that: st2 run ${unload} packs=${pack}`,
    );
}
