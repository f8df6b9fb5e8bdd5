import type { LiveRevision } from '../../core/plan.js';
import type { PackLinks } from '../../packs/links/links.js';
import { filesOfLinks, readLinks } from '../../packs/links/read-links.js';
import type { DeploymentDeps } from '../deps.js';
import { repositoryNamed } from '../lookup.js';
import type { Catalog } from './catalog.js';

/** Reads what ties live packs to others. */
export interface LinkReader {
  /** The links of a pack that is live; undefined when its commit can't be read any more. */
  read(pack: string, live: LiveRevision): Promise<PackLinks | undefined>;
  /** What was read of a tree before. */
  known(tree: string): PackLinks | undefined;
  /** Remembers what was read with the rest of a pack. */
  learn(tree: string, links: PackLinks): void;
}

const mostKept = 5_000;

/** Makes a reader that remembers by the tree's id: of hundreds of live packs only those that changed are read. */
export function createLinkReader(deps: Pick<DeploymentDeps, 'git' | 'config'>, catalog: Catalog): LinkReader {
  const byTree = new Map<string, PackLinks>();

  function learn(tree: string, links: PackLinks): void {
    byTree.set(tree, links);
    const [oldest] = byTree.keys();
    if (byTree.size > mostKept && oldest !== undefined) byTree.delete(oldest);
  }

  return {
    learn,
    known: (tree) => byTree.get(tree),
    async read(pack, live) {
      const known = byTree.get(live.tree);
      if (known !== undefined) return known;
      const links = await readLive({ deps, catalog }, pack, live);
      if (links !== undefined) learn(live.tree, links);
      return links;
    },
  };
}

/** Where a live pack lies in the repository that it came from, as of the commit that is live. */
export async function placeOfLive(
  { deps, catalog }: { readonly deps: Pick<DeploymentDeps, 'config'>; readonly catalog: Catalog },
  pack: string,
  { repository: name, revision: { sha } }: LiveRevision,
) {
  const repository = repositoryNamed(deps.config(), name);
  if (!repository.ok) return undefined;
  const packs = await catalog.packsAt(repository.value, sha);
  const at = packs.ok ? packs.value.find((one) => one.pack === pack) : undefined;
  return at === undefined ? undefined : { repository: repository.value, sha, path: at.path, tree: at.tree };
}

async function readLive(
  tools: { readonly deps: Pick<DeploymentDeps, 'git' | 'config'>; readonly catalog: Catalog },
  pack: string,
  live: LiveRevision,
): Promise<PackLinks | undefined> {
  const place = await placeOfLive(tools, pack, live);
  if (place === undefined) return undefined;
  const { git } = tools.deps;
  const listed = await git.listFiles(place.repository, place);
  if (!listed.ok) return undefined;
  const paths = new Map(listed.value.map((file) => [file.path, { mode: file.mode }]));
  const texts = await git.readTexts(place.repository, place, filesOfLinks(paths.keys()));
  return texts.ok ? readLinks({ paths, text: (file) => texts.value.get(file) }) : undefined;
}
