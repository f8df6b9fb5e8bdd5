import type { RollbackIntent } from '../core/intent.js';
import { nearest } from '../core/near.js';
import { refuse } from '../core/reason.js';
import { formatRevision, type Repository, type Revision } from '../core/repository.js';
import { ok, type Result, refused } from '../core/result.js';
import { type ActivationRecord, activationHistory, liveActivations } from '../store/activations.js';
import { openBorrows } from '../store/borrows.js';
import type { DeploymentDeps } from './deps.js';
import { repositoryNamed } from './lookup.js';
import { defaultBranch } from './plan/commit.js';

/** What a rollback goes back to. */
export interface RollbackGoal {
  readonly repository: Repository;
  readonly revision: Revision;
  /** Whether the revision was of the branch that is deployed by itself. */
  readonly isDefaultBranch: boolean;
}

const historyLooked = 200;

/** Finds the revision that a rollback means, in the history of what was live. */
export async function findRollback(
  deps: DeploymentDeps,
  intent: RollbackIntent,
): Promise<Result<RollbackGoal>> {
  const live = await findLive(deps, intent);
  if (!live.ok) return live;
  const { target, pack } = live.value;
  const history = await activationHistory(deps.db, { target, pack, limit: historyLooked });
  const isDefault = await defaultRevisions(deps, history);
  const [borrow] = await openBorrows(deps.db, { target, pack });
  // What was borrowed and given back was never meant to stay, so only its holder goes back to it unnamed.
  const mayBe = borrow === undefined ? isDefault : () => true;
  const goal = chooseRollback(pack, history, intent.to, mayBe);
  if (!goal.ok) return goal;
  const repository = repositoryNamed(deps.config(), goal.value.live.repository);
  if (!repository.ok) return repository;
  const { revision } = goal.value.live;
  return ok({ repository: repository.value, revision, isDefaultBranch: isDefault(goal.value) });
}

/** Tells which revisions were of their repository's default branch, as of the last fetch; where unknown, all are. */
async function defaultRevisions(
  deps: DeploymentDeps,
  history: readonly ActivationRecord[],
): Promise<(record: ActivationRecord) => boolean> {
  const branches = new Map<string, string>();
  for (const name of new Set(history.map((record) => record.live.repository))) {
    const repository = repositoryNamed(deps.config(), name);
    const branch = repository.ok ? await defaultBranch(deps.git, repository.value) : repository;
    if (branch.ok) branches.set(name, branch.value);
  }
  return ({ live }) => (branches.get(live.repository) ?? live.revision.ref) === live.revision.ref;
}

async function findLive(deps: DeploymentDeps, intent: RollbackIntent): Promise<Result<ActivationRecord>> {
  const all = await liveActivations(deps.db, { target: intent.target });
  const live = all.filter((record) => record.pack === intent.pack);
  const [first, second] = live;
  if (first === undefined) {
    const near = nearest(intent.pack, new Set(all.map((record) => record.pack)));
    return refused(refuse('pack-not-live', { pack: intent.pack, near }));
  }
  if (second === undefined) return ok(first);
  const targets = live.map((record) => record.target);
  return refused(refuse('pack-on-several-targets', { pack: intent.pack, targets }));
}

/**
 * Chooses from a pack's history, newest first, the live one at its head: the newest other revision that was not rolled
 * back from when it was live last, or the one whose SHA or ref is named.
 * @param mayBe whether a revision may be chosen unnamed
 */
export function chooseRollback(
  pack: string,
  history: readonly ActivationRecord[],
  to: string | undefined,
  mayBe: (record: ActivationRecord) => boolean = () => true,
): Result<ActivationRecord> {
  const [now, ...earlier] = history;
  const others = earlier.filter((record) => record.live.tree !== now?.live.tree);
  // Whoever deploys a revision again after a rollback from it vouches for it.
  const isBad = (record: ActivationRecord) =>
    history.find((other) => other.live.tree === record.live.tree)?.rolledBack === true;
  if (to === undefined || to === 'last') {
    const good = others.find((record) => !isBad(record) && mayBe(record));
    return good === undefined ? refused(refuse('nothing-to-roll-back', { pack })) : ok(good);
  }
  const named = others.find((record) => isNamed(record, to));
  if (named === undefined) {
    const known = [...new Set(others.map((record) => formatRevision(record.live.revision)))].slice(0, 5);
    return refused(refuse('no-such-revision', { pack, to, known }));
  }
  if (!isBad(named)) return ok(named);
  return refused(refuse('rolled-back-from', { pack, revision: formatRevision(named.live.revision) }));
}

function isNamed(record: ActivationRecord, to: string): boolean {
  const { revision } = record.live;
  const isSha = /^[0-9a-f]{4,40}$/.test(to) && revision.sha.startsWith(to);
  return isSha || revision.ref === to || formatRevision(revision) === to;
}
