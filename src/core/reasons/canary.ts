import { reason } from './define.js';

interface OfCanary {
  readonly target: string;
  readonly pack: string;
  readonly action: string;
}

/** Reasons that have to do with what a pack has run once it is live. */
export const canaryReasons = {
  'canary-red': reason<OfCanary & { execution: string; differences: readonly string[]; last: string }>({
    kind: 'invalid',
    what: (p) =>
      `The canary of ${p.pack} is red: ${p.action} did not do what it must (execution ${p.execution}): ${p.differences.join('; ')}.${p.last === '' ? '' : ` It last said: ${p.last}`}`,
    next: (p) => `Mend ${p.pack}, or what canary in its packtrain.yaml expects.`,
  }),
  'canary-late': reason<OfCanary & { execution: string; withinMs: number }>({
    kind: 'invalid',
    what: (p) =>
      `The canary of ${p.pack} is red: ${p.action} had not ended after ${p.withinMs / 1000} seconds (execution ${p.execution}), and was canceled.`,
    next: (p) => `Mend ${p.pack}, or give it more time with canary.within in its packtrain.yaml.`,
  }),
  'canary-refused': reason<OfCanary & { detail: string }>({
    kind: 'invalid',
    what: (p) => `The canary of ${p.pack} is red: ${p.target} did not run ${p.action}: ${p.detail}`,
    next: (p) => `Correct action and parameters of canary in the packtrain.yaml of ${p.pack}.`,
  }),
};
