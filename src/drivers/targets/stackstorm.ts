import { join, resolve } from 'node:path';
import type { Clock } from '../../core/clock.js';
import { ok, type Result } from '../../core/result.js';
import type { Activation, Release, Target, TargetContext } from '../../core/target.js';
import { type Files, filesAt } from './directory/files.js';
import { type Ground, onPack, onRoot } from './directory/ground.js';
import { layoutOf, recordSuffix } from './directory/layout.js';
import { liveId, lookAt } from './directory/place.js';
import { createDirectoryTarget } from './directory.js';
import { createApi } from './stackstorm/api.js';
import { tryOut } from './stackstorm/canary.js';
import { check } from './stackstorm/check.js';
import { disabledAliases } from './stackstorm/disabled.js';
import { drain } from './stackstorm/executions.js';
import { findOnServer } from './stackstorm/found.js';
import { notesOf, type Settings, type Station, unheard } from './stackstorm/ground.js';
import { claimTarget } from './stackstorm/owner.js';
import { register, verifyRegistered } from './stackstorm/register.js';
import { remove, restore } from './stackstorm/restore.js';
import { readSnapshot, takeSnapshot } from './stackstorm/snapshot.js';

/** What a StackStorm target is made of. */
export interface StackstormTargetOptions extends Omit<Settings, 'pollMs'> {
  /** Its name in the config. */
  readonly name: string;
  /** The server's address, with or without `/api/v1`. */
  readonly url: string;
  /** The folder that this server reads packs from. */
  readonly path: string;
  /** The API key or token, read anew for each request; undefined when it is not there. */
  readonly key: () => Promise<string | undefined>;
  readonly keyKind: 'api-key' | 'token';
  readonly caFile?: string | undefined;
  /** Milliseconds for a request with its answer, registering aside. */
  readonly requestMs: number;
  /** The id of this Packtrain, the same for all servers that share a database; undefined: no claim is made. */
  readonly owner?: (() => Promise<string>) | undefined;
  readonly clock: Clock;
  /** The file system; the machine's unless given. */
  readonly files?: Files;
  /** Milliseconds between two looks at an execution; 2,000 unless given. */
  readonly pollMs?: number;
  /** Milliseconds before a request is tried again; 500 unless given. */
  readonly retryMs?: number;
}

/**
 * A target that is a StackStorm server: the directory from which it reads packs, and its API. Files are staged, switched
 * and kept as by the directory target; then the server loads them, forgets what is gone, and is asked what it has.
 * How a pack was before is kept beside its releases, so every call may be repeated after a crash.
 */
export function createStackstormTarget(options: StackstormTargetOptions): Target {
  const station = stationOf(options);
  const { ground, directory } = station;

  /** Only whoever looks after the target may change it. */
  function owning(pack: string, body: () => Promise<Result<void>>): Promise<Result<void>> {
    return onPack(ground, pack, async () => {
      const claimed = await claimTarget(station);
      return claimed.ok ? await body() : claimed;
    });
  }

  return {
    name: options.name,
    check: () => check(station),
    live: directory.live,
    list: directory.list,
    found: (pack) => onRoot(ground, () => findOnServer(station, pack)),
    files: directory.files,
    disabledAliases: (pack) => onPack(ground, pack, () => disabledAliases(station, pack)),
    stage: directory.stage,
    activate: (activation, context = unheard) =>
      owning(activation.release.pack, () => activate(station, activation, context)),
    register: (release, context = unheard) => owning(release.pack, () => register(station, release, context)),
    async verify(release) {
      const files = await directory.verify(release);
      return files.ok ? await onPack(ground, release.pack, () => verifyRegistered(station, release)) : files;
    },
    tryOut: (release, canary, context = unheard) =>
      onPack(ground, release.pack, () => tryOut(station, release, canary, context)),
    restore: (release, previous, context = unheard) =>
      onPack(ground, release.pack, async () => {
        const claimed = await claimTarget(station);
        if (claimed.ok) return await restore(station, { release, previous }, context);
        // Whoever was refused before the switch has nothing to undo.
        return (await hasBegun(station, release)) ? claimed : ok(undefined);
      }),
    remove: (release, context = unheard) => owning(release.pack, () => remove(station, release, context)),
    async prune(pack, keep) {
      await directory.prune(pack, keep);
      await pruneNotes(ground, pack).catch(() => undefined);
    },
  };
}

function stationOf(options: StackstormTargetOptions): Station {
  const { name, path, clock, files = filesAt(resolve(options.path)), key, keyKind } = options;
  const header = keyKind === 'api-key' ? 'st2-api-key' : 'x-auth-token';
  const proof = async () => {
    const secret = await key();
    return secret === undefined ? undefined : { [header]: secret };
  };
  const ground: Ground = { target: name, layout: layoutOf(resolve(path)), files, clock, patienceMs: 30_000 };
  return {
    ground,
    directory: createDirectoryTarget({ name, path, clock, files }),
    api: createApi({ ...options, target: name, proof, retryMs: options.retryMs ?? 500 }),
    settings: { ...options, pollMs: options.pollMs ?? 2_000 },
    owner: options.owner,
  };
}

/** Whether a release may have come to its switch: how it was is kept before. */
async function hasBegun({ ground }: Station, { pack, id }: Release): Promise<boolean> {
  return (await readSnapshot(ground, pack, id)) !== undefined || liveId(await lookAt(ground, pack)) === id;
}

async function activate(
  station: Station,
  activation: Activation,
  context: TargetContext,
): Promise<Result<void>> {
  const { ground, directory } = station;
  const { release, expected } = activation;
  const live = liveId(await lookAt(ground, release.pack));
  // When another is live than was expected, the directory says so, and nobody waits for that.
  if (live !== release.id && live === (expected ?? null)) {
    const ready = await prepare(station, activation, context);
    if (!ready.ok) return ready;
  }
  return await directory.activate(activation, context);
}

async function prepare(
  station: Station,
  { release, asFound = false, goesBack = false }: Activation,
  context: TargetContext,
): Promise<Result<void>> {
  // Who takes over what is there switches to the same files.
  const drained = asFound ? ok(undefined) : await drain(station, release.pack, context);
  return drained.ok ? await takeSnapshot(station, release, { asFound, goesBack }) : drained;
}

/** Removes what is kept about releases that are gone. */
async function pruneNotes(ground: Ground, pack: string): Promise<void> {
  const { layout, files } = ground;
  const releases = new Set(await files.list(layout.releases(pack)));
  const notes = notesOf(ground, pack);
  for (const name of await files.list(notes))
    if (name.endsWith(recordSuffix) && !releases.has(name)) await files.unlink(join(notes, name));
}
