import { setTimeout as sleep } from 'node:timers/promises';
import type { Borrow } from '../../core/borrow.js';
import type { ReturnSoonNotice } from '../../core/notice.js';
import type { DeploymentDeps } from '../deps.js';
import { repositoryNamed } from '../lookup.js';
import { createCatalog } from '../plan/catalog.js';
import { defaultBranch } from '../plan/commit.js';
import { passingOrDisplaced } from '../plan/return.js';

const fetchMs = 3_000;

/**
 * Where a borrow would go back to now, for its holder to know. A remote that does not answer soon is not waited for:
 * what the mirror has is told then, and nothing when there is none.
 */
export async function wayBack(
  deps: DeploymentDeps,
  borrow: Borrow,
): Promise<Pick<ReturnSoonNotice, 'goesTo' | 'removes' | 'isStranded'>> {
  const { git, config } = deps;
  const repository = repositoryNamed(config(), borrow.repository);
  if (!repository.ok) return { isStranded: true };
  await Promise.race([git.fetch(repository.value), sleep(fetchMs, undefined, { ref: false })]);
  const branch = await defaultBranch(git, repository.value);
  const newest = branch.ok ? await git.resolve(repository.value, branch.value) : branch;
  if (!newest.ok) return {};
  const commit = { repository: repository.value, revision: newest.value, isDefaultBranch: true };
  const goal = await passingOrDisplaced(deps, commit, borrow);
  if (!goal.ok) return {};
  const { revision } = goal.value;
  const packs = await createCatalog(git).packsAt(repository.value, revision.sha);
  if (!packs.ok) return packs.refusal.code === 'subtree-absent' ? { removes: true } : {};
  return packs.value.some((p) => p.pack === borrow.pack) ? { goesTo: revision } : { removes: true };
}
