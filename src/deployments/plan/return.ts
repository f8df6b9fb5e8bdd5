import type { Borrow } from '../../core/borrow.js';
import type { ReturnIntent } from '../../core/intent.js';
import type { LiveRevision, Plan } from '../../core/plan.js';
import { refuse } from '../../core/reason.js';
import { formatRevision, type Repository } from '../../core/repository.js';
import { ok, type Result, refused } from '../../core/result.js';
import { openBorrows } from '../../store/borrows.js';
import type { DeploymentDeps } from '../deps.js';
import { repositoryNamed } from '../lookup.js';
import { type Commit, findCommit } from './commit.js';
import { completePlan, type Draft, type Tools } from './complete.js';
import { liveOn } from './live.js';
import { newestPassing } from './passing.js';
import { removal } from './removal.js';

/**
 * Plans the way back of a borrowed pack: to the newest commit of the default branch that its gate lets pass, else, or by
 * force, to what the borrow displaced. A pack that is not there is removed. Never over something newer than the borrow.
 */
export async function planReturn(tools: ReturnTools, intent: ReturnIntent): Promise<Result<Plan>> {
  const borrow = await findBorrow(tools, intent);
  if (!borrow.ok) return borrow;
  const repository = repositoryNamed(tools.deps.config(), borrow.value.repository);
  if (!repository.ok)
    return refused(refuse('repository-gone', { pack: intent.pack, repository: borrow.value.repository }));
  const from = await whatIsLive(tools, borrow.value);
  if (!from.ok) return from;
  const goal = intent.force
    ? ok(displacedBy(repository.value, borrow.value))
    : await goalOfReturn(tools.deps, repository.value, borrow.value);
  if (!goal.ok) return goal;
  if (goal.value !== undefined) return await planAt(tools, goal.value, intent, from.value);
  return ok(planNothing(repository.value, borrow.value, from.value));
}

/** Where a borrow goes back to unless it is forced. Refused when nothing passes and nothing was live before. */
export async function goalOfReturn(
  deps: Pick<DeploymentDeps, 'git' | 'gate'>,
  repository: Repository,
  borrow: Borrow,
): Promise<Result<Commit>> {
  const newest = await findCommit(deps.git, repository, {});
  return newest.ok ? await passingOrDisplaced(deps, newest.value, borrow) : newest;
}

/** The newest commit of the default branch that the gate lets pass, else what the borrow displaced. */
export async function passingOrDisplaced(
  deps: Pick<DeploymentDeps, 'git' | 'gate'>,
  newest: Commit,
  borrow: Borrow,
): Promise<Result<Commit>> {
  const { pack } = borrow;
  const revision = await newestPassing(deps, newest, [pack]);
  if (!revision.ok) return revision;
  if (revision.value !== undefined) return ok({ ...newest, revision: revision.value });
  const displaced = displacedBy(newest.repository, borrow);
  if (displaced !== undefined) return ok(displaced);
  return refused(refuse('nothing-passes', { pack, branch: newest.revision.ref }));
}

/** What planning a return takes. */
export type ReturnTools = Tools;

async function findBorrow({ deps }: Tools, intent: ReturnIntent): Promise<Result<Borrow>> {
  const [borrow] = await openBorrows(deps.db, { pack: intent.pack, target: intent.target });
  // It may have been returned meanwhile, and borrowed anew by somebody else: that one is not meant.
  const isMeant = borrow !== undefined && (intent.borrow === undefined || intent.borrow === borrow.id);
  return isMeant ? ok(borrow) : refused(refuse('not-borrowed', { pack: intent.pack }));
}

function displacedBy(repository: Repository, { displaced }: Borrow): Commit | undefined {
  return displaced && { repository, revision: displaced.revision, isDefaultBranch: false };
}

/** What is live now; refused when it is not what was borrowed: then something newer must stay. */
async function whatIsLive({ deps }: Tools, borrow: Borrow): Promise<Result<LiveRevision | undefined>> {
  const { target, pack } = borrow;
  const live = await liveOn(deps, target, { kind: 'named', packs: [pack] });
  if (!live.ok) return live;
  const revision = live.value.get(pack)?.revision;
  if (revision === undefined || revision.release.startsWith(`${borrow.deployment}-`)) return ok(revision);
  return refused(refuse('borrow-overtaken', { pack, found: formatRevision(revision.revision) }));
}

async function planAt(
  tools: ReturnTools,
  commit: Commit,
  intent: ReturnIntent,
  from: LiveRevision | undefined,
): Promise<Result<Plan>> {
  const packs = await tools.catalog.packsAt(commit.repository, commit.revision.sha);
  if (!packs.ok && packs.refusal.code !== 'subtree-absent') return packs;
  const changing = packs.ok ? packs.value.filter((p) => p.pack === intent.pack) : [];
  const live = new Map(from === undefined ? [] : [[intent.pack, { revision: from, isSound: true }]]);
  const { pack, overwrite, force } = intent;
  const overwriting = () => `pack return ${pack}${force === true ? ' now' : ''} --overwrite`;
  const choice = { live, selected: { changing, unchanged: [] } };
  const draft: Draft = { ...commit, ...choice, adopt: false, overwrite, overwriting };
  const plan = await completePlan(tools, draft);
  if (!plan.ok || changing.length > 0) return plan;
  return ok({ ...plan.value, packs: [removal(pack, from)] });
}

/** Back to nothing, which is what the borrow displaced. */
function planNothing({ name, target }: Repository, borrow: Borrow, from: LiveRevision | undefined): Plan {
  return {
    target,
    repository: name,
    revision: from?.revision ?? { ref: borrow.ref, sha: '' },
    isDefaultBranch: false,
    packs: [removal(borrow.pack, from)],
    unchanged: [],
    refused: [],
    commits: [],
    adopt: false,
  };
}
