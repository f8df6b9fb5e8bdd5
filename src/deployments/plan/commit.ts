import type { Repository, Revision } from '../../core/repository.js';
import { ok, type Result } from '../../core/result.js';
import type { Git } from '../../git/git.js';
import type { Fetching } from './early-fetch.js';

/** The commit that is meant. */
export interface Commit {
  readonly repository: Repository;
  readonly revision: Revision;
  /** Whether the ref is the branch that is deployed by itself, or the remote's default one. */
  readonly isDefaultBranch: boolean;
}

/**
 * Fetches, and finds the commit that a ref means; without one, the newest of the repository's default branch.
 * @param fetching a fetch that began when this was asked for, to be used instead of another
 */
export async function findCommit(
  git: Git,
  repository: Repository,
  { ref, fetching }: { readonly ref?: string | undefined; readonly fetching?: Fetching | undefined },
): Promise<Result<Commit>> {
  const fetched = await (fetching ?? git.fetch(repository));
  if (!fetched.ok) return fetched;
  const standard = await defaultBranch(git, repository);
  const wanted = ref ?? (standard.ok ? standard.value : undefined);
  if (wanted === undefined) return standard as Result<never>;
  const revision = await git.resolve(repository, wanted);
  if (!revision.ok) return revision;
  const isDefaultBranch = standard.ok && revision.value.ref === standard.value;
  return ok({ repository, revision: revision.value, isDefaultBranch });
}

/** The branch that is deployed by itself, or the remote's default one, as of the last fetch. */
export async function defaultBranch(git: Git, repository: Repository): Promise<Result<string>> {
  const configured = repository.autoDeployment?.branch;
  return configured === undefined ? await git.defaultBranch(repository) : ok(configured);
}
