import type { ContentChange } from '../../core/content.js';
import type { Plan } from '../../core/plan.js';
import type { PlanWarning } from '../../core/plan-warning.js';
import { findClashes, type LineOf } from '../../packs/links/clash.js';
import type { PackLinks } from '../../packs/links/links.js';
import { type Removed, removedOf, removesSomething, stillNamed } from '../../packs/links/removed.js';
import { liveOn } from './live.js';
import { contentsOf, type NeighbourTools, type Side } from './side.js';

/** Warns of what a plan does to others: they still name what it removes, or an alias of theirs takes the same line. */
export async function touchedPacks(
  tools: NeighbourTools,
  plan: Plan,
  sides: readonly Side[],
): Promise<readonly PlanWarning[]> {
  const removed = await whatGoes(tools, plan, sides);
  const fresh = sides.flatMap(freshLines);
  if (removed.length === 0 && fresh.length === 0) return [];
  const { links, unread } = await linksAfter(tools, plan, sides);
  const lines = [...links].flatMap(([pack, its]) => its.lines.map((line) => ({ pack, ...line })));
  const clashes = findClashes(fresh, lines).map(({ first, second, example }): PlanWarning => {
    return { kind: 'alias-clash', pack: first.pack, first: saidBy(first), second: saidBy(second), example };
  });
  return [
    ...stillNamed(removed, links),
    ...clashes,
    // Whose alias takes the same line is good to know; who still calls what is gone has to be known.
    ...(unread.length === 0 || removed.length === 0 ? [] : [{ kind: 'unread' as const, packs: unread }]),
  ];
}

/** What is taken away. Only packs in which something that others may name has gone are read for it. */
async function whatGoes(
  tools: NeighbourTools,
  plan: Plan,
  sides: readonly Side[],
): Promise<readonly Removed[]> {
  const removed: Removed[] = [];
  for (const { plan: pack } of sides) {
    if (pack.removes !== true && !pack.diff.content.some(mayTakeAway)) continue;
    const { before, after } = await contentsOf(tools, plan, pack);
    if (pack.removes === true || after !== undefined) removed.push(removedOf(pack.pack, before, after));
  }
  return removed.filter(removesSomething);
}

function mayTakeAway({ type, change }: ContentChange): boolean {
  if (type === 'sensors') return change !== 'added';
  return change === 'removed' && (type === 'actions' || type === 'triggers');
}

/** The lines that are new with the plan, also when their alias was only switched on. */
function freshLines({ plan: { pack }, before, after }: Side): readonly LineOf[] {
  const had = new Set(before?.lines.map((line) => line.format));
  return (after?.lines ?? []).filter((line) => !had.has(line.format)).map((line) => ({ pack, ...line }));
}

function saidBy({ pack, alias, format }: LineOf) {
  return { pack, alias, line: format };
}

/** What ties the packs of the target to each other once the plan is carried out. */
async function linksAfter({ deps, links: reader }: NeighbourTools, plan: Plan, sides: readonly Side[]) {
  const links = new Map<string, PackLinks>();
  const unread: string[] = [];
  const live = await liveOn(deps, plan.target, { kind: 'all' });
  const changing = new Set(sides.map((side) => side.plan.pack));
  const others = live.ok ? [...live.value].filter(([pack]) => !changing.has(pack)) : [];
  for (const [pack, { revision }] of others) {
    const read = await reader.read(pack, revision);
    if (read === undefined) unread.push(pack);
    else links.set(pack, read);
  }
  for (const { plan: one, after } of sides) if (after !== undefined) links.set(one.pack, after);
  return { links, unread };
}
