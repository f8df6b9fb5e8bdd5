import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../core/clock.js';
import type { QuickstartCommit, QuickstartRepository } from './commits.js';
import type { QuickstartGit } from './git.js';

/** Where a repository is made, and with what. */
export interface RepositoryPlace {
  /** The workspace. */
  readonly dir: string;
  /** The folder of the files of all repositories. */
  readonly files: string;
  readonly clock: Clock;
  readonly git: QuickstartGit;
}

const day = 86_400_000;

/** Makes a bare repository as the remote, and a working copy from which a newcomer can commit and push. */
export async function makeRepository(
  repository: QuickstartRepository,
  place: RepositoryPlace,
): Promise<void> {
  const { dir, git } = place;
  const copy = path.join(dir, repository.name);
  const remote = path.join(dir, 'origin', `${repository.name}.git`);
  await mkdir(copy, { recursive: true });
  await mkdir(remote, { recursive: true });
  await git(remote, ['init', '--quiet', '--bare', '--initial-branch=main']);
  await git(copy, ['init', '--quiet', '--initial-branch=main']);
  for (const commit of repository.main) await addCommit(copy, repository, commit, place);
  for (const [branch, commit] of repository.branches) {
    await git(copy, ['switch', '--quiet', '--create', branch, 'main']);
    await addCommit(copy, repository, commit, place);
  }
  await git(copy, ['switch', '--quiet', 'main']);
  await prepareForNewcomer(copy, repository, git);
}

async function addCommit(
  copy: string,
  repository: QuickstartRepository,
  commit: QuickstartCommit,
  place: RepositoryPlace,
): Promise<void> {
  const at = new Date(place.clock.now().getTime() - commit.daysAgo * day);
  await cp(path.join(place.files, repository.name, commit.files), copy, { recursive: true });
  await place.git(copy, ['add', '--all']);
  await place.git(copy, ['commit', '--quiet', `--message=${commit.message}`], { name: commit.author, at });
}

/** The remote's path is relative, so that the workspace may be moved; the identity lets the first commit work. */
async function prepareForNewcomer(
  copy: string,
  { name, branches }: QuickstartRepository,
  git: QuickstartGit,
): Promise<void> {
  await git(copy, ['config', 'user.name', 'ann']);
  await git(copy, ['config', 'user.email', 'ann@example.com']);
  await git(copy, ['remote', 'add', 'origin', `../origin/${name}.git`]);
  await git(copy, ['push', '--quiet', '--set-upstream', 'origin', 'main', ...branches.keys()]);
}
