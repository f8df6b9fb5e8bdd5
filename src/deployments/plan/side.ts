import type { PackContent } from '../../core/content.js';
import type { PackPlan, Plan } from '../../core/plan.js';
import type { PackLinks } from '../../packs/links/links.js';
import { repositoryNamed } from '../lookup.js';
import type { Catalog } from './catalog.js';
import { readLive, type Tools } from './complete.js';
import type { PackReading } from './contents.js';
import { type LinkReader, placeOfLive } from './link-reader.js';

/** What looking at the neighbours of a plan takes. */
export interface NeighbourTools extends Tools {
  readonly catalog: Catalog;
  readonly links: LinkReader;
}

/** What ties a pack of a plan to others, as it is live and as it will be, as far as either is there and can be read. */
export interface Side {
  readonly plan: PackPlan;
  readonly before?: PackLinks | undefined;
  readonly after?: PackLinks | undefined;
}

/** Reads the packs of a plan; what was read when the plan was made is remembered, however many packs there are. */
export async function readSides(tools: NeighbourTools, plan: Plan): Promise<readonly Side[]> {
  const sides: Side[] = [];
  for (const pack of plan.packs) {
    const { from, tree } = pack;
    const before = from === undefined ? undefined : tools.links.known(from.tree);
    const after = pack.removes === true ? undefined : tools.links.known(tree);
    sides.push({
      plan: pack,
      before: before ?? (await readBefore(tools, pack))?.links,
      after: after ?? (await readAfter(tools, plan, pack))?.links,
    });
  }
  return sides;
}

/** A pack of a plan as it is live and as it will be. */
export interface ContentSides {
  readonly before: PackContent | undefined;
  readonly after: PackContent | undefined;
}

/** Reads all of a pack of a plan. */
export async function contentsOf(tools: NeighbourTools, plan: Plan, pack: PackPlan): Promise<ContentSides> {
  const before = await readBefore(tools, pack);
  const after = await readAfter(tools, plan, pack);
  return { before: before?.content, after: after?.content };
}

async function readAfter(
  tools: NeighbourTools,
  plan: Plan,
  pack: PackPlan,
): Promise<PackReading | undefined> {
  if (pack.removes === true) return undefined;
  const repository = repositoryNamed(tools.deps.config(), plan.repository);
  if (!repository.ok) return undefined;
  const { path, tree } = pack;
  const read = await tools.contents.read({
    repository: repository.value,
    sha: plan.revision.sha,
    path,
    tree,
  });
  return read.ok ? read.value : undefined;
}

async function readBefore(tools: NeighbourTools, pack: PackPlan): Promise<PackReading | undefined> {
  const { from } = pack;
  if (from === undefined) return undefined;
  if (pack.removes !== true) return await readLive(tools, from, pack);
  const place = await placeOfLive(tools, pack.pack, from);
  const read = place === undefined ? undefined : await tools.contents.read(place);
  return read?.ok ? read.value : undefined;
}
