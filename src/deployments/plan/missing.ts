import type { Plan } from '../../core/plan.js';
import type { PlanWarning } from '../../core/plan-warning.js';
import type { Repository } from '../../core/repository.js';
import type { LivePack } from '../../core/target.js';
import { within } from '../../core/within.js';
import { isOtherVersion, type NeededPack, neededBy } from '../../packs/links/needed.js';
import { targetNamed } from '../lookup.js';
import { defaultBranch } from './commit.js';
import type { NeighbourTools, Side } from './side.js';

/** Warns of packs that those of a plan need and that are neither live nor in the plan, or in another version. */
export async function missingPacks(
  tools: NeighbourTools,
  plan: Plan,
  sides: readonly Side[],
): Promise<readonly PlanWarning[]> {
  const look = lookAt(tools, plan.target);
  const coming = new Map(sides.map((side) => [side.plan.pack, side.after]));
  const warnings: PlanWarning[] = [];
  for (const { plan: one, after } of sides)
    for (const needed of after === undefined ? [] : neededBy(one.pack, after)) {
      const links = coming.get(needed.pack);
      const warning =
        links === undefined
          ? await ofLive(tools, plan, { pack: one.pack, needed, live: await look(needed.pack) })
          : otherVersion(one.pack, needed, links.version);
      if (warning !== undefined) warnings.push(warning);
    }
  return warnings;
}

/** Looks at each pack only once. */
function lookAt({ deps }: NeighbourTools, name: string): (pack: string) => Promise<LivePack | undefined> {
  const seen = new Map<string, LivePack | undefined>();
  return async (pack) => {
    if (seen.has(pack)) return seen.get(pack);
    const target = targetNamed(deps, name);
    const live = target.ok ? await target.value.live(pack) : target;
    seen.set(pack, live.ok ? live.value : undefined);
    return seen.get(pack);
  };
}

/** A pack that one of a plan needs, which the plan does not bring. */
interface Asked {
  readonly pack: string;
  readonly needed: NeededPack;
  /** What is at its place; undefined where there is no telling. */
  readonly live: LivePack | undefined;
}

async function ofLive(
  tools: NeighbourTools,
  { target, packs }: Plan,
  { pack, needed, live }: Asked,
): Promise<PlanWarning | undefined> {
  const { by, pack: needs, version } = needed;
  // Who names what the plan takes away is told with what is taken away.
  if (packs.some((one) => one.pack === needs && one.removes === true)) return undefined;
  if (live?.state === 'absent') {
    const from = await repositoryWith(tools, target, needs);
    return { kind: 'missing-pack', pack, needs, by, ...(from === undefined ? {} : { from }) };
  }
  if (version === undefined || live?.state !== 'managed') return undefined;
  const { source, id } = live.release;
  const links = await tools.links.read(needs, { ...source, release: id });
  return otherVersion(pack, needed, links?.version ?? '');
}

function otherVersion(
  pack: string,
  { pack: needs, version }: NeededPack,
  found: string,
): PlanWarning | undefined {
  if (version === undefined || !isOtherVersion(version, found)) return undefined;
  return { kind: 'other-version', pack, needs, wanted: version, found };
}

/** A plan does not wait for a repository that was never fetched and is slow now: it is only to say what could be typed. */
const patienceMs = 1_000;

/** The configured repository of a target whose default branch has a pack. */
async function repositoryWith(
  tools: NeighbourTools,
  target: string,
  pack: string,
): Promise<string | undefined> {
  const repositories = [...tools.deps.config().repositories.values()].filter((one) => one.target === target);
  const having = new Set<string>();
  const looks = repositories.map(async (repository) => {
    if (await hasPack(tools, repository, pack)) having.add(repository.name);
  });
  await within(patienceMs, Promise.allSettled(looks));
  return repositories.map(({ name }) => name).find((name) => having.has(name));
}

async function hasPack(
  { deps: { git }, catalog }: NeighbourTools,
  repository: Repository,
  pack: string,
): Promise<boolean> {
  const branch = await defaultBranch(git, repository);
  const revision = branch.ok ? await git.resolve(repository, branch.value) : branch;
  const packs = revision.ok ? await catalog.packsAt(repository, revision.value.sha) : revision;
  return packs.ok && packs.value.some((one) => one.pack === pack);
}
