import type { Revision } from '../../core/repository.js';
import { ok, type Result } from '../../core/result.js';
import type { DeploymentDeps } from '../deps.js';
import type { Commit } from './commit.js';

const mostAsked = 50;

/**
 * The newest commit of a branch that the gate lets pass for some packs; undefined when none of the newest 50 does.
 * Only the branch's own commits are asked about, for what a merge brought was never its newest.
 * @param newest the branch's newest commit
 */
export async function newestPassing(
  { git, gate = async () => 'pass' }: Pick<DeploymentDeps, 'git' | 'gate'>,
  { repository, revision: newest }: Pick<Commit, 'repository' | 'revision'>,
  packs: readonly string[],
): Promise<Result<Revision | undefined>> {
  if ((await gate(repository, newest, packs)) === 'pass') return ok(newest);
  const range = { from: undefined, to: newest.sha, path: '', max: mostAsked, isFirstParent: true };
  const commits = await git.log(repository, range);
  if (!commits.ok) return commits;
  for (const { sha } of commits.value.slice(1)) {
    const revision = { ref: newest.ref, sha };
    if ((await gate(repository, revision, packs)) === 'pass') return ok(revision);
  }
  return ok(undefined);
}
