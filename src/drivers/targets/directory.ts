import { resolve } from 'node:path';
import type { Clock } from '../../core/clock.js';
import { ok } from '../../core/result.js';
import type { LivePack, Release, Target } from '../../core/target.js';
import { activate } from './directory/activate.js';
import { check } from './directory/check.js';
import { type Files, filesAt } from './directory/files.js';
import { findForeign } from './directory/found.js';
import { type Ground, onPack, onRoot } from './directory/ground.js';
import { layoutOf } from './directory/layout.js';
import { lookAtFiles } from './directory/look.js';
import { liveRecords, lookAt, type Place } from './directory/place.js';
import { prune } from './directory/prune.js';
import type { KnownRecords } from './directory/record.js';
import { restore } from './directory/restore.js';
import { stage } from './directory/stage.js';
import { verify } from './directory/verify.js';

/** What a directory target is made of. */
export interface DirectoryTargetOptions {
  /** Its name in the config. */
  readonly name: string;
  /** The folder that StackStorm reads packs from; it must exist, and may be a link. */
  readonly path: string;
  readonly clock: Clock;
  /** The file system; the machine's unless given. */
  readonly files?: Files;
  /** How long to wait for another process that changes the same pack, in milliseconds; 30,000 unless given. */
  readonly patienceMs?: number;
}

/**
 * A target that is a plain directory: `<path>/<pack>` is a link to `.packtrain/releases/<pack>/<release>`, switched
 * by one rename. Nothing is kept in memory but records that are unchanged; what is live is what the file system says, so several processes (and
 * people with a shell) may look, and the changes of one pack are serialised by a lock beside it. Repeating a call
 * that a crash cut short completes it. Refusals: the `target-`, `release-`, `live-` and `kept-` codes of
 * `core/reasons/target.ts`. Throws on a reused release id and on input/output errors.
 */
export function createDirectoryTarget(options: DirectoryTargetOptions): Target {
  const { name, path, clock, files = filesAt(resolve(options.path)), patienceMs = 30_000 } = options;
  const ground: Ground = { target: name, layout: layoutOf(resolve(path)), files, clock, patienceMs };
  const known: KnownRecords = new Map();
  return {
    name,
    check: () => check(ground),
    live: (pack) => onPack(ground, pack, async () => ok(livePack(await lookAt(ground, pack)))),
    list: () => onRoot(ground, async () => ok(await liveReleases(ground, known))),
    found: (pack) => findForeign(ground, pack),
    files: (pack) => lookAtFiles(ground, pack),
    stage: (release, fill, bytes) => stage(ground, release, fill, bytes),
    activate: (activation, context) => activate(ground, activation, context),
    verify: (release) => verify(ground, release),
    restore: (release, previous) => restore(ground, release, previous),
    prune: (pack, keep) => prune(ground, pack, keep),
  };
}

function livePack(place: Place): LivePack {
  if (place.state === 'managed') return { state: 'managed', release: place.record.release };
  if (place.state === 'absent') return place;
  return { state: 'foreign', description: place.description };
}

async function liveReleases(ground: Ground, known: KnownRecords): Promise<readonly Release[]> {
  // Every pack that was ever ours has a folder of releases.
  const packs = (await ground.files.list(ground.layout.allReleases)).sort();
  return (await liveRecords(ground, packs, known)).map(({ release }) => release);
}
