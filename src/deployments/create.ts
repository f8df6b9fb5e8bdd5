import { ok } from '../core/result.js';
import { liveActivations } from '../store/activations.js';
import { findDeployments, listDeploymentIds } from '../store/deployments.js';
import { eventsOf } from '../store/events.js';
import { readQueue } from '../store/queue.js';
import type { Changes } from './changes.js';
import { type DoorDeps, enterDoor } from './door.js';
import type { Planner } from './plan/planner.js';
import { aheadOf } from './queue-rule.js';
import type { DeploymentFilter, Deployments, DeploymentView, LiveView } from './service.js';

const defaultLimit = 20;

/** What the service is made of. */
export interface ServiceDeps extends DoorDeps {
  readonly planner: Planner;
  readonly changes: Changes;
}

/** Makes the one door to everything about deployments. */
export function createDeployments(deps: ServiceDeps): Deployments {
  const { db, planner, changes } = deps;
  return {
    request: (request) => enterDoor(deps, request),
    async diff(intent) {
      const plan = await planner.plan(intent);
      return plan.ok ? ok({ plan: plan.value, packs: plan.value.packs }) : plan;
    },
    async get(id) {
      const [view] = await viewsOf(deps, [id]);
      return view;
    },
    list: (filter) => list(deps, filter),
    queue: (pack) => queue(deps, pack),
    live: (pack) => live(deps, pack),
    events: (deployment, after) => eventsOf(db, deployment, after),
    onChange: changes.subscribe,
  };
}

async function list({ db }: ServiceDeps, filter: DeploymentFilter) {
  const ids = await listDeploymentIds(db, { ...filter, limit: filter.limit ?? defaultLimit });
  return await findDeployments(db, ids);
}

async function viewsOf({ db }: ServiceDeps, ids: readonly number[]): Promise<DeploymentView[]> {
  const deployments = await findDeployments(db, ids);
  const isWaiting = deployments.some((d) => d.status === 'queued' || d.status === 'waiting');
  const entries = isWaiting ? await readQueue(db) : [];
  return deployments.map((deployment) => ({ deployment, ahead: aheadOf(entries, deployment.id) }));
}

async function queue(deps: ServiceDeps, pack: string | undefined): Promise<DeploymentView[]> {
  const entries = await readQueue(deps.db);
  const queued = entries.filter((e) => pack === undefined || e.packs.includes(pack)).map((e) => e.deployment);
  // Those that are still being planned have no place yet: they come last.
  const open = await listDeploymentIds(deps.db, { open: true, limit: 1_000 });
  const unplanned = open.filter((id) => !entries.some((e) => e.deployment === id)).reverse();
  return await viewsOf(deps, pack === undefined ? [...queued, ...unplanned] : queued);
}

async function live({ db }: ServiceDeps, pack: string | undefined): Promise<LiveView[]> {
  const records = await liveActivations(db, pack === undefined ? {} : { packs: [pack] });
  const deployments = await findDeployments(db, [...new Set(records.map((record) => record.deployment))]);
  const requesterOf = new Map(deployments.map((d) => [d.id, d.requester.name]));
  return records.map((record) => ({
    target: record.target,
    pack: record.pack,
    live: record.live,
    deployment: record.deployment,
    since: record.activatedAt,
    by: requesterOf.get(record.deployment) ?? '',
  }));
}
