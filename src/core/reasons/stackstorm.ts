import { reason } from './define.js';

interface OnTarget {
  readonly target: string;
}

interface OfPack extends OnTarget {
  readonly pack: string;
}

/** Reasons that have to do with the StackStorm server of a target. */
export const stackstormReasons = {
  'st2-unreachable': reason<OnTarget & { url: string; detail: string }>({
    kind: 'outage',
    what: (p) => `The StackStorm of ${p.target} at ${p.url} can't be reached: ${p.detail}.`,
    next: () => 'See whether it runs, and whether the url in packtrain.yaml is right.',
  }),
  'st2-no-api': reason<OnTarget & { tried: readonly string[]; detail: string }>({
    kind: 'outage',
    what: (p) => `There is no StackStorm API for ${p.target} at ${p.tried.join(' or ')}: ${p.detail}.`,
    next: () => 'Correct the url in packtrain.yaml; behind the web proxy it ends with /api/v1.',
  }),
  'st2-not-json': reason<OnTarget & { path: string; status: number; title: string }>({
    kind: 'outage',
    what: (p) =>
      `Not the StackStorm of ${p.target} answered ${p.path}, but a proxy before it, with a page of HTML (status ${p.status}${p.title === '' ? '' : `, "${p.title}"`}).`,
    next: () => 'See what the proxy says of its backend, or name the API itself as url.',
  }),
  'st2-key-missing': reason<OnTarget>({
    kind: 'denied',
    what: (p) => `The key for the StackStorm of ${p.target} is not there.`,
    next: (p) => `Set what api_key (or token) of the target ${p.target} in packtrain.yaml names.`,
  }),
  'st2-key-refused': reason<OnTarget>({
    kind: 'denied',
    what: (p) => `The StackStorm of ${p.target} does not know the key that it was given.`,
    next: () => 'Make a new one with `st2 apikey create`, and put it where packtrain.yaml says.',
  }),
  'st2-forbidden': reason<OnTarget & { path: string; detail: string }>({
    kind: 'denied',
    what: (p) => `The StackStorm of ${p.target} does not allow ${p.path}: ${p.detail}.`,
    next: () => 'Give the user of the key the role admin, or the rights that docs/targets.md lists.',
  }),
  'st2-broken': reason<OnTarget & { path: string; status: number; detail: string }>({
    kind: 'outage',
    what: (p) =>
      `The StackStorm of ${p.target} failed at ${p.path} with status ${p.status}${p.detail === '' ? '' : `: ${p.detail}`}.`,
    next: () => "See the log of st2api on that server, and try again when it's well.",
  }),
  'st2-odd-answer': reason<OnTarget & { path: string }>({
    kind: 'outage',
    what: (p) => `The StackStorm of ${p.target} answered ${p.path} in a way that was not expected.`,
    next: () => 'See whether something between rewrites answers, and whether it is StackStorm 3.',
  }),
  'st2-refused': reason<OnTarget & { path: string; detail: string }>({
    kind: 'invalid',
    what: (p) => `The StackStorm of ${p.target} refused ${p.path}: ${p.detail}`,
    next: () => '',
  }),
  'st2-knows-not': reason<OnTarget & { path: string }>({
    kind: 'missing',
    what: (p) => `The StackStorm of ${p.target} does not know ${p.path}.`,
    next: () => '',
  }),
  'st2-not-registered': reason<OfPack & { detail: string }>({
    kind: 'invalid',
    what: (p) => `StackStorm does not take ${p.pack}: ${p.detail}`,
    next: () => 'Mend what it names, and deploy again.',
  }),
  'st2-differs': reason<OfPack & { differences: readonly string[]; more: number }>({
    kind: 'outage',
    what: (p) =>
      `What the StackStorm of ${p.target} has of ${p.pack} is not what its files say: ${listed(p)}.`,
    next: () => 'Deploy again; if it stays so, see the log of st2api, or set verify: names for the target.',
  }),
  'st2-not-as-before': reason<OfPack & { differences: readonly string[]; more: number }>({
    kind: 'outage',
    what: (p) =>
      `The files of ${p.pack} are as before, but not all that the StackStorm of ${p.target} has of it: ${listed(p)}.`,
    next: (p) => `Deploy ${p.pack} again once the server is well.`,
  }),
  'st2-virtualenv': reason<OfPack & { execution: string; detail: string }>({
    kind: 'invalid',
    what: (p) => `The virtualenv of ${p.pack} could not be set up (execution ${p.execution}): ${p.detail}`,
    next: () => 'See its log, mend requirements.txt (or the way to the package index), and deploy again.',
  }),
  'st2-late': reason<OnTarget & { action: string; execution: string; status: string }>({
    kind: 'outage',
    what: (p) =>
      `${p.action} on the StackStorm of ${p.target} is still ${p.status} after its time limit (execution ${p.execution}).`,
    next: () => 'See whether st2actionrunner runs; time_limits.virtualenv in packtrain.yaml gives more time.',
  }),
  'st2-at-work': reason<OfPack & { count: number; waitedMs: number }>({
    kind: 'busy',
    what: (p) =>
      `${p.count} ${p.count === 1 ? 'execution of an action' : 'executions of actions'} of ${p.pack} still ran after ${Math.round(p.waitedMs / 1000)} s.`,
    next: () => 'Try again when they are done, or cancel them; drain.otherwise: go-on would not wait longer.',
  }),
  'st2-owned': reason<OnTarget & { path: string; owner: string }>({
    kind: 'denied',
    what: (p) => `Another Packtrain (${p.owner}) looks after the target ${p.target}.`,
    next: (p) => `Use one of them only. If that one is gone for good: rm ${p.path}`,
  }),
  'st2-other-folder': reason<OnTarget & { path: string; detail: string }>({
    kind: 'outage',
    what: (p) => `The StackStorm of ${p.target} does not read ${p.path}: ${p.detail}`,
    next: () => 'Set packs_path to the folder (or mount of it) that the server has as its packs.',
  }),
  'st2-too-old': reason<OnTarget & { version: string }>({
    kind: 'outage',
    what: (p) => `The StackStorm of ${p.target} is ${p.version}; Packtrain knows 3.0 and newer.`,
    next: () => 'Bring it up to date.',
  }),
};

function listed(p: { readonly differences: readonly string[]; readonly more: number }): string {
  return p.differences.join('; ') + (p.more > 0 ? `; and ${p.more} more` : '');
}
