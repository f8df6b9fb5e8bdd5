import type { DriftedFile } from '../drift.js';
import { reason } from './define.js';

/** Reasons that have to do with packs that Packtrain did not put on a target. */
export const adoptReasons = {
  'nothing-to-adopt': reason<{ pack: string; near: readonly string[] }>({
    kind: 'missing',
    what: (p) => `There is no ${p.pack} on any target that Packtrain did not put there.`,
    next: (p) =>
      p.near.length === 0
        ? '`pack adoptable` lists those that there are.'
        : `Did you mean ${p.near.join(' or ')}?`,
  }),
  'adopt-no-match': reason<{ pack: string; nearest: string; files: readonly DriftedFile[]; more: number }>({
    kind: 'invalid',
    what: (p) =>
      p.nearest === ''
        ? `No configured repository has ${p.pack}, so there is no commit that it could be.`
        : `${p.pack} is no commit of a default branch; the nearest is ${p.nearest}, but for ${listed(p)}.`,
    next: (p) =>
      `Bring what differs into Git, or put it back; or deploy over it with --adopt, which keeps what is there of ${p.pack}.`,
  }),
  'adopt-one-by-one': reason<{ lines: readonly string[] }>({
    kind: 'usage',
    what: () => 'They are of different commits, and a deployment is of one.',
    next: (p) => `Say ${p.lines.map((line) => `\`${line}\``).join(', ')}.`,
  }),
  'adopt-differs': reason<{ pack: string; target: string; files: readonly DriftedFile[]; more: number }>({
    kind: 'busy',
    what: (p) => `${p.pack} on ${p.target} is not what it was found to be any more: ${listed(p)}.`,
    next: () => '`pack adoptable` tells what is there now.',
  }),
};

function listed(p: { readonly files: readonly DriftedFile[]; readonly more: number }): string {
  const files = p.files.map(({ path, how }) => `${path} (${how})`).join(', ');
  return p.more === 0 ? files : `${files} and ${p.more} more`;
}
