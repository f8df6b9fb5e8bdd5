import type { DriftedFile } from '../drift.js';
import { reason } from './define.js';

/** Reasons that have to do with packs that somebody changed on a target. */
export const driftReasons = {
  drifted: reason<{
    target: string;
    pack: string;
    files: readonly DriftedFile[];
    more: number;
    command: string;
  }>({
    kind: 'denied',
    what: (p) =>
      `Files of ${p.pack} were edited on ${p.target} itself: ${p.files.map(({ path, how }) => `${path} (${how})`).join(', ')}${p.more === 0 ? '' : ` and ${p.more} more`}. They are left as they are.`,
    next: (p) =>
      `Bring the edits into Git, or put them back; an admin may say \`${p.command}\`, which keeps a copy of them on the target.`,
  }),
};
