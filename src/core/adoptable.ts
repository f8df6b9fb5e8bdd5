import type { DriftedFile } from './drift.js';
import type { Revision } from './repository.js';

/** A commit that a pack was compared with. */
export interface ComparedWith {
  readonly repository: string;
  readonly revision: Revision;
}

/** A pack on a target that Packtrain did not put there, and which commit it is. */
export interface Adoptable {
  readonly target: string;
  readonly pack: string;
  /** What it is there: a folder, a link. */
  readonly what: string;
  /** Its version, where a server has it registered. */
  readonly version?: string;
  /** The newest commit of a default branch that has exactly its files. */
  readonly match?: ComparedWith;
  /** Else the one that differs in the fewest files, and these. */
  readonly nearest?: ComparedWith & { readonly differs: readonly DriftedFile[] };
}

/** In what files are otherwise than those of a commit; both by path, as the ids that Git gives contents. */
export function differingFiles(
  found: ReadonlyMap<string, string>,
  commit: ReadonlyMap<string, string>,
): readonly DriftedFile[] {
  const changed = [...found].flatMap(([path, id]): DriftedFile[] => {
    const was = commit.get(path);
    if (was === id) return [];
    return [{ path, how: was === undefined ? 'added' : 'changed' }];
  });
  const lost = [...commit.keys()].filter((path) => !found.has(path));
  const all = [...changed, ...lost.map((path): DriftedFile => ({ path, how: 'lost' }))];
  return all.sort((a, b) => (a.path < b.path ? -1 : 1));
}
