import { type Deployment, isEnd } from '../core/deployment.js';
import type { DeployingIntent, Needed } from '../core/intent.js';
import type { Plan } from '../core/plan.js';
import type { PlanWarning } from '../core/plan-warning.js';
import { waitsOf } from '../store/check-waits.js';
import { findDeployments } from '../store/deployments.js';
import { answerOf, judge, rulesOf } from './checks/judge.js';
import type { DeploymentDeps } from './deps.js';
import { entryOf } from './queue.js';

/**
 * How it stands with what a deployment needs of another of its push. `coming`: that one goes on by itself. `still`: it
 * waits for somebody to do something. `lost`: it ended without it.
 */
export type NeedState = 'brought' | 'coming' | 'still' | 'lost';

/** A need with how it stands. */
export interface NeedNow extends Needed {
  readonly state: NeedState;
}

const longestMs = 3_600_000;

/** Whether something that is needed still comes by itself, so that it is waited for; for an hour at most. */
export function isWorthWaiting(needs: readonly NeedNow[], waitedMs: number): boolean {
  return waitedMs < longestMs && needs.some(({ state }) => state === 'coming');
}

/** What a deployment needs of others of its push; mostly nothing. */
export function afterOf(intent: DeployingIntent): readonly Needed[] {
  return intent.kind === 'deploy' ? (intent.after ?? []) : [];
}

/** How it stands with everything that a deployment needs of others of its push. */
export async function needsNow(
  deps: Pick<DeploymentDeps, 'db' | 'config' | 'clock'>,
  intent: DeployingIntent,
): Promise<readonly NeedNow[]> {
  const after = afterOf(intent);
  if (after.length === 0) return [];
  const others = await findDeployments(deps.db, [...new Set(after.map((need) => need.deployment))]);
  const standing = new Map<number, boolean>();
  for (const other of others)
    if (!isEnd(other.status)) standing.set(other.id, await standsStill(deps, other));
  return after.map((need) => {
    const other = others.find(({ id }) => id === need.deployment);
    const state = other === undefined ? 'lost' : stateOf(need, other, standing.get(other.id));
    return { ...need, state };
  });
}

const good: readonly string[] = ['live', 'removed', 'unchanged'];

function stateOf({ on }: Needed, { status, packs }: Deployment, standsStill: boolean | undefined): NeedState {
  const isThere = packs.some((one) => one.pack === on && good.includes(one.status));
  if (isThere) return 'brought';
  if (isEnd(status)) return 'lost';
  return standsStill === true ? 'still' : 'coming';
}

/** Whether an open deployment goes on only when somebody does something: mends CI, ends a borrow or a lock. */
async function standsStill(
  deps: Pick<DeploymentDeps, 'db' | 'config' | 'clock'>,
  deployment: Deployment,
): Promise<boolean> {
  if (deployment.status !== 'waiting') return false;
  if (deployment.waitingFor === 'lock') return true;
  if (deployment.waitingFor === 'checks') return await checksStandStill(deps, deployment);
  const entry = await entryOf(deps.db, deployment.id);
  return entry?.waitsFor?.some(({ kind }) => kind !== 'deployment') ?? false;
}

async function checksStandStill(
  deps: Pick<DeploymentDeps, 'db' | 'config' | 'clock'>,
  { id, plan }: Deployment,
): Promise<boolean> {
  const [wait] = await waitsOf(deps.db, [id]);
  const rule = wait && rulesOf(deps, wait.repository);
  if (wait === undefined || rule === undefined) return false;
  if (wait.lateAt !== undefined && wait.lateAt <= deps.clock.now()) return true;
  return answerOf(await judge(deps.db, rule, { ...wait, packs: plan?.packs ?? wait.packs })) === 'block';
}

/**
 * A plan with what it will miss: what others of its push were to bring and don't. What they still bring is no longer
 * called missing.
 */
export function withNeeds(plan: Plan, needs: readonly NeedNow[]): Plan {
  const own = needs.filter(({ pack }) => plan.packs.some((one) => one.pack === pack && one.removes !== true));
  if (own.length === 0) return plan;
  const isToldElse = (warning: PlanWarning) =>
    (warning.kind === 'missing-pack' || warning.kind === 'other-version') &&
    own.some(({ pack, on, state }) => warning.pack === pack && warning.needs === on && state !== 'brought');
  const missed = own.flatMap(({ pack, on, deployment, state }): PlanWarning[] =>
    state === 'still' || state === 'lost'
      ? [{ kind: 'not-brought', pack, needs: on, deployment, isOver: state === 'lost' }]
      : [],
  );
  const { warnings: before = [], ...rest } = plan;
  const warnings = [...missed, ...before.filter((warning) => !isToldElse(warning))];
  return warnings.length === 0 ? rest : { ...rest, warnings };
}
