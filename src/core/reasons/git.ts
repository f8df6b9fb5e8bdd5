import { reason } from './define.js';

/** Reasons that have to do with a repository's remote. */
export const gitReasons = {
  'unknown-ref': reason<{ repository: string; ref: string; near: string[] }>({
    kind: 'missing',
    what: (p) => `${p.repository} has no branch, tag or commit ${p.ref}.`,
    next: (p) =>
      p.near.length > 0 ? `Did you mean ${p.near.join(' or ')}?` : 'Push it, or name another branch.',
  }),
};
