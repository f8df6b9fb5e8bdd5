/**
 * What a refusal means for whoever runs the command; the CLI's exit codes follow it.
 * usage: asked wrongly. missing: no such thing. denied: not allowed. invalid: the pack or file is wrong.
 * busy: something else holds it for now. outage: something technical is broken.
 */
export type ReasonKind = 'usage' | 'missing' | 'denied' | 'invalid' | 'busy' | 'outage';

/** One reason code: its kind, and the two sentences people read: what is the matter, and what to do next. */
export interface ReasonSpec<P> {
  readonly kind: ReasonKind;
  readonly what: (params: P) => string;
  readonly next: (params: P) => string;
}

/** Declares one reason code with the type of its parameters (JSON values only: refusals are stored). */
export function reason<P>(spec: ReasonSpec<P>): ReasonSpec<P> {
  return spec;
}
