import { type Deployment, isEnd, type PackStatus } from '../../core/deployment.js';
import type { Refusal } from '../../core/reason.js';
import { nothing } from '../queue.js';
import { deploymentOf, type Run } from '../run.js';
import { Ahead } from './ahead.js';
import { type Entered, type EnteredNow, enter } from './enter.js';
import { type Finish, finish } from './finish.js';
import { packWork, type StepFailure } from './pack-steps.js';
import { keepProgress } from './progress.js';

/** A pack whose step was refused. */
export interface FailedPack extends StepFailure {
  readonly pack: string;
}

/**
 * How far a deployment came: to its end, with those whose turn came by it; or it is left to the steps, from where it
 * stands; or it was refused, as a whole when no pack is named.
 */
export type Straight =
  | { readonly ok: true; readonly way: 'through'; readonly next: readonly number[] }
  | { readonly ok: true; readonly way: 'steps'; readonly entered: Entered }
  | { readonly ok: false; readonly refusal: Refusal; readonly at?: FailedAt };

/** The pack that failed, of the deployment that is to go on with the others. */
export interface FailedAt {
  readonly entered: Entered;
  readonly failed: FailedPack;
}

/** A server that stops waits for a step only a moment, so more packs than these get steps of their own. */
const mostPacks = 4;

/**
 * Carries a deployment out from its plan to its end, as long as nothing is in its way. How far it is stands in the
 * tables, so after a crash it goes on where it was. Whatever needs the engine (waiting, trying again, undoing) is left
 * to steps.
 */
export async function goStraight(run: Run): Promise<Straight> {
  const deployment = await deploymentOf(run);
  if (isEnd(deployment.status)) return { ok: true, way: 'through', next: [] };
  const ahead = new Ahead(run, deployment);
  try {
    return await goOn(run, deployment, ahead);
  } finally {
    // What was begun for a plan that did not come about is given up.
    await ahead.settled();
  }
}

async function goOn(run: Run, before: Deployment, ahead: Ahead): Promise<Straight> {
  const now = await enter(run, before, ahead);
  if (!now.ok) return now;
  const { deployment: _, ...entered } = now.value;
  const { planned, place } = entered;
  const isGranted = place === undefined ? planned.claims.length === 0 : place.standing === 'granted';
  if (!isGranted || planned.packs.length > mostPacks) return { ok: true, way: 'steps', entered };
  const done = await carryOutAll(run, now.value, ahead);
  if ('pack' in done) return { ok: false, refusal: done.refusal, at: { entered, failed: done } };
  const next = place?.next ?? [];
  return { ok: true, way: 'through', next: [...next, ...(await finish(run, done))] };
}

/** The deployment as it is once its packs are done, and what has to be kept of the last of them. */
type AllDone = Required<Pick<Finish, 'deployment' | 'kept'>>;

/** Carries out each pack; gives the first failure, if there is one. */
async function carryOutAll(
  run: Run,
  { planned, ...now }: EnteredNow,
  ahead: Ahead,
): Promise<AllDone | FailedPack> {
  let { deployment } = now;
  let kept = nothing;
  for (const [i, pack] of planned.packs.entries()) {
    if (i > 0) {
      await keepProgress(run, kept);
      // Somebody may have canceled it meanwhile.
      deployment = await deploymentOf(run);
    }
    const isRemoval = planned.removals.includes(pack);
    const done = await packWork(run, deployment, { pack, isRemoval, staged: ahead.staged(pack) });
    if (!done.ok) return { ...done, pack };
    kept = done.kept;
    deployment = withStatus(deployment, pack, isRemoval ? 'removed' : 'live');
  }
  return { deployment, kept };
}

function withStatus(deployment: Deployment, pack: string, status: PackStatus): Deployment {
  return { ...deployment, packs: deployment.packs.map((p) => (p.pack === pack ? { ...p, status } : p)) };
}
