import { reason } from './define.js';

/** Reasons that have to do with packs. */
export const packsReasons = {
  'pack-invalid': reason<{ pack: string; problems: readonly string[] }>({
    kind: 'invalid',
    what: (p) => `*${p.pack}* cannot go live as it is. Mend this and push again:\n${listed(p.problems)}`,
    next: () => '',
  }),
  'no-such-pack': reason<{ repository: string; pack: string; near: readonly string[] }>({
    kind: 'missing',
    what: (p) => `${p.repository} has no pack ${p.pack}.`,
    next: (p) =>
      p.near.length > 0
        ? `Did you mean ${p.near.join(' or ')}?`
        : 'See what there is with `pack list`, or push it first.',
  }),
  'no-packs': reason<{ repository: string }>({
    kind: 'missing',
    what: (p) => `${p.repository} has no packs.`,
    next: () =>
      'A pack is a folder with a pack.yaml. If the packs lie elsewhere, correct `subtree` in the config.',
  }),
};

const most = 10;

function listed(problems: readonly string[]): string {
  const lines = problems.slice(0, most).map((problem) => `• ${problem}`);
  const more = problems.length - most;
  return (more > 0 ? [...lines, `…and ${more} more`] : lines).join('\n');
}
