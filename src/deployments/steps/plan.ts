import type { PackOutcome } from '../../core/deployment.js';
import type { Request } from '../../core/intent.js';
import type { Plan } from '../../core/plan.js';
import { ok, type Result } from '../../core/result.js';
import { planChanges } from '../../store/deployments.js';
import { appendEvents, type NewEvent } from '../../store/events.js';
import { readQueue } from '../../store/queue.js';
import { authorizePlan } from '../authorize.js';
import { repositoryNamed, targetNamed } from '../lookup.js';
import { deploymentOf, type Run } from '../run.js';

/** What the workflow goes on with: the packs that change, in order. */
export interface Planned {
  readonly packs: readonly string[];
  /** Those of them that are taken away. */
  readonly removals: readonly string[];
  /** What it queues for: its packs, and those that are live as asked but that somebody before it is about to change. */
  readonly claims: readonly string[];
}

/** Makes the intent exact, asks the policy about it, and keeps the plan. */
export async function planStep(run: Run): Promise<Result<Planned>> {
  return await planAndKeep(run, 'planned', (plan) => plan);
}

/**
 * Makes the plan anew when the turn came after a wait: the ref may have moved, and so may what is live. Only packs
 * that were claimed stay in it.
 */
export async function replanStep(run: Run, claimed: readonly string[]): Promise<Result<Planned>> {
  return await planAndKeep(run, 'replanned', (plan) => ({
    ...plan,
    packs: plan.packs.filter((p) => claimed.includes(p.pack)),
    refused: plan.refused.filter((p) => claimed.includes(p.pack)),
  }));
}

async function planAndKeep(run: Run, key: string, narrow: (plan: Plan) => Plan): Promise<Result<Planned>> {
  const { deps } = run;
  const deployment = await deploymentOf(run);
  const made = await run.planner.plan(deployment.intent, run.earlyFetches.take(run.id));
  if (!made.ok) return made;
  const plan = narrow(made.value);
  const target = targetNamed(deps, plan.target);
  if (!target.ok) return target;
  const asked: Request = { key: '', ...deployment };
  const allowed = await authorize(run, asked, plan);
  if (!allowed.ok) return allowed;
  const event: NewEvent = { deployment: run.id, key, at: deps.clock.now(), event: { kind: 'planned' } };
  await appendEvents(deps.db, [event], planChanges(deps.db, run.id, plan, firstOutcomes(plan)));
  const removals = plan.packs.filter((p) => p.removes).map((p) => p.pack);
  const packs = plan.packs.map((p) => p.pack);
  return ok({ packs, removals, claims: [...packs, ...(await aboutToChange(run, plan))] });
}

async function aboutToChange(run: Run, { target, unchanged }: Plan): Promise<readonly string[]> {
  if (unchanged.length === 0) return [];
  const queue = await readQueue(run.deps.db, target);
  const claimed = new Set(queue.filter((entry) => entry.deployment !== run.id).flatMap(({ packs }) => packs));
  return unchanged.filter((pack) => claimed.has(pack));
}

async function authorize(run: Run, asked: Request, plan: Plan): Promise<Result<void>> {
  const config = run.deps.config();
  const repository = repositoryNamed(config, plan.repository);
  if (!repository.ok) return repository;
  const refs = await run.deps.git.refs(repository.value);
  return refs.ok ? authorizePlan(config, asked, plan, refs.value.branches) : refs;
}

function firstOutcomes(plan: Plan): PackOutcome[] {
  return [
    ...plan.packs.map(({ pack }) => ({ pack, status: 'pending' as const })),
    ...plan.refused.map(({ pack, refusal }) => ({ pack, status: 'failed' as const, refusal })),
    ...plan.unchanged.map((pack) => ({ pack, status: 'unchanged' as const })),
  ];
}
