import type { Actor } from '../../core/actor.js';
import { personName } from '../../core/identity.js';
import type { DeployIntent, DeployingIntent, PackSelection, RollbackIntent, Via } from '../../core/intent.js';
import type { PackPlan, Plan } from '../../core/plan.js';
import type { PackNeed } from '../../core/push.js';
import type { Repository } from '../../core/repository.js';
import { ok, type Result } from '../../core/result.js';
import { rolledBackTrees } from '../../store/activations.js';
import { openBorrows } from '../../store/borrows.js';
import type { DeploymentDeps } from '../deps.js';
import { repositoryNamed } from '../lookup.js';
import { findRollback } from '../rollback.js';
import { createCatalog, type PackAt } from './catalog.js';
import { type Commit, findCommit } from './commit.js';
import { type Comparison, compareWithLive } from './compare.js';
import { completePlan, outlineOf } from './complete.js';
import { createContents } from './contents.js';
import type { Fetching } from './early-fetch.js';
import { createLinkReader } from './link-reader.js';
import { type Live, liveOn } from './live.js';
import { type ChangedAt, needsAmong } from './needs.js';
import { withNeighbours } from './neighbours.js';
import { readLiveAhead } from './read-ahead.js';
import { removal } from './removal.js';
import { planReturn } from './return.js';
import { selectPacks } from './select.js';
import { changedByShared } from './shared.js';
import type { NeighbourTools } from './side.js';

/** How a plan is come by. */
export interface PlanHow {
  /** What nobody asked for by hand does not put back what was rolled back from. */
  readonly via?: Via;
  /** Who asked: their own borrows end or go on, also where the trees are the same. */
  readonly requester?: Actor;
  /** A fetch that began when the intent was asked for, to be used instead of another. */
  readonly fetching?: Fetching | undefined;
  /** Told which packs are meant, before it is looked what is in them: the plan may still refuse them. */
  readonly onSelected?: ((draft: Plan) => void) | undefined;
}

/** Makes intents exact. */
export interface Planner {
  /**
   * Fetches, and turns an intent into commits and packs. Changes nothing but the mirror.
   */
  plan(intent: DeployingIntent, how?: PlanHow): Promise<Result<Plan>>;
  /** Compares a commit that the mirror has with what is live. */
  compare(repository: Repository, sha: string): Promise<Result<Comparison>>;
  /** Which packs of a commit that the mirror has have to wait for which others of it. */
  needs(repository: Repository, at: ChangedAt): Promise<readonly PackNeed[]>;
  /** The names of the packs of a commit that the mirror has. */
  packsAt(repository: Repository, sha: string): Promise<Result<readonly string[]>>;
}

type Tools = NeighbourTools;

/** Makes a planner. */
export function createPlanner(deps: DeploymentDeps): Planner {
  const catalog = createCatalog(deps.git);
  const links = createLinkReader(deps, catalog);
  const tools = { deps, catalog, links, contents: createContents(deps.git, links.learn) };
  return {
    compare: (repository, sha) => compareWithLive(tools, repository, sha),
    needs: (repository, at) => needsAmong(tools, repository, at),
    async packsAt(repository, sha) {
      const packs = await tools.catalog.packsAt(repository, sha);
      return packs.ok ? ok(packs.value.map(({ pack }) => pack)) : packs;
    },
    async plan(intent, how = {}) {
      const made = await planPacks(tools, intent, how);
      return made.ok ? ok(await withNeighbours(tools, made.value)) : made;
    },
  };
}

function planPacks(tools: Tools, intent: DeployingIntent, how: PlanHow): Promise<Result<Plan>> {
  if (intent.kind === 'deploy') return planDeploy(tools, intent, how);
  return intent.kind === 'rollback' ? planRollback(tools, intent) : planReturn(tools, intent);
}

