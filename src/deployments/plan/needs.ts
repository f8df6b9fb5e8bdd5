import type { PackNeed } from '../../core/push.js';
import type { Repository } from '../../core/repository.js';
import type { PackLinks } from '../../packs/links/links.js';
import { needsOf } from '../../packs/links/order.js';
import { liveActivations } from '../../store/activations.js';
import type { NeighbourTools } from './side.js';

/** What a commit changes. */
export interface ChangedAt {
  readonly sha: string;
  /** The packs that go live. */
  readonly changed: readonly string[];
  /** The packs that are taken away. */
  readonly removed: readonly string[];
}

/**
 * Which packs of a commit have to wait for which others of it: those that need them, and for what is taken away those
 * that need it as they are live now. Of what can't be read nothing is known.
 */
export async function needsAmong(
  tools: NeighbourTools,
  repository: Repository,
  { sha, changed, removed }: ChangedAt,
): Promise<readonly PackNeed[]> {
  const packs = await tools.catalog.packsAt(repository, sha);
  const places = packs.ok ? packs.value.filter(({ pack }) => changed.includes(pack)) : [];
  const needs: PackNeed[] = [];
  for (const { pack, tree } of places) {
    const at = { repository: repository.name, revision: { ref: '', sha }, tree, release: '' };
    const needed = neededOf(pack, await tools.links.read(pack, at));
    needs.push(...changed.filter((on) => needed.has(on)).map((on) => ({ pack, on })));
  }
  if (removed.length === 0) return needs;
  const live = await liveActivations(tools.deps.db, { target: repository.target, packs: changed });
  for (const { pack: on, live: at } of live) {
    const needed = neededOf(on, await tools.links.read(on, at));
    needs.push(...removed.filter((pack) => needed.has(pack)).map((pack) => ({ pack, on })));
  }
  return needs;
}

function neededOf(pack: string, links: PackLinks | undefined): ReadonlySet<string> {
  return new Set(links === undefined ? [] : needsOf(pack, links).map(({ on }) => on));
}
