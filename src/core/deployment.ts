import type { Actor, Origin } from './actor.js';
import type { DeployingIntent, Via } from './intent.js';
import type { PackPlan, Plan } from './plan.js';
import type { Refusal } from './reason.js';

/** What a waiting deployment waits for. */
export type WaitingFor = 'turn' | 'lock' | 'confirmation' | 'checks' | 'packs' | 'window';

/** How a deployment ended. failed: a rule, check or pack refused it. errored: something technical broke. */
export type EndStatus = 'succeeded' | 'failed' | 'errored' | 'canceled' | 'expired' | 'superseded';

/** Where a deployment stands. */
export type DeploymentStatus = 'queued' | 'waiting' | 'running' | EndStatus;

/** Where one pack of a deployment stands. `restored`: it went live, failed, and the release before is back. */
export type PackStatus =
  | 'pending'
  | 'running'
  | 'live'
  | 'removed'
  | 'unchanged'
  | 'failed'
  | 'restored'
  | 'skipped';

/** The steps a pack goes through, in order. */
export const packSteps = ['stage', 'activate', 'register', 'verify'] as const;

/** A step of the workflow, as timelines show it. */
export type StepName = 'plan' | 'turn' | (typeof packSteps)[number] | 'canary' | 'remove' | 'restore';

/** The steps that one pack goes through, by its part of the plan. */
export function stepsOfPack(pack: Pick<PackPlan, 'canary'> | undefined): readonly StepName[] {
  return pack?.canary === undefined ? packSteps : [...packSteps, 'canary'];
}

/** One pack's part in a deployment. */
export interface PackOutcome {
  readonly pack: string;
  readonly status: PackStatus;
  /** The step that is under way or was the last. */
  readonly step?: StepName;
  readonly refusal?: Refusal;
}

/** A plan being carried out, or the record of it. */
export interface Deployment {
  /** Its number, as people say it: 42 in `#42`. */
  readonly id: number;
  readonly intent: DeployingIntent;
  readonly requester: Actor;
  readonly via: Via;
  readonly origin?: Origin;
  readonly status: DeploymentStatus;
  readonly waitingFor?: WaitingFor;
  /** Absent until the refs are resolved. */
  readonly plan?: Plan;
  readonly packs: readonly PackOutcome[];
  /** Why it failed or errored as a whole. */
  readonly refusal?: Refusal;
  readonly canceledBy?: Actor;
  /** The number of the newer push that takes its place. */
  readonly supersededBy?: number;
  readonly requestedAt: Date;
  /** When its turn came. */
  readonly startedAt?: Date;
  readonly endedAt?: Date;
}

/** The number of the push that asked for a deployment. */
export function pushOf({ intent }: Pick<Deployment, 'intent'>): number | undefined {
  return intent.kind === 'deploy' ? intent.push : undefined;
}

const next: Readonly<Record<DeploymentStatus, readonly DeploymentStatus[]>> = {
  queued: ['waiting', 'running', 'succeeded', 'failed', 'errored', 'canceled', 'expired', 'superseded'],
  waiting: ['queued', 'running', 'succeeded', 'failed', 'errored', 'canceled', 'expired', 'superseded'],
  running: ['waiting', 'succeeded', 'failed', 'errored', 'canceled', 'superseded'],
  succeeded: [],
  failed: [],
  errored: [],
  canceled: [],
  expired: [],
  superseded: [],
};

const openStatuses = ['queued', 'waiting', 'running'] as const;

/** Whether a deployment in the first status may go to the second. Staying is always allowed: steps run twice. */
export function mayBecome(from: DeploymentStatus, to: DeploymentStatus): boolean {
  return from === to || next[from].includes(to);
}

/** The statuses from which an open deployment may come to one. */
export function whence(to: DeploymentStatus): readonly DeploymentStatus[] {
  return openStatuses.filter((from) => mayBecome(from, to));
}

/** Whether a status is an end. */
export function isEnd(status: DeploymentStatus): status is EndStatus {
  return next[status].length === 0;
}

/** The status of a deployment whose packs have all ended: true pack by pack, never better than its worst pack. */
export function overallStatus(
  packs: readonly PackOutcome[],
  isTechnical: (r: Refusal) => boolean,
): EndStatus {
  const bad = packs.filter((p) => p.status === 'failed' || p.status === 'restored' || p.status === 'skipped');
  if (bad.length === 0) return 'succeeded';
  return bad.some((p) => p.refusal !== undefined && isTechnical(p.refusal)) ? 'errored' : 'failed';
}
