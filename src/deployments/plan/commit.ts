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

/** Which commit is meant. */
export interface CommitWanted {
  readonly ref?: string | undefined;
  /** The full SHA of exactly the commit that is meant, of whichever branch `ref` names. */
  readonly at?: string | undefined;
  /** A fetch that began when this was asked for, to be used instead of another. */
  readonly fetching?: Fetching | undefined;
}

/**
 * Fetches, and finds the commit that a ref means; without one, the newest of the repository's default branch.
 */
export async function findCommit(
  git: Git,
  repository: Repository,
  { ref, at, fetching }: CommitWanted,
): Promise<Result<Commit>> {
  if (at !== undefined) return await pinnedCommit(git, repository, { ref: ref ?? at, sha: at });
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

/** The commit itself: it is fetched for only when the mirror of this server does not have it yet. */
async function pinnedCommit(git: Git, repository: Repository, revision: Revision): Promise<Result<Commit>> {
  const known = await git.resolve(repository, revision.sha);
  if (!known.ok) {
    const fetched = await git.fetch(repository);
    if (!fetched.ok) return fetched;
    const found = await git.resolve(repository, revision.sha);
    if (!found.ok) return found;
  }
  const standard = await defaultBranch(git, repository);
  return ok({ repository, revision, isDefaultBranch: standard.ok && revision.ref === standard.value });
}

/** The branch that is deployed by itself, or the remote's default one, as of the last fetch. */
export async function defaultBranch(git: Git, repository: Repository): Promise<Result<string>> {
  const configured = repository.autoDeployment?.branch;
  return configured === undefined ? await git.defaultBranch(repository) : ok(configured);
}
