import { access, constants, stat } from 'node:fs/promises';
import { refuse } from '../../core/reason.js';
import type { Redactor } from '../../core/redact.js';
import type { Repository } from '../../core/repository.js';
import { accessTo } from '../../git/credentials.js';
import { gitEnvironment } from '../../git/environment.js';
import { refusalOf } from '../../git/failures.js';
import { runGit } from '../../git/run.js';
import type { CliContext } from '../context.js';
import { bad, badFor, type Finding, odd, well } from './finding.js';

const timeoutMs = 30_000;
const atATime = 8;

/** What looking at remotes needs. */
export interface RemoteSetup {
  readonly env: CliContext['env'];
  /** Learns the secrets that are used. */
  readonly redactor: Redactor;
}

/** Looks at the keys, secrets and remotes of all repositories, a few at a time. */
export async function checkRepositories(
  repositories: readonly Repository[],
  setup: RemoteSetup,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (let i = 0; i < repositories.length; i += atATime) {
    const some = repositories.slice(i, i + atATime);
    findings.push(
      ...(await Promise.all(some.map((repository) => checkRepository(repository, setup)))).flat(),
    );
  }
  return findings;
}

async function checkRepository(repository: Repository, setup: RemoteSetup): Promise<readonly Finding[]> {
  const keys = await checkKeys(repository);
  const remote = keys.some(({ state }) => state === 'failed') ? [] : [await checkRemote(repository, setup)];
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
async function checkRemote(repository: Repository, { env, redactor }: RemoteSetup): Promise<Finding> {
  const name = `remote ${repository.name}`;
  const lookUp = (variable: string) => env[variable];
  const access = await accessTo(repository, lookUp, redactor);
  if (!access.ok) return badFor(name, access.refusal);
  const { remote, settings, variables } = access.value;
  const end = await runGit({
    args: ['ls-remote', '--heads', '--', remote.address],
    cwd: '/',
    env: { ...gitEnvironment(lookUp, '/', settings), ...variables },
    timeoutMs,
    signal: new AbortController().signal,
  });
  if (end.how !== 'exit' || end.code !== 0) {
    const failure = {
      repository: repository.name,
      command: 'ls-remote',
      end,
      redactor,
      access: access.value,
    };
    return badFor(name, refusalOf(failure));
  }
  const branches = end.stdout.split('\n').filter((line) => line !== '').length;
  if (branches > 0) return well(name, branches === 1 ? 'one branch' : `${branches} branches`);
  return odd(
    name,
    `${repository.name} is empty: its remote has no branch yet.`,
    'Push a first commit to it.',
  );
}