async function planDeploy(
  tools: Tools,
  intent: DeployIntent,
  { via, requester, fetching, onSelected }: PlanHow,
): Promise<Result<Plan>> {
  const { deps, catalog } = tools;
  const repository = repositoryNamed(deps.config(), intent.repository);
  if (!repository.ok) return repository;
  // What is live is looked at while git fetches. Should it change meanwhile, that shows when the turn comes.
  const [commit, live, borrowed] = await Promise.all([
    findCommit(deps.git, repository.value, { ref: intent.ref, at: intent.at, fetching }),
    lookAtLive(tools, repository.value, withRemoved(intent)),
    openBorrows(deps.db, { target: repository.value.target }),
  ]);
  if (!commit.ok) return commit;
  const packs = await catalog.packsAt(repository.value, commit.value.revision.sha);
  if (!packs.ok) return packs;
  if (!live.ok) return live;
  const { isDefaultBranch, revision } = commit.value;
  const { people } = deps.config().access;
  const isOwn = (holder: Actor) =>
    via !== 'push' && requester !== undefined && personName(people, holder) === personName(people, requester);
  // Who names a pack of a branch that is the same tree means the branch: it is borrowed, or given back. So is a pack that
  // is not named but that the requester has borrowed.
  const isAsAsked = (pack: PackAt) => {
    const borrow = borrowed.find((b) => b.pack === pack.pack);
    const isMeant = intent.packs.kind === 'named' || (borrow !== undefined && isOwn(borrow.holder));
    return !isMeant || borrow?.ref === (isDefaultBranch ? undefined : revision.ref);
  };
  // A person may put back what was rolled back from; a push waits for a newer commit.
  const held = via === 'push' ? await rolledBackTrees(deps.db, repository.value.target) : new Set<string>();
  const shared = await sharedChanges(tools, commit.value, live.value);
  if (!shared.ok) return shared;
  const isUnchanged = (pack: PackAt) => isLive(live.value, pack) && !shared.value.has(pack.pack);
  const selected = selectPacks(intent.packs, {
    repository: intent.repository,
    packs: packs.value,
    isLive: (pack) => held.has(`${pack.pack} ${pack.tree}`) || (isUnchanged(pack) && isAsAsked(pack)),
  });
  if (!selected.ok) return selected;
  const { adopt = false, overwrite, asFound } = intent;
  const overwriting = (pack: string) =>
    `pack deploy ${repository.value.name} ${pack}${refWord(intent)} --overwrite`;
  const chosen = { live: live.value, selected: selected.value };
  const draft = { ...commit.value, ...chosen, adopt, overwrite, asFound, overwriting };
  onSelected?.(outlineOf(draft));
  const plan = await completePlan(tools, draft);
  if (!plan.ok || intent.removes === undefined) return plan;
  const removals = removalsOf(intent.removes, { commit: commit.value, packs: packs.value, live: live.value });
  return ok({ ...plan.value, packs: [...plan.value.packs, ...removals] });
}

async function lookAtLive(
  tools: Tools,
  repository: Repository,
  selection: PackSelection,
): Promise<Result<Live>> {
  const live = await liveOn(tools.deps, repository.target, selection);
  if (live.ok) await readLiveAhead(tools, repository, { selection, live: live.value });
  return live;
}

/** The packs that are meant, those that are taken away too. */
function withRemoved({ packs, removes = [] }: DeployIntent): PackSelection {
  return packs.kind === 'named' ? { kind: 'named', packs: [...packs.packs, ...removes] } : packs;
}

function sharedChanges(
  { deps }: Tools,
  { repository, revision }: Commit,
  live: Live,
): Promise<Result<ReadonlySet<string>>> {
  const since = [...live].map(([pack, state]) => ({ pack, live: state.revision }));
  return changedByShared(deps.git, repository, { sha: revision.sha, live: since });
}

/** Takes away what the commit does not have; what came from elsewhere meanwhile, or may not be pruned any more, stays. */
function removalsOf(
  removes: readonly string[],
  { commit, packs, live }: { commit: Commit; packs: readonly PackAt[]; live: Live },
): readonly PackPlan[] {
  const { repository } = commit;
  if (repository.prune !== true) return [];
  return removes.flatMap((pack) => {
    const from = live.get(pack)?.revision;
    const isThere = packs.some((one) => one.pack === pack);
    return isThere || from?.repository !== repository.name ? [] : [removal(pack, from)];
  });
}

async function planRollback(tools: Tools, intent: RollbackIntent): Promise<Result<Plan>> {
  const { deps, catalog } = tools;
  const goal = await findRollback(deps, intent);
  if (!goal.ok) return goal;
  const { repository, revision, isDefaultBranch } = goal.value;
  const packs = await catalog.packsAt(repository, revision.sha);
  if (!packs.ok) return packs;
  const selection = { kind: 'named', packs: [intent.pack] } as const;
  const choice = { repository: repository.name, packs: packs.value, isLive: () => false };
  const selected = selectPacks(selection, choice);
  if (!selected.ok) return selected;
  const live = await liveOn(deps, repository.target, selection);
  if (!live.ok) return live;
  const { overwrite, pack, to } = intent;
  const overwriting = () => `pack rollback ${pack}${to === undefined ? '' : ` to ${to}`} --overwrite`;
  const draft = { repository, revision, isDefaultBranch, adopt: false, overwrite, overwriting };
  return await completePlan(tools, { ...draft, live: live.value, selected: selected.value });
}

function refWord({ ref, push }: DeployIntent): string {
  return ref === undefined || push !== undefined ? '' : ` ${ref}`;
}

function isLive(live: Live, pack: PackAt): boolean {
  const state = live.get(pack.pack);
  return state?.isSound === true && state.revision.tree === pack.tree;
}
