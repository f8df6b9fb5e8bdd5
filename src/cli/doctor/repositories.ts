import { access, constants, stat } from 'node:fs/promises';
import { explain, refuse } from '../../core/reason.js';
import type { Repository } from '../../core/repository.js';
import type { Git } from '../../git/git.js';
import { bad, badFor, type Finding, odd, well } from './finding.js';

const atATime = 8;

/** What looks at remotes. */
export type Remotes = Pick<Git, 'lookAt'>;

/** Looks at the keys, secrets and remotes of all repositories, a few at a time. */
export async function checkRepositories(
  repositories: readonly Repository[],
  git: Remotes,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (let i = 0; i < repositories.length; i += atATime) {
    const some = repositories.slice(i, i + atATime);
    findings.push(...(await Promise.all(some.map((repository) => checkRepository(repository, git)))).flat());
  }
  return findings;
}

async function checkRepository(repository: Repository, git: Remotes): Promise<readonly Finding[]> {
  const keys = await checkKeys(repository);
  const remote = keys.some(({ state }) => state === 'failed') ? [] : [await checkRemote(repository, git)];
  return [...keys, ...remote];
}

/** Looks at the files of an SSH remote. */
async function checkKeys(repository: Repository): Promise<readonly Finding[]> {
  const { sshKeyFile, knownHostsFile } = repository.credentials ?? {};
  const key = sshKeyFile === undefined ? [] : [await checkKeyFile(repository.name, sshKeyFile)];
  const hosts = knownHostsFile === undefined ? [] : [await checkKnownHosts(repository.name, knownHostsFile)];
  return [...key, ...hosts];
}

async function checkKeyFile(repository: string, file: string): Promise<Finding> {
  const name = `key of ${repository}`;
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    const detail = found.code === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
    return badFor(name, refuse('ssh-key-unusable', { repository, file, detail }));
  }
  const isOpenToOthers = (found.mode & 0o077) !== 0;
  return isOpenToOthers
    ? badFor(name, refuse('ssh-key-unusable', { repository, file, detail: 'others can read it' }))
    : well(name, file);
}

async function checkKnownHosts(repository: string, file: string): Promise<Finding> {
  const name = `known hosts of ${repository}`;
  const problem = await access(file, constants.R_OK).catch((error: NodeJS.ErrnoException) => error);
  return problem === undefined
    ? well(name, file)
    : bad(
        name,
        `${file} cannot be read (${problem.code}).`,
        'Make it with `ssh-keyscan`, after comparing the keys.',
      );
}

/** Asks the remote for its branches; nothing is fetched. */
async function checkRemote(repository: Repository, git: Remotes): Promise<Finding> {
  const name = `remote ${repository.name}`;
  const branches = await git.lookAt(repository);
  if (branches.ok)
    return well(name, branches.value.size === 1 ? 'one branch' : `${branches.value.size} branches`);
  const { what, next } = explain(branches.refusal);
  return branches.refusal.code === 'empty-repository' ? odd(name, what, next) : bad(name, what, next);
}
