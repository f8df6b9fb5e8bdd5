import { reason } from './define.js';

/** Reasons that have to do with what was asked for and how it went. */
export const deploymentsReasons = {
  'unknown-repository': reason<{ repository: string; near: string[]; known: string[] }>({
    kind: 'missing',
    what: (p) => `There is no repository ${p.repository} in the config.`,
    next: (p) => (p.near.length > 0 ? `Did you mean ${oneOf(p.near)}?` : knownOnes('repositories', p.known)),
  }),
  'unknown-target': reason<{ target: string; known: string[] }>({
    kind: 'missing',
    what: (p) => `There is no target ${p.target} in the config.`,
    next: (p) => knownOnes('targets', p.known),
  }),
  'pack-not-live': reason<{ pack: string; near: string[] }>({
    kind: 'missing',
    what: (p) => `No pack ${p.pack} is live.`,
    next: (p) =>
      p.near.length > 0 ? `Did you mean ${oneOf(p.near)}?` : 'See what is live with `pack list`.',
  }),
  'pack-on-several-targets': reason<{ pack: string; targets: string[] }>({
    kind: 'usage',
    what: (p) => `${p.pack} is live on ${p.targets.join(' and ')}.`,
    next: (p) => `Say which one: \`on ${p.targets[0]}\`.`,
  }),
  'pack-carries': reason<{ pack: string; target: string }>({
    kind: 'denied',
    what: (p) =>
      `${p.pack} carries what is asked for here, and would be changed on ${p.target} while it does.`,
    next: (p) =>
      `Deploy ${p.pack} from the web pages, from another chat, or with \`packtrain\` on the machine of the server.`,
  }),
  'pack-twice': reason<{ pack: string; folders: string[] }>({
    kind: 'invalid',
    what: (p) => `Several folders say that they are the pack ${p.pack}: ${p.folders.join(', ')}.`,
    next: () => 'Give each its own `ref` in pack.yaml.',
  }),
  'nothing-to-roll-back': reason<{ pack: string }>({
    kind: 'missing',
    what: (p) => `${p.pack} has no earlier revision to go back to.`,
    next: (p) => `See \`pack history ${p.pack}\`.`,
  }),
  'no-such-revision': reason<{ pack: string; to: string; known: string[] }>({
    kind: 'missing',
    what: (p) => `${p.pack} was never live at ${p.to}.`,
    next: (p) => (p.known.length > 0 ? `It was at ${oneOf(p.known)}.` : `See \`pack history ${p.pack}\`.`),
  }),
  'rolled-back-from': reason<{ pack: string; revision: string }>({
    kind: 'denied',
    what: (p) => `${p.pack} was rolled back from ${p.revision}, so it is not rolled back to it.`,
    next: () => 'Deploy it by name if you are sure that it is good now.',
  }),
  'no-such-deployment': reason<{ deployment: number }>({
    kind: 'missing',
    what: (p) => `There is no deployment #${p.deployment}.`,
    next: () => 'See the open ones with `pack queue`.',
  }),
  'nothing-to-cancel': reason<{ who: string }>({
    kind: 'missing',
    what: (p) => `${p.who}, you have no open deployment.`,
    next: () => 'See everybody’s with `pack queue`, and say `pack cancel` with its number.',
  }),
  'already-ended': reason<{ deployment: number; status: string }>({
    kind: 'usage',
    what: (p) => `Deployment #${p.deployment} has already ${p.status}.`,
    next: (p) => (p.status === 'succeeded' ? 'To undo it, say `pack rollback` with the pack.' : ''),
  }),
  canceled: reason<{ by: string }>({
    kind: 'denied',
    what: (p) => `${p.by} canceled it.`,
    next: () => '',
  }),
  superseded: reason<{ push: number }>({
    kind: 'denied',
    what: (p) => `A newer push (${p.push}) took its place.`,
    next: () => '',
  }),
  'step-failed': reason<{ step: string; pack?: string; message: string }>({
    kind: 'outage',
    what: (p) => `The step ${p.step}${p.pack === undefined ? '' : ` of ${p.pack}`} broke: ${p.message}`,
    next: () => 'Mend that and deploy again; the log on its page has more.',
  }),
  'restore-failed': reason<{ pack: string; cause: string; why: string }>({
    kind: 'outage',
    what: (p) =>
      `${p.pack} failed and the release before could not be put back. It failed because: ${p.cause}`,
    next: (p) => `Putting it back failed because: ${p.why}`,
  }),
};

function oneOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

function knownOnes(what: string, names: readonly string[]): string {
  if (names.length === 0) return `The config has no ${what} yet.`;
  const some = names.slice(0, 10).join(', ');
  return `The config has ${some}${names.length > 10 ? ` and ${names.length - 10} more` : ''}.`;
}
