import type { PackSelection } from '../../core/intent.js';
import type { Repository } from '../../core/repository.js';
import type { Tools } from './complete.js';
import type { Live } from './live.js';

/** More packs than these are not remembered together. */
const mostPacks = 4;

/**
 * Reads what is live of the packs that are named while git fetches: most of it is in the new commit too, and what has
 * changed is told by comparing the two. Nothing depends on it, so what goes wrong here is met again by whoever needs it.
 */
export async function readLiveAhead(
  { deps, catalog, contents }: Tools,
  repository: Repository,
  { selection, live }: { readonly selection: PackSelection; readonly live: Live },
): Promise<void> {
  if (selection.kind !== 'named' || live.size > mostPacks) return;
  for (const [pack, { revision: of }] of live) {
    if (of.repository !== repository.name) continue;
    const { sha } = of.revision;
    const packs = await catalog.packsAt(repository, sha);
    const path = packs.ok ? packs.value.find((one) => one.pack === pack)?.path : undefined;
    if (path === undefined) continue;
    await deps.git.readAhead(repository, { sha, path });
    await contents.read({ repository, sha, path, tree: of.tree });
  }
}
