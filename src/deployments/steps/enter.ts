import type { Deployment } from '../../core/deployment.js';
import type { Plan } from '../../core/plan.js';
import type { QueueEntry } from '../../core/queue.js';
import { ok, type Result } from '../../core/result.js';
import { dependentsOf } from '../../store/dependents.js';
import type { Start } from '../../store/deployments.js';
import { appendEvents } from '../../store/events.js';
import { readQueue } from '../../store/queue.js';
import { releasesOn } from '../plan/live.js';
import { enqueue, entryOf, type Keep, nothing } from '../queue.js';
import { deploymentOf, type Run, releaseIdOf, stopOf } from '../run.js';
import { firstOutcomes, keepingOf, makePlan, type Planned, plannedOf } from './plan.js';

/**
 * Where a deployment stands. `outdated`: its turn has come, but its plan has to be made anew. `mine`: the turn has come,
 * and its requester has to say so.
 */
export type Standing = 'granted' | 'outdated' | 'waiting' | 'mine' | 'canceled' | 'superseded';

/** A place in the queue, and other deployments whose turn came when it was taken. */
export interface Place {
  readonly standing: Standing;
  readonly next: readonly number[];
}

/** A deployment that has its plan, and its place in the queue unless it claims nothing, or waits for checks or others first. */
export interface Entered {
  readonly planned: Planned;
  readonly place?: Place;
}

/** The same with the deployment as it is then. */
export interface EnteredNow extends Entered {
  readonly deployment: Deployment;
}

/**
 * Makes the plan and queues for all its packs at once. Both are kept in one transaction, so a crash loses both or none.
 * @param onPlan told the plan when its packs are known, and again before it is kept
 */
export async function enter(
  run: Run,
  deployment: Deployment,
  onPlan?: { readonly selected: (draft: Plan) => void; readonly made: (plan: Plan) => void },
): Promise<Result<EnteredNow>> {
  if (deployment.plan !== undefined) return ok(await enteredBefore(run, deployment, deployment.plan));
  // Who queues is read while it is looked what is in the packs.
  let queue: Promise<readonly QueueEntry[]> | undefined;
  const onSelected = (draft: Plan): void => {
    onPlan?.selected(draft);
    if (draft.unchanged.length > 0) queue = readQueue(run.deps.db, draft.target);
    queue?.catch(() => undefined);
  };
  const made = await makePlan(run, deployment, { onSelected });
  if (!made.ok) return made;
  const plan = made.value;
  const keep = (start?: Start) => keepingOf(run, 'planned', { deployment, plan }, start);
  const planned = await plannedOf(run, deployment, plan, queue);
  const mayQueue = planned.gate === undefined && planned.waitsForOthers !== true;
  if (planned.claims.length > 0 && mayQueue) {
    onPlan?.made(plan);
    return ok({ planned, ...(await takePlace(run, { ...deployment, plan }, { planned, keep })) });
  }
  const kept = keep();
  await appendEvents(run.deps.db, kept.events, kept.changes);
  return ok({ planned, deployment: await deploymentOf(run) });
}

/** A try before this one has kept the plan. */
async function enteredBefore(run: Run, deployment: Deployment, plan: Plan): Promise<EnteredNow> {
  const entry = await entryOf(run.deps.db, run.id);
  const planned = await plannedOf(run, deployment, plan);
  if (entry === undefined) return { planned, deployment };
  const claiming = { ...planned, claims: entry.packs };
  const isGranted = entry.grantedAt !== undefined && entry.waitsForWord !== true;
  const isNoted = deployment.packs.some(({ step }) => step !== undefined);
  if (isGranted && (isNoted || (await hasSwitched(run, plan))))
    return { planned: claiming, place: { standing: 'granted', next: [] }, deployment };
  const { standing, deployment: now } = await stand(run, plan, { ...claiming, isGranted });
  return { planned: claiming, place: { standing, next: [] }, deployment: now };
}

