import { exitCodeOf, explain, type Refusal } from '../core/reason.js';

/** A refusal put into words, whether it was made here or by the server. */
export interface Failure {
  readonly code: string;
  readonly what: string;
  readonly next: string;
  readonly exitCode: number;
}

/** What talking to the server gives: like `Result`, but the server's refusals come in words already. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

/** Puts a refusal into words. */
export function failureOf(refusal: Refusal): Failure {
  return { code: refusal.code, ...explain(refusal), exitCode: exitCodeOf(refusal) };
}

/** An outcome that did not come about. */
export function failed<T = never>(refusal: Refusal): Outcome<T> {
  return { ok: false, failure: failureOf(refusal) };
}

/** Crosses code that knows only exceptions, such as a loop over a stream. */
export class FailureError extends Error {
  override readonly name = 'FailureError';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.what);
    this.failure = failure;
  }
}
