import type { Deployment, PackOutcome } from '../../core/deployment.js';
import type { Request } from '../../core/intent.js';
import type { PackRefusal, Plan } from '../../core/plan.js';
import type { QueueEntry } from '../../core/queue.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { findBorrow } from '../../store/borrows.js';
import { planChanges, type Start } from '../../store/deployments.js';
import { appendEvents, type NewEvent } from '../../store/events.js';
import { readQueue } from '../../store/queue.js';
import { authorizeBorrow, authorizePlan } from '../authorize.js';
import { isOver } from '../borrows/end.js';
import { rulesOf } from '../checks/judge.js';
import { repositoryNamed, targetNamed } from '../lookup.js';
import { afterOf, needsNow, withNeeds } from '../needed.js';
import { withoutCarrier } from '../plan/carrier.js';
import { onlyOf } from '../plan/only-of.js';
import type { Kept } from '../queue.js';
import { deploymentOf, type Run } from '../run.js';

/** What the workflow goes on with: the packs that change, in order. */
export interface Planned {
  readonly packs: readonly string[];
  /** Those of them that are taken away. */
  readonly removals: readonly string[];
  /** What it queues for: its packs, and those that are live as asked but that somebody before it is about to change. */
  readonly claims: readonly string[];
  /** Whether others of its push bring what it needs, and go first. */
  readonly waitsForOthers?: boolean;
  /** The commit whose checks have to pass; absent where none have to. */
  readonly gate?: string;
}

/**
 * Makes the plan anew when the turn came after a wait: the ref may have moved, and so may what is live. Only packs
 * that were claimed stay in it.
 */
export async function replanStep(run: Run, claimed: readonly string[]): Promise<Result<Planned>> {
  const deployment = await deploymentOf(run);
  const isClaimed = ({ pack }: { readonly pack: string }) => claimed.includes(pack);
  const narrow = (plan: Plan) => ({
    ...onlyOf(plan, (pack) => claimed.includes(pack)),
    refused: [...plan.refused.filter(isClaimed), ...heldBack(deployment.plan, claimed)],
  });
  const made = await makePlan(run, deployment, { narrow });
  if (!made.ok) return made;
  const { events, changes } = keepingOf(run, 'replanned', { deployment, plan: made.value });
  await appendEvents(run.deps.db, events, changes);
  return ok(await plannedOf(run, deployment, made.value));
}

/** What checks have refused before stays refused, and named; so does what may not be changed from where it was asked. */
function heldBack(before: Plan | undefined, claimed: readonly string[]): readonly PackRefusal[] {
  const refused = before?.refused ?? [];
  return refused.filter((p) => keptCodes.includes(p.refusal.code) && !claimed.includes(p.pack));
}

const keptCodes: readonly string[] = ['checks-failed', 'pack-carries'];

/**
 * What the workflow needs of a plan.
 * @param queue what was read of its target's queue, where that was begun before
 */
export async function plannedOf(
  run: Run,
  { intent }: Deployment,
  plan: Plan,
  queue?: Promise<readonly QueueEntry[]>,
): Promise<Planned> {
  const removals = plan.packs.filter((p) => p.removes).map((p) => p.pack);
  const packs = plan.packs.map((p) => p.pack);
  const claims = [...packs, ...(await aboutToChange(run, plan, queue))];
  const waits = packs.length > 0 && afterOf(intent).length > 0 ? { waitsForOthers: true } : {};
  return { packs, removals, claims, ...waits, ...gateOf(run, intent, plan) };
}

/**
 * What keeps a plan.
 * @param start when its deployment also begins to run
 */
export function keepingOf({ deps: { db, clock } }: Run, key: string, of: Planning, start?: Start): Kept {
  const { deployment, plan } = of;
  const { id, intent } = deployment;
  const event: NewEvent = { deployment: id, key, at: clock.now(), event: { kind: 'planned' } };
  const packs = firstOutcomes(plan, intent);
  return { events: [event], changes: planChanges(db, { id, plan, packs }, start) };
}

/** A plan, and what it is made for. */
interface Planning {
  readonly deployment: Deployment;
  readonly plan: Plan;
}

/** What else there is to making a plan. */
export interface Making {
  /** Leaves of the plan what is still meant. */
  readonly narrow?: (plan: Plan) => Plan;
  /** Told the plan before it is known what is in its packs; the policy is not asked about it yet. */
  readonly onSelected?: ((draft: Plan) => void) | undefined;
}

