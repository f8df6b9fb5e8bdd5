import type { LiveRevision } from '../../core/plan.js';
import type { Repository } from '../../core/repository.js';
import { ok, type Result } from '../../core/result.js';
import { rolledBackTrees } from '../../store/activations.js';
import { openBorrows } from '../../store/borrows.js';
import type { DeploymentDeps } from '../deps.js';
import type { Catalog } from './catalog.js';
import { liveOn } from './live.js';
import { changedByShared } from './shared.js';

/** A commit next to what is live. */
export interface Comparison {
  /** The packs that the commit has. */
  readonly packs: readonly string[];
  /** Those of them that are live otherwise, or not at all. */
  readonly changed: readonly string[];
  /** Those that would be, had they not been rolled back from exactly this. */
  readonly held: readonly string[];
  /** Those that are live out of the repository's default branch, and that the commit no longer has. */
  readonly gone: readonly string[];
}

/**
 * Compares the tree of each pack at a commit with what is live; for one that is borrowed, with what was live before. So
 * it does not matter which pushes were missed, nor what became of history.
 */
export async function compareWithLive(
  { deps, catalog }: { readonly deps: DeploymentDeps; readonly catalog: Catalog },
  repository: Repository,
  sha: string,
): Promise<Result<Comparison>> {
  const { target } = repository;
  const [packs, found] = await Promise.all([
    catalog.packsAt(repository, sha),
    liveOn(deps, target, { kind: 'all' }),
  ]);
  if (!packs.ok) return packs;
  if (!found.ok) return found;
  const borrows = await openBorrows(deps.db, { target });
  const live = new Map<string, LiveRevision>(
    [...found.value].map(([pack, { revision }]) => [pack, revision]),
  );
  for (const { pack, displaced } of borrows)
    if (displaced === undefined) live.delete(pack);
    else live.set(pack, displaced);
  const since = packs.value.flatMap(({ pack }) => {
    const at = live.get(pack);
    return at === undefined ? [] : [{ pack, live: at }];
  });
  const shared = await changedByShared(deps.git, repository, { sha, live: since });
  if (!shared.ok) return shared;
  const rolledBack = await rolledBackTrees(deps.db, target);
  const differing = packs.value.filter(
    ({ pack, tree }) => live.get(pack)?.tree !== tree || shared.value.has(pack),
  );
  const isHeld = ({ pack, tree }: { pack: string; tree: string }) => rolledBack.has(`${pack} ${tree}`);
  const names = packs.value.map(({ pack }) => pack);
  const isGone = ([pack, at]: [string, LiveRevision]) =>
    at.repository === repository.name && !names.includes(pack) && !borrows.some((b) => b.pack === pack);
  return ok({
    packs: names,
    changed: differing.filter((one) => !isHeld(one)).map(({ pack }) => pack),
    held: differing.filter(isHeld).map(({ pack }) => pack),
    gone: [...live].filter(isGone).map(([pack]) => pack),
  });
}
