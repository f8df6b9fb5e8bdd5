import type { PackRef } from '../../core/pack.js';
import type { NamingPlace } from '../../core/plan-warning.js';
import type { PackLinks } from './links.js';

/** Packs that StackStorm brings itself. */
const brought: ReadonlySet<string> = new Set(['chatops', 'core', 'default', 'linux', 'packs']);

/** Another pack that has to be there for a pack to work. */
export interface NeededPack {
  readonly pack: PackRef;
  /** The version that is asked for, where one is. */
  readonly version?: string;
  /** Who says so; a dependency before what is only named. */
  readonly by: readonly NamingPlace[];
}

/** The packs that a pack needs, but for those that StackStorm brings. */
export function neededBy(pack: PackRef, { dependencies, references }: PackLinks): readonly NeededPack[] {
  const needed = new Map<PackRef, { version?: string; by: NamingPlace[] }>();
  const note = (other: PackRef, by: NamingPlace) => {
    if (other === pack || brought.has(other)) return undefined;
    const one = needed.get(other) ?? { by: [] };
    one.by.push(by);
    needed.set(other, one);
    return one;
  };
  for (const { pack: other, version, file, line } of dependencies) {
    const one = note(other, { pack, kind: 'dependency', file, line });
    if (one !== undefined && version !== undefined) one.version = version;
  }
  for (const { pack: other, kind, file, line } of references) note(other, { pack, kind, file, line });
  return [...needed].map(([other, one]) => ({ pack: other, ...one }));
}

const exactVersion = /^v?\d+\.\d+\.\d+/;

/** Whether what is asked for is a version, and another than there is; a branch or a commit can't be compared. */
export function isOtherVersion(wanted: string | undefined, found: string): boolean {
  if (wanted === undefined || found === '' || !exactVersion.test(wanted)) return false;
  return wanted.replace(/^v/, '') !== found;
}