/** Whether a pack is as the plan wants it: a kill may have come before it was noted that its steps had begun. */
async function hasSwitched(run: Run, plan: Plan): Promise<boolean> {
  const packs = plan.packs.map((p) => p.pack);
  const live = await releasesOn(run.deps, plan.target, packs);
  const own = releaseIdOf(run.id, plan);
  return live.ok && plan.packs.some((p) => live.value.get(p.pack) === (p.removes ? undefined : own));
}

/** Queues for the packs of a plan that is kept. */
export async function queueFor(run: Run, planned: Planned): Promise<Place> {
  const deployment = await deploymentOf(run);
  const { place } = await takePlace(run, deployment, { planned, keep: () => nothing });
  return place;
}

async function takePlace(
  run: Run,
  deployment: Deployment,
  { planned, keep }: { readonly planned: Planned; readonly keep: Keep },
): Promise<{ readonly place: Place; readonly deployment: Deployment }> {
  const { plan } = deployment;
  if (plan === undefined) throw new Error(`#${run.id} has no plan`);
  // A newer push may have come while this one was planned: then its turn need not come.
  const latest = deployment.via === 'push' ? await deploymentOf(run) : deployment;
  const stop = stopOf(latest);
  if (stop !== undefined) {
    const kept = keep();
    await appendEvents(run.deps.db, kept.events, kept.changes);
    return { place: { standing: stop, next: [] }, deployment: latest };
  }
  const entry = { deployment: run.id, target: plan.target, packs: planned.claims };
  let looked: Promise<boolean> | undefined;
  const look = () => {
    // Whoever was before it has left the queue, so what is live stays so until this one changes it.
    looked = isUpToDate(run, plan);
    looked.catch(() => undefined);
  };
  const { isGranted, next, isWanted } = await enqueue(run.deps, entry, keep, look);
  const running = isWanted === true ? begun(latest, plan) : undefined;
  const claiming = { ...planned, isGranted, known: running, looked };
  const { standing, deployment: now } = await stand(run, plan, claiming);
  // Who comes after it does not wait for it while somebody holds it up.
  const after =
    standing === 'waiting' && latest.via === 'push' ? await dependentsOf(run.deps.db, run.id) : [];
  return { place: { standing, next: [...next, ...after] }, deployment: now };
}

/** A deployment that runs now, as it was kept. */
function begun(deployment: Deployment, plan: Plan): Deployment {
  return { ...deployment, status: 'running', plan, packs: firstOutcomes(plan, deployment.intent) };
}

/** What is known of a deployment's place: its claims, whether its turn has come, and itself when nobody stops it. */
interface Claiming extends Pick<Planned, 'packs' | 'claims'> {
  readonly isGranted: boolean;
  readonly known?: Deployment | undefined;
  /** Whether its plan is up to date, where that has been looked at. */
  readonly looked?: Promise<boolean> | undefined;
}

async function stand(run: Run, plan: Plan, { packs, claims, isGranted, known, looked }: Claiming) {
  const [deployment, isCurrent] = await Promise.all([
    known ?? deploymentOf(run),
    isGranted ? (looked ?? isUpToDate(run, plan)) : false,
  ]);
  const stop = stopOf(deployment);
  if (stop !== undefined) return { deployment, standing: stop };
  if (!isGranted) return { deployment, standing: await standingOf(run) };
  const isAsPlanned = isCurrent && claims.length === packs.length;
  return { deployment, standing: isAsPlanned ? ('granted' as const) : ('outdated' as const) };
}

/** Whether what is live is still what the plan was made from: another deployment may have ended since. */
async function isUpToDate(run: Run, plan: Plan): Promise<boolean> {
  const packs = plan.packs.map((p) => p.pack);
  const live = await releasesOn(run.deps, plan.target, packs);
  return live.ok && plan.packs.every((p) => p.from?.release === live.value.get(p.pack));
}

/** Where a deployment stands that may have waited. */
export async function standingOf(run: Run): Promise<Standing> {
  const stop = stopOf(await deploymentOf(run));
  if (stop !== undefined) return stop;
  const entry = await entryOf(run.deps.db, run.id);
  if (entry?.grantedAt === undefined) return 'waiting';
  return entry.waitsForWord ? 'mine' : 'outdated';
}
