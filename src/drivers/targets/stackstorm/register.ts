import { refuse } from '../../../core/reason.js';
import { ok, type Result, refused } from '../../../core/result.js';
import type { Release, TargetContext } from '../../../core/target.js';
import { differingFields } from './compare.js';
import { readConfigSchema, schemaDifference, tellOfSchema } from './config-schema.js';
import { type Declared, type PackOnDisk, readFolder } from './declared.js';
import type { Station } from './ground.js';
import { readVersion, registerPack } from './pack.js';
import { noteProven, readSnapshot, type Snapshot } from './snapshot.js';
import { readThings, switchThing, type Thing, type Things, unregisterAll } from './things.js';
import { setUpVirtualenv } from './virtualenv.js';

/** Makes StackStorm load a release, forget what it has no more, and keep what people have enabled or disabled. */
export async function register(
  station: Station,
  release: Release,
  context: TargetContext,
): Promise<Result<void>> {
  const { ground, api } = station;
  const { pack, id } = release;
  const onDisk = await readFolder(ground.files, ground.layout.release(pack, id));
  const before = await readSnapshot(ground, pack, id);
  if (before?.asFound && (await verifyRegistered(station, release)).ok) {
    await context.log('it is registered as its files say, so nothing is registered again');
    return ok(undefined);
  }
  const ready = await setUpVirtualenv(station, { pack, release: id, onDisk }, { context, goesBack: false });
  if (!ready.ok) return ready;
  const registered = await registerPack(station, pack, onDisk);
  if (!registered.ok) return registered;
  const now = await readThings(api, pack);
  if (!now.ok) return now;
  const gone = await unregisterAll(api, orphansIn(now.value, onDisk, before));
  if (!gone.ok) return gone;
  const kept = await keepChoices(station, { onDisk, now: now.value, before });
  if (!kept.ok) return kept;
  await nameOthers(now.value, { onDisk, before, context });
  await tellOfSchema(before?.configSchema, onDisk.configSchema, context);
  return ok(undefined);
}

/** What the files that were live declared and those of the release don't. */
function orphansIn(now: Things, onDisk: PackOnDisk, before: Snapshot | undefined): readonly Thing[] {
  return [...now.values()].filter(({ key }) => before?.declared.has(key) && !onDisk.things.has(key));
}

interface State {
  readonly onDisk: PackOnDisk;
  readonly now: Things;
  readonly before: Snapshot | undefined;
}

/** Registering resets everything to what the files say. */
async function keepChoices({ api }: Station, { onDisk, now, before }: State): Promise<Result<void>> {
  for (const declared of onDisk.things.values()) {
    const thing = now.get(declared.key);
    const enabled = enabledOf(declared, before);
    if (thing?.enabled === undefined || thing.enabled === enabled) continue;
    const done = await switchThing(api, thing, enabled);
    if (!done.ok) return done;
  }
  return ok(undefined);
}

function enabledOf({ key, enabled }: Declared, before: Snapshot | undefined): boolean {
  return before?.choices.get(key) ?? enabled;
}

/** Tells of what somebody made at run time: it is in no file, and stays. */
async function nameOthers(
  now: Things,
  { onDisk, before, context }: Omit<State, 'now'> & { readonly context: TargetContext },
): Promise<void> {
  const others = [...now.values()].filter(
    ({ key, word, enabled }) =>
      !onDisk.things.has(key) &&
      !before?.declared.has(key) &&
      // Sensors make trigger types as they run, and can themselves only be disabled.
      word !== 'trigger' &&
      !(word === 'sensor' && enabled === false),
  );
  for (const { key } of others) await context.log(`left alone, since it is in no file of the pack: ${key}`);
}

const mostTold = 5;

/** Proves that the server has what the release's files say, and nothing of what they don't say any more. */
export async function verifyRegistered(station: Station, { pack, id }: Release): Promise<Result<void>> {
  const { ground, api, settings } = station;
  const onDisk = await readFolder(ground.files, ground.layout.release(pack, id));
  const before = await readSnapshot(ground, pack, id);
  const [version, schema, now] = await Promise.all([
    readVersion(api, pack),
    readConfigSchema(api, pack),
    readThings(api, pack),
  ]);
  if (!version.ok) return version;
  if (!schema.ok) return schema;
  if (!now.ok) return now;
  const byName = settings.verify === 'names';
  const differences = [
    ...versionDifference(version.value, onDisk.version),
    ...schemaDifference(onDisk.configSchema, schema.value, byName),
    ...[...onDisk.things.values()].flatMap((one) =>
      differenceOf(one, now.value.get(one.key), { before, byName }),
    ),
    ...orphansIn(now.value, onDisk, before)
      .filter(({ word, enabled }) => word !== 'sensor' || enabled !== false)
      .map(({ key }) => `${key} is still there`),
  ];
  if (differences.length === 0) {
    if (before !== undefined) await noteProven(ground, { pack, id }, before);
    return ok(undefined);
  }
  return refused(refuse('st2-differs', { target: ground.target, pack, ...shortened(differences) }));
}

/** The first of many differences, and how many more there are. */
export function shortened(differences: readonly string[]): { differences: readonly string[]; more: number } {
  const told = differences.slice(0, mostTold);
  return { differences: told, more: differences.length - told.length };
}

function versionDifference(found: string | null, wanted: string | undefined): readonly string[] {
  if (found === (wanted ?? null)) return [];
  return [`its version is ${found ?? 'not registered'} instead of ${wanted ?? 'unknown'}`];
}

function differenceOf(
  declared: Declared,
  thing: Thing | undefined,
  { before, byName }: { readonly before: Snapshot | undefined; readonly byName: boolean },
): readonly string[] {
  if (thing === undefined) return [`${declared.key} is missing`];
  const enabled = enabledOf(declared, before);
  // Once it was as it should be, it is the operators' to switch.
  const isOurs = thing.enabled !== undefined && before?.isProven !== true;
  const isSwitched = isOurs && thing.enabled !== enabled;
  const fields = byName ? [] : differingFields(declared, thing);
  return [
    ...(isSwitched ? [`${declared.key} is ${enabled ? 'disabled' : 'enabled'}`] : []),
    ...(fields.length > 0 ? [`${declared.key} differs in ${fields.join(', ')}`] : []),
  ];
}
