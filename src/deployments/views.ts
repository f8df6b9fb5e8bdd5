import type { BorrowView } from '../core/borrow.js';
import { type Deployment, pushOf } from '../core/deployment.js';
import type { QueueEntry } from '../core/queue.js';
import { openBorrows } from '../store/borrows.js';
import { typicalDurationMs } from '../store/deployments.js';
import { findPushes } from '../store/pushes.js';
import { readQueue } from '../store/queue.js';
import { borrowView } from './borrows/stranded.js';
import { checksView } from './checks/view.js';
import type { DeploymentDeps } from './deps.js';
import { needsNow } from './needed.js';
import { readObstacles, rulesNow } from './queue.js';
import { aheadOf, type Obstacles, obstaclesOf } from './queue-rule.js';
import type { Call, DeploymentView, Obstacle } from './service.js';

/** Shows deployments with where they stand in the queue. */
export async function viewsOf(
  deps: DeploymentDeps,
  deployments: readonly Deployment[],
): Promise<DeploymentView[]> {
  const isOpen = (d: Deployment) => d.status === 'queued' || d.status === 'waiting';
  if (!deployments.some(isOpen))
    return await withPushes(deps, await Promise.all(deployments.map((d) => endedView(deps, d))));
  const entries = await readQueue(deps.db);
  // One that is still being planned has no place in the queue, so nothing is in its way yet.
  const isQueued = (d: Deployment) => entries.some((entry) => entry.deployment === d.id);
  const views = deployments.some((d) => isOpen(d) && isQueued(d))
    ? await queuedViews(deps, deployments, entries)
    : await Promise.all(deployments.map((d) => endedView(deps, d)));
  return await withPushes(deps, await Promise.all(views.map((view) => withChecks(deps, view))));
}

async function withPushes(
  { db }: DeploymentDeps,
  views: readonly DeploymentView[],
): Promise<DeploymentView[]> {
  const numbers = views.map((view) => pushOf(view.deployment)).filter((push) => push !== undefined);
  const pushes = new Map((await findPushes(db, numbers)).map((push) => [push.id, push]));
  return views.map((view) => {
    const push = pushes.get(pushOf(view.deployment) ?? 0);
    return push === undefined ? view : { ...view, push };
  });
}

async function queuedViews(
  deps: DeploymentDeps,
  deployments: readonly Deployment[],
  entries: readonly QueueEntry[],
): Promise<DeploymentView[]> {
  const [obstacles, typicalMs] = await Promise.all([
    obstaclesByTarget(deps, entries),
    typicalDurationMs(deps.db),
  ]);
  const stage: Stage = { entries, obstacles, typicalMs, now: deps.clock.now() };
  return deployments.map((deployment) => viewOf(stage, deployment));
}

async function withChecks(deps: DeploymentDeps, view: DeploymentView): Promise<DeploymentView> {
  if (view.deployment.waitingFor === 'packs') return await withNeeds(deps, view);
  if (view.deployment.waitingFor !== 'checks') return view;
  const checks = await checksView(deps, view.deployment);
  return checks === undefined ? view : { ...view, checks };
}

async function withNeeds(deps: DeploymentDeps, view: DeploymentView): Promise<DeploymentView> {
  const needs = (await needsNow(deps, view.deployment.intent)).filter(({ state }) => state === 'coming');
  return needs.length === 0 ? view : { ...view, needs };
}

/** A deployment whose turn has come or that has ended, with the borrows that it began and that are still in force. */
async function endedView(deps: DeploymentDeps, deployment: Deployment): Promise<DeploymentView> {
  const view = { deployment, ahead: [], heldBy: [] };
  const { plan, intent, status } = deployment;
  if (intent.kind !== 'deploy' || status !== 'succeeded' || plan === undefined || plan.isDefaultBranch)
    return view;
  const borrows = await openBorrows(deps.db, { target: plan.target });
  return { ...view, borrowed: borrows.filter((borrow) => borrow.deployment === deployment.id) };
}

interface Stage {
  readonly entries: readonly QueueEntry[];
  readonly obstacles: ReadonlyMap<string, Obstacles>;
  readonly typicalMs: number;
  readonly now: Date;
}

async function obstaclesByTarget(deps: DeploymentDeps, entries: readonly QueueEntry[]) {
  const rules = rulesNow(deps);
  const obstacles = new Map<string, Obstacles>();
  for (const target of new Set(entries.map((entry) => entry.target))) {
    const there = await readObstacles(deps.db, target, rules);
    obstacles.set(target, { ...there, borrows: there.borrows.map((one) => borrowView(rules.config, one)) });
  }
  return obstacles;
}

function viewOf(stage: Stage, deployment: Deployment): DeploymentView {
  const entry = stage.entries.find((e) => e.deployment === deployment.id);
  if (entry === undefined) return { deployment, ahead: [], heldBy: [] };
  const ahead = aheadOf(stage.entries, entry.deployment, stage.obstacles.get(entry.target));
  const heldBy = entry.grantedAt === undefined ? heldUpBy(stage, entry) : [];
  const call = callOf(entry);
  const expectedAt = entry.grantedAt === undefined ? expected(stage, ahead.length, heldBy) : undefined;
  return {
    deployment,
    ahead,
    heldBy,
    ...(entry.misses > 0 ? { hasMissed: true } : {}),
    ...(call === undefined ? {} : { call }),
    ...(expectedAt === undefined ? {} : { expectedAt }),
  };
}

function heldUpBy(stage: Stage, entry: QueueEntry): readonly Obstacle[] {
  const obstacles = stage.obstacles.get(entry.target);
  return obstacles === undefined ? [] : obstaclesOf(entry, obstacles);
}

/** The turn of an entry that waits for its requester's word. */
export function callOf(entry: QueueEntry): Call | undefined {
  const { asked, deployment, requester, origin } = entry;
  if (asked === undefined || asked.confirmedAt !== undefined) return undefined;
  return {
    deployment,
    requester,
    phrase: asked.phrase,
    until: asked.until,
    ...(origin === undefined ? {} : { origin }),
    ...(asked.movedFrom === undefined ? {} : { movedFrom: asked.movedFrom }),
  };
}

function endOf({ until, isStranded }: BorrowView): Date | undefined {
  return isStranded ? undefined : until;
}

/** About when a turn comes; a lock without an end gives no telling, nor does a borrow that can't go back. */
function expected(stage: Stage, ahead: number, heldBy: readonly Obstacle[]): Date | undefined {
  const ends = heldBy.map((o) => (o.kind === 'borrow' ? endOf(o.borrow) : o.lock.until));
  if (ends.some((end) => end === undefined)) return undefined;
  const free = Math.max(stage.now.getTime(), ...ends.map((end) => end?.getTime() ?? 0));
  return new Date(free + ahead * stage.typicalMs);
}
