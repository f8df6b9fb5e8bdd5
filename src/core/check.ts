import type { CommitLine } from './plan.js';
import type { Revision } from './repository.js';

/** How CI's fact stands. `neutral`: CI says that it does not matter, such as a skipped job. */
export type CheckState = 'pending' | 'success' | 'failure' | 'neutral';

/** What CI says about one commit under one name. */
export interface CheckFact {
  /** The commit's full SHA. */
  readonly sha: string;
  /** The check's name, as the host shows it: `build`, `test (beans)`. */
  readonly name: string;
  readonly state: CheckState;
  /** Where people read more. */
  readonly url?: string;
  /** When the host says that the state came to be: of two facts with one name, the later one counts. */
  readonly at: Date;
  /** Tells runs of one name apart, and grows: of two runs, the one with the greater number counts. */
  readonly run?: number;
}

/** Our rule's answer over the facts about one pack at one commit. */
export type Verdict =
  | { readonly kind: 'pass' }
  | {
      readonly kind: 'wait';
      /** Names of required checks of which nothing is known. */
      readonly missing: readonly string[];
      readonly pending: readonly CheckFact[];
    }
  | { readonly kind: 'block'; readonly failed: readonly CheckFact[] };

/** A verdict with what it is about. */
export interface Judged {
  readonly revision: Revision;
  readonly pack: string;
  readonly verdict: Verdict;
  readonly commit?: CommitLine;
}
