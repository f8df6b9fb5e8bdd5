import type { Actor } from './actor.js';
import type { EndStatus, PackStatus, StepName } from './deployment.js';
import type { Refusal } from './reason.js';

/** What can happen to a deployment. Replies, pages and metrics are projections of these. */
export type DeploymentEvent =
  | { readonly kind: 'requested' }
  | { readonly kind: 'planned' }
  /** It waits for checks, they take too long, some have failed while it waits on, or they are through. */
  | { readonly kind: 'checks'; readonly state: ChecksState; readonly names: readonly string[] }
  | { readonly kind: 'queued'; readonly ahead: readonly number[] }
  | { readonly kind: 'granted' }
  /** Its turn came after a wait, and its requester is asked for the phrase. */
  | { readonly kind: 'called'; readonly phrase: string; readonly until: string }
  | { readonly kind: 'confirmed' }
  /** The phrase did not come in time: to the tail, once. */
  | { readonly kind: 'missed' }
  | { readonly kind: 'deferred' }
  | { readonly kind: 'step'; readonly step: StepName; readonly pack?: string; readonly state: StepState }
  | { readonly kind: 'log'; readonly line: string; readonly pack?: string }
  | { readonly kind: 'pack'; readonly pack: string; readonly status: PackStatus; readonly refusal?: Refusal }
  | { readonly kind: 'cancel-requested'; readonly by: Actor }
  /** A newer push takes its place, unless it has begun by then. */
  | { readonly kind: 'supersede-requested'; readonly push: number }
  | { readonly kind: 'ended'; readonly status: EndStatus; readonly refusal?: Refusal };

/** How waiting for checks goes. */
export type ChecksState = 'waiting' | 'late' | 'blocked' | 'passed';

/** How far a step is. */
export type StepState = 'started' | 'done' | 'failed';

/** An event as it was kept. */
export interface RecordedEvent {
  /** Grows with time; unique over all deployments. */
  readonly id: number;
  readonly deployment: number;
  readonly at: Date;
  readonly event: DeploymentEvent;
}
