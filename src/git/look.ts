import { mkdir } from 'node:fs/promises';
import { refuse } from '../core/reason.js';
import type { Repository } from '../core/repository.js';
import { ok, type Result, refused } from '../core/result.js';
import type { GitContext } from './context.js';
import { accessTo } from './credentials.js';
import { gitEnvironment } from './environment.js';
import { refusalOf } from './failures.js';
import { runGit } from './run.js';

/** The branches of a remote as it has them now: short names and commits. */
export type RemoteBranches = ReadonlyMap<string, string>;

/** Asks a remote for its branches by one `git ls-remote`, without fetching anything. */
export async function lookAtRemote(
  context: GitContext,
  repository: Repository,
): Promise<Result<RemoteBranches>> {
  const { lookUp, redactor, dataDir, limits, stopping, spare } = context;
  const access = await accessTo(repository, lookUp, redactor);
  if (!access.ok) return access;
  await mkdir(dataDir, { recursive: true });
  const command = 'ls-remote';
  const end = await runGit({
    args: [command, '--heads', '--', access.value.remote.address],
    cwd: dataDir,
    env: { ...gitEnvironment(lookUp, dataDir, access.value.settings), ...access.value.variables },
    timeoutMs: limits.lookMs,
    signal: stopping,
    spare,
  });
  const { name } = repository;
  if (end.code !== 0)
    return refused(refusalOf({ repository: name, command, end, redactor, access: access.value }));
  const branches = new Map([...end.stdout.matchAll(/^([0-9a-f]+)\trefs\/heads\/(\S+)$/gm)].map(toEntry));
  return branches.size > 0 ? ok(branches) : refused(refuse('empty-repository', { repository: name }));
}

function toEntry([, sha = '', branch = '']: RegExpMatchArray): [string, string] {
  return [branch, sha];
}
