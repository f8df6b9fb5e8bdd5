import type { LookedFiles } from '../../core/drift.js';
import type { PackSelection } from '../../core/intent.js';
import type { LiveRevision } from '../../core/plan.js';
import { ok, type Result } from '../../core/result.js';
import type { Release, Target } from '../../core/target.js';
import type { DeploymentDeps } from '../deps.js';
import { targetNamed } from '../lookup.js';

/** What is live of a pack. */
export interface LiveState {
  readonly revision: LiveRevision;
  /** False when its files are damaged or edited, so that it is not passed over where the same is deployed again. */
  readonly isSound: boolean;
  /** How its files look, where they were looked at closely. */
  readonly looked?: LookedFiles;
}

/** What is live on a target, by pack. The target itself is asked: people with a shell change it too. */
export type Live = ReadonlyMap<string, LiveState>;

/** Looks at a target: closely at the packs named, or over all of them. */
export async function liveOn(
  deps: DeploymentDeps,
  name: string,
  selection: PackSelection,
): Promise<Result<Live>> {
  const target = targetNamed(deps, name);
  if (!target.ok) return target;
  if (selection.kind === 'named') return await lookAtEach(target.value, selection.packs);
  const releases = await target.value.list();
  if (!releases.ok) return releases;
  return ok(new Map(releases.value.map((release) => [release.pack, stateOf(release, true)])));
}

/** The ids of the releases that are live of some packs, without looking closely whether they are whole. */
export async function releasesOn(
  deps: DeploymentDeps,
  name: string,
  packs: readonly string[],
): Promise<Result<ReadonlyMap<string, string>>> {
  const target = targetNamed(deps, name);
  if (!target.ok) return target;
  const releases = new Map<string, string>();
  for (const pack of packs) {
    const live = await target.value.live(pack);
    if (!live.ok) return live;
    if (live.value.state === 'managed') releases.set(pack, live.value.release.id);
  }
  return ok(releases);
}

async function lookAtEach(target: Target, packs: readonly string[]): Promise<Result<Live>> {
  const states = new Map<string, LiveState>();
  for (const pack of packs) {
    const live = await target.live(pack);
    if (!live.ok) return live;
    if (live.value.state !== 'managed') continue;
    const { release } = live.value;
    const [verified, looked] = await Promise.all([target.verify(release), target.files(pack)]);
    const isAsWritten = looked.ok && looked.value.suspects.length === 0;
    const state = stateOf(release, verified.ok && (isAsWritten || areUnknown(looked)));
    states.set(pack, looked.ok ? { ...state, looked: looked.value } : state);
  }
  return ok(states);
}

/** Of a release of an older Packtrain it is not known how its files looked. */
function areUnknown(looked: Result<LookedFiles>): boolean {
  return looked.ok && looked.value.areAll;
}

function stateOf(release: Release, isSound: boolean): LiveState {
  return { revision: { ...release.source, release: release.id }, isSound };
}
