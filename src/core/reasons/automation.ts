import { reason } from './define.js';

/** Reasons for which what was pushed can't be seen. */
export const automationReasons = {
  'branch-gone': reason<{ repository: string; branch: string; near: string[] }>({
    kind: 'missing',
    what: (p) => `${p.repository} has no branch ${p.branch} any more, or not yet; what is live stays.`,
    next: (p) =>
      p.near.length > 0
        ? `Push it again, or set \`auto_deployment.branch\`: did you mean ${p.near.join(' or ')}?`
        : 'Push it again, or set `auto_deployment.branch` to the branch that is deployed.',
  }),
  'push-not-there-yet': reason<{ repository: string; branch: string; sha: string }>({
    kind: 'outage',
    what: (p) =>
      `${p.repository} is said to have ${p.sha.slice(0, 7)} on ${p.branch}, but its remote does not show it yet.`,
    next: () => 'It is asked again until it does.',
  }),
};
