import type { Canary } from './canary.js';
import type { ContentDiff } from './content.js';
import type { PlanWarning } from './plan-warning.js';
import type { Refusal } from './reason.js';
import type { Revision } from './repository.js';

/** A commit as people want to see it. */
export interface CommitLine {
  readonly sha: string;
  readonly subject: string;
  readonly author: string;
}

/** What a plan does to one pack. */
export interface PackPlan {
  readonly pack: string;
  /** The pack's folder in the repository; empty when the repository is the pack. */
  readonly path: string;
  /** The tree id that will be live: two revisions with the same tree are the same pack. */
  readonly tree: string;
  /** What was live when the plan was made; absent for a new pack. */
  readonly from?: LiveRevision;
  readonly diff: ContentDiff;
  /** What is run once it is live; absent also where the target can't run anything. */
  readonly canary?: Canary;
  /** The revision no longer has the pack: it is taken away. */
  readonly removes?: boolean;
  /** What is odd about the pack but does not stop it, each with its place. */
  readonly warnings: readonly string[];
}

/** A pack that was meant but can't go live as it is. */
export interface PackRefusal {
  readonly pack: string;
  readonly refusal: Refusal;
}

/** A revision that is or was live, with the release that holds it. */
export interface LiveRevision {
  readonly repository: string;
  readonly revision: Revision;
  readonly tree: string;
  readonly release: string;
}

/** A line that people can type in the target's own chat bot once a plan is carried out, and could not before. */
export interface ChatopsLine {
  readonly pack: string;
  readonly line: string;
  /** What it does; may be empty. */
  readonly description: string;
}

/** An intent made exact. What is shown and confirmed is what runs; plain JSON, stored with the deployment. */
export interface Plan {
  readonly target: string;
  readonly repository: string;
  readonly revision: Revision;
  /** Whether the revision's ref is the branch that is deployed by itself. */
  readonly isDefaultBranch: boolean;
  /** Each after those that it needs; at the end those that are taken away. */
  readonly packs: readonly PackPlan[];
  /** Packs that were meant but are already live as asked. */
  readonly unchanged: readonly string[];
  /** Packs that were meant but are refused; they don't hold up the others. */
  readonly refused: readonly PackRefusal[];
  /** The newest commits that the plan brings, newest first. */
  readonly commits: readonly CommitLine[];
  readonly adopt: boolean;
  /** What it has to do with other packs, and does not hold it up; absent when there is nothing. */
  readonly warnings?: readonly PlanWarning[];
  /** Where the target has a chat bot of its own: the lines that are new there. */
  readonly chatopsLines?: readonly ChatopsLine[];
  /** Whether what is adopted is the commit already. */
  readonly asFound?: boolean;
  /** Whether files that somebody edited on the target are replaced, and kept. */
  readonly overwrite?: boolean;
}
