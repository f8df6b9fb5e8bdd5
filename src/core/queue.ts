import type { Actor, Origin } from './actor.js';
import type { DeployingIntent, Via } from './intent.js';
import type { LockScope } from './lock.js';
import type { Revision } from './repository.js';

/** A deployment that is about to queue. */
export interface NewEntry {
  readonly deployment: number;
  readonly target: string;
  /** The packs that it claims, all of them or none. */
  readonly packs: readonly string[];
}

/** An open deployment's place in the queue of its target. */
export interface QueueEntry extends NewEntry {
  readonly repository: string;
  readonly requester: Actor;
  readonly kind: DeployingIntent['kind'];
  readonly via: Via;
  readonly origin?: Origin;
  /** When its turn came; it holds its leases since then. */
  readonly grantedAt?: Date;
  /** Its turn has come after a wait, and its requester has not said the phrase yet. */
  readonly waitsForWord?: boolean;
  /** The phrase that its requester is asked for. */
  readonly asked?: Asked;
  /** How often the phrase did not come in time. */
  readonly misses: number;
  /** What it waited for when its queue was looked at last; empty once its requester was called. */
  readonly waitsFor?: readonly Wait[];
}

/** One thing that somebody waits for: a borrow or a lock of somebody else, or a deployment that is ahead. */
export type Wait =
  | { readonly kind: 'borrow'; readonly id: number; readonly pack: string; readonly holder: Actor }
  | { readonly kind: 'lock'; readonly id: number; readonly scope: LockScope; readonly by: Actor }
  | { readonly kind: 'deployment'; readonly id: number };

/** What a requester is asked when the turn came after a wait. */
export interface Asked {
  readonly phrase: string;
  readonly until: Date;
  readonly confirmedAt?: Date;
  /** The revision of the plan before, where the ref has moved since. */
  readonly movedFrom?: Revision;
}
