import type { PushedBy } from './pusher.js';
import type { Refusal } from './reason.js';

/** How a push was heard of. */
export type PushSource = 'webhook' | 'poll' | 'asked';

/** A branch that a program says was pushed to. */
export interface SaidPush {
  /** The repository's name, in any capitals. */
  readonly repository: string;
  readonly branch: string;
}

/** What came of it. `not-automatic`: pushes to this branch are not deployed by themselves. */
export interface LookedAt {
  /** The repository as the config names it. */
  readonly repository: string;
  readonly outcome: 'noted' | 'not-automatic';
}

/** A pack that has to wait for another. */
export interface PackNeed {
  readonly pack: string;
  readonly on: string;
}

/** Packs of a push that go live together, since they pass the same gate. */
export interface PushPart {
  /** Unique in its push. */
  readonly key: string;
  /** The packs that are deployed. */
  readonly packs: readonly string[];
  /** The packs that are gone from the branch and are taken off the target. */
  readonly removes: readonly string[];
  /** What its packs need of parts before it: those go first. */
  readonly needs?: readonly PackNeed[];
  /** Why it was not let in at the door. */
  readonly refusal?: Refusal;
}

/** A deployment branch that was found at a new commit, and what came of it. */
export interface Push {
  /** Its number. */
  readonly id: number;
  readonly repository: string;
  readonly branch: string;
  /** The commit that was compared before; absent for the first that was seen. */
  readonly before?: string;
  readonly sha: string;
  /** Whether the commit before is not in the branch's history any more. */
  readonly isForced: boolean;
  /** The newest commit's message, whole. */
  readonly message: string;
  readonly author: string;
  /** Who pushed it, where a delivery of its host has proved it. */
  readonly pusher?: PushedBy;
  readonly source: PushSource;
  readonly at: Date;
  /** Why nothing is deployed, where that was decided at once. */
  readonly nothing?: 'nothing-changed' | 'skip-asked';
  /** Why nothing could be made of the commit as a whole. */
  readonly refusal?: Refusal;
  /** What is deployed; empty when there is nothing. */
  readonly parts: readonly PushPart[];
  /** Packs that stay as they are, since what was pushed was rolled back from. */
  readonly held: readonly string[];
  /** Packs that this push took away from the branch while they are live. */
  readonly gone: readonly string[];
  /** The deployments that it began, in their order. */
  readonly deployments: readonly number[];
  /** When all of them had ended; where there are none, when that was known. */
  readonly endedAt?: Date;
}

/** Why what is pushed to a branch can't be seen. */
export interface WatchProblem {
  readonly refusal: Refusal;
  readonly since: Date;
}

/** The packs that a push changes on its target. */
export function packsOf({ parts }: Pick<Push, 'parts'>): readonly string[] {
  return parts.flatMap((part) => [...part.packs, ...part.removes]);
}
