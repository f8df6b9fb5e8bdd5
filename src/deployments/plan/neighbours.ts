import { hasChatops } from '../../config/config.js';
import type { ChatopsLine, PackPlan, Plan } from '../../core/plan.js';
import type { PlanWarning } from '../../core/plan-warning.js';
import { type Need, needsOf, orderByNeeds } from '../../packs/links/order.js';
import { changedLines, withDisabled } from '../../packs/news/lines.js';
import { disabledAliases } from '../disabled-aliases.js';
import { missingPacks } from './missing.js';
import { contentsOf, type NeighbourTools, readSides, type Side } from './side.js';
import { touchedPacks } from './touched.js';

/**
 * Looks at what the packs of a plan have to do with each other and with what else is live: brings them into the order in
 * which each finds what it needs, and adds what whoever deploys should know. Other live packs are read only where
 * something is taken away, or an alias has a new line.
 */
export async function withNeighbours(tools: NeighbourTools, plan: Plan): Promise<Plan> {
  if (plan.packs.length === 0) return plan;
  const sides = await readSides(tools, plan);
  const { packs, circles } = inOrder(sides);
  const warnings: readonly PlanWarning[] = [
    ...circles.map((circle) => ({ kind: 'circle' as const, packs: circle })),
    ...(await missingPacks(tools, plan, sides)),
    ...(await touchedPacks(tools, plan, sides)),
  ];
  const lines = await newLines(tools, plan, sides);
  return {
    ...plan,
    packs,
    ...(warnings.length === 0 ? {} : { warnings: warnings.toSorted(byWeight) }),
    ...(lines.length === 0 ? {} : { chatopsLines: lines }),
  };
}

// A reply has room for a few: what will fail comes before what may.
const weights: Readonly<Record<PlanWarning['kind'], number>> = {
  'still-named': 0,
  'not-brought': 1,
  'missing-pack': 1,
  'other-version': 2,
  'alias-clash': 3,
  unread: 4,
  circle: 5,
};

function byWeight(a: PlanWarning, b: PlanWarning): number {
  return weights[a.kind] - weights[b.kind];
}

/** First what goes live, each pack after those that it needs; then what goes, each before those that it needed. */
function inOrder(sides: readonly Side[]) {
  const staying = orderOf(sides.filter(({ plan }) => plan.removes !== true));
  const going = orderOf(sides.filter(({ plan }) => plan.removes === true));
  return { packs: [...staying.packs, ...going.packs.toReversed()], circles: staying.circles };
}

function orderOf(sides: readonly Side[]) {
  const byName = new Map(sides.map(({ plan }) => [plan.pack, plan]));
  if (byName.size < 2) return { packs: [...byName.values()], circles: [] };
  const needs = new Map<string, readonly Need[]>(
    sides.map(({ plan: { pack }, before, after }) => {
      const links = after ?? before;
      return [pack, links === undefined ? [] : needsOf(pack, links)];
    }),
  );
  const { packs, circles } = orderByNeeds([...byName.keys()], needs);
  const plans = packs.map((pack) => byName.get(pack)).filter((plan): plan is PackPlan => plan !== undefined);
  return { packs: plans, circles };
}

/** The lines that people can type once the packs are live, and could not before. */
async function newLines(
  tools: NeighbourTools,
  plan: Plan,
  sides: readonly Side[],
): Promise<readonly ChatopsLine[]> {
  if (!hasChatops(tools.deps.config().targets.get(plan.target))) return [];
  const lines: ChatopsLine[] = [];
  for (const { plan: pack, before } of sides) {
    const isTouched = pack.diff.content.some(({ type }) => type === 'aliases');
    // Of a live pack that can't be read nobody knows which of its lines are new.
    if (!isTouched || (pack.from !== undefined && before === undefined)) continue;
    const contents = await contentsOf(tools, plan, pack);
    const disabled = await disabledAliases(tools.deps, { target: plan.target, pack: pack.pack });
    const after = withDisabled(contents.after, disabled);
    const { added } = changedLines(pack.diff, { ...contents, after });
    lines.push(...added.map(({ display, description }) => ({ pack: pack.pack, line: display, description })));
  }
  return lines;
}
