import type { Borrow } from '../../core/borrow.js';
import type { ReturnIntent } from '../../core/intent.js';
import type { LiveRevision, PackPlan, Plan } from '../../core/plan.js';
import { refuse } from '../../core/reason.js';
import { formatRevision, type Repository } from '../../core/repository.js';
import { ok, type Result, refused } from '../../core/result.js';
import { diffContent } from '../../packs/diff.js';
import { openBorrows } from '../../store/borrows.js';
import { repositoryNamed } from '../lookup.js';
import type { Catalog } from './catalog.js';
import { type Commit, findCommit } from './commit.js';
import { completePlan, type Draft, type Tools } from './complete.js';
import { liveOn } from './live.js';

/**
 * Plans the way back of a borrowed pack: to the newest commit of the default branch, or, by force, to what the borrow
 * displaced. A pack that the default branch no longer has is removed. Never over something newer than the borrow.
 */
export async function planReturn(tools: ReturnTools, intent: ReturnIntent): Promise<Result<Plan>> {
  const borrow = await findBorrow(tools, intent);
  if (!borrow.ok) return borrow;
  const repository = repositoryNamed(tools.deps.config(), borrow.value.repository);
  if (!repository.ok) return repository;
  const from = await whatIsLive(tools, borrow.value);
  if (!from.ok) return from;
  const commit = intent.force
    ? displacedCommit(repository.value, borrow.value)
    : await findCommit(tools.deps.git, repository.value, {});
  if (!commit.ok) return commit;
  return await planAt(tools, commit.value, intent.pack, from.value);
}

/** What planning a return takes. */
export interface ReturnTools extends Tools {
  readonly catalog: Catalog;
}

async function findBorrow({ deps }: Tools, intent: ReturnIntent): Promise<Result<Borrow>> {
  const [borrow] = await openBorrows(deps.db, { pack: intent.pack, target: intent.target });
  // It may have been returned meanwhile, and borrowed anew by somebody else: that one is not meant.
  const isMeant = borrow !== undefined && (intent.borrow === undefined || intent.borrow === borrow.id);
  return isMeant ? ok(borrow) : refused(refuse('not-borrowed', { pack: intent.pack }));
}

function displacedCommit(repository: Repository, borrow: Borrow): Result<Commit> {
  const { displaced, pack } = borrow;
  if (displaced === undefined) return refused(refuse('nothing-displaced', { pack }));
  return ok({ repository, revision: displaced.revision, isDefaultBranch: false });
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
  pack: string,
  from: LiveRevision | undefined,
): Promise<Result<Plan>> {
  const packs = await tools.catalog.packsAt(commit.repository, commit.revision.sha);
  if (!packs.ok && packs.refusal.code !== 'subtree-absent') return packs;
  const changing = packs.ok ? packs.value.filter((p) => p.pack === pack) : [];
  const live = new Map(from === undefined ? [] : [[pack, { revision: from, isSound: true }]]);
  const draft: Draft = { ...commit, live, selected: { changing, unchanged: [] }, adopt: false };
  const plan = await completePlan(tools, draft);
  if (!plan.ok || changing.length > 0) return plan;
  return ok({ ...plan.value, packs: [removal(pack, from)] });
}

function removal(pack: string, from: LiveRevision | undefined): PackPlan {
  return {
    pack,
    path: '',
    tree: '',
    ...(from === undefined ? {} : { from }),
    diff: { ...diffContent(undefined, undefined), pack },
    warnings: [],
    removes: true,
  };
}
