import type { Refusal } from './reason.js';

/**
 * What an operation that may be refused gives back. An expected refusal is a value with a reason code;
 * only bugs and outages are thrown.
 */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

/** Wraps a value that was had. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** Wraps a refusal, made with `refuse` of `reason.ts`. */
export function refused<T = never>(refusal: Refusal): Result<T> {
  return { ok: false, refusal };
}

/** Thrown where a refusal has to cross code that knows only exceptions; carries the refusal unchanged. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  readonly refusal: Refusal;

  constructor(refusal: Refusal, message: string) {
    super(message);
    this.refusal = refusal;
  }
}