/** Makes the intent exact and asks the policy about it. */
export async function makePlan(
  run: Run,
  deployment: Deployment,
  { narrow = (plan) => plan, onSelected }: Making = {},
): Promise<Result<Plan>> {
  const { deps } = run;
  const { via, requester } = deployment;
  const how = { via, requester, fetching: run.earlyFetches.take(run.id), onSelected };
  const made = await run.planner.plan(deployment.intent, how);
  if (!made.ok) return made;
  const plan = withNeeds(
    narrow(withoutCarrier(deps.config(), deployment, made.value)),
    await needsNow(deps, deployment.intent),
  );
  const was = deployment.plan?.target ?? plan.target;
  // Its claims are in the other target's queue.
  if (was !== plan.target)
    return refused(refuse('target-changed', { repository: plan.repository, was, now: plan.target }));
  const target = targetNamed(deps, plan.target);
  if (!target.ok) return target;
  const asked: Request = { key: '', ...deployment };
  const allowed = await authorize(run, asked, plan);
  return allowed.ok ? ok(plan) : allowed;
}

/** Which checks have to pass: those of what is deployed, unless somebody may ignore them. A way back has none. */
export function gateOf(run: Run, intent: Request['intent'], plan: Plan): Pick<Planned, 'gate'> {
  if (intent.kind !== 'deploy' || intent.ignoringChecks !== undefined || plan.packs.length === 0) return {};
  // What is there already has nothing to pass.
  if (intent.asFound === true) return {};
  return rulesOf(run.deps, plan.repository) === undefined ? {} : { gate: plan.revision.sha };
}

/** The packs that are live as asked, but that somebody before is about to change. */
async function aboutToChange(
  run: Run,
  { target, unchanged }: Plan,
  reading?: Promise<readonly QueueEntry[]>,
): Promise<readonly string[]> {
  if (unchanged.length === 0) return [];
  const queue = await (reading ?? readQueue(run.deps.db, target));
  const claimed = new Set(queue.filter((entry) => entry.deployment !== run.id).flatMap(({ packs }) => packs));
  return unchanged.filter((pack) => claimed.has(pack));
}

/** Asks the policy about a plan, as it stands now. */
export async function authorize(run: Run, asked: Request, plan: Plan): Promise<Result<void>> {
  const config = run.deps.config();
  const repository = repositoryNamed(config, plan.repository);
  if (!repository.ok) return repository;
  const mayReturn = await authorizeReturn(run, asked);
  if (!mayReturn.ok) return mayReturn;
  const refs = await run.deps.git.refs(repository.value);
  return refs.ok ? authorizePlan(config, asked, plan, refs.value.branches) : refs;
}

/** While a return waited, its borrow may have been handed over or kept for longer. */
async function authorizeReturn(run: Run, asked: Request): Promise<Result<void>> {
  const { intent, via } = asked;
  if (intent.kind !== 'return' || intent.borrow === undefined) return ok(undefined);
  const found = await findBorrow(run.deps.db, intent.borrow);
  if (found === undefined || !found.isOpen) return refused(refuse('not-borrowed', { pack: intent.pack }));
  const { borrow } = found;
  if (via !== 'timer') return authorizeBorrow(run.deps.config(), asked, borrow);
  if (isOver(run.deps, borrow)) return ok(undefined);
  return refused(refuse('return-not-due', { pack: intent.pack, holder: borrow.holder.name }));
}

/** The most packs that are live already and are told one by one when what differs was asked for. */
const mostUnchanged = 20;

/** Where the packs of a plan stand before anything is done. */
export function firstOutcomes(plan: Plan, intent: Deployment['intent']): PackOutcome[] {
  const changing: PackOutcome[] = [
    ...plan.packs.map(({ pack }) => ({ pack, status: 'pending' as const })),
    ...plan.refused.map(({ pack, refusal }) => ({ pack, status: 'failed' as const, refusal })),
  ];
  // Who asks for what differs did not ask for the hundreds that don't: the plan names them, that is enough.
  const isByDifference = intent.kind === 'deploy' && intent.packs.kind === 'differing';
  if (isByDifference && changing.length > 0 && plan.unchanged.length > mostUnchanged) return changing;
  return [...changing, ...plan.unchanged.map((pack) => ({ pack, status: 'unchanged' as const }))];
}
