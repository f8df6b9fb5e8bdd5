import { explain, type Refusal } from '../../core/reason.js';

/** What a check found. `warning` does not fail the doctor. */
export interface Finding {
  /** What was looked at, such as `git` or `remote house-packs`. */
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly what: string;
  /** How to mend it; empty when there is nothing to mend. */
  readonly next: string;
}

/** All is well. */
export function well(name: string, what: string): Finding {
  return { name, state: 'ok', what, next: '' };
}

/** It works, but somebody should look at it. */
export function odd(name: string, what: string, next: string): Finding {
  return { name, state: 'warning', what, next };
}

/** It does not work. */
export function bad(name: string, what: string, next: string): Finding {
  return { name, state: 'failed', what, next };
}

/** It does not work, for a reason that has its sentences already. */
export function badFor(name: string, refusal: Refusal): Finding {
  const { what, next } = explain(refusal);
  return bad(name, what, next);
}
