import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import path from 'node:path';
import semver from 'semver';
import { refuse } from '../../core/reason.js';
import type { Git } from '../../git/git.js';
import type { CliContext } from '../context.js';
import { bad, badFor, type Finding, odd, well } from './finding.js';

const oldestNode = '20.19.0';
const oldestGit = '2.36.0';
const mega = 1024 ** 2;
const enough = 1024 * mega;
const tooLittle = 128 * mega;

/** Looks at Node. */
export function checkNode({ nodeVersion }: Pick<CliContext, 'nodeVersion'>): Finding {
  return semver.gte(nodeVersion, oldestNode)
    ? well('node', `Node ${nodeVersion}`)
    : bad('node', `Node is ${nodeVersion}; ${oldestNode} or newer is needed.`, 'Install a newer Node.');
}

/** Looks at the `git` program. */
export async function checkGit(git: Pick<Git, 'version'>): Promise<Finding> {
  const name = 'git';
  const version = await git.version();
  if (!version.ok) return badFor(name, version.refusal);
  const found = semver.coerce(version.value)?.version ?? '0.0.0';
  return semver.gte(found, oldestGit)
    ? well(name, `git ${version.value}`)
    : badFor(name, refuse('git-too-old', { found: version.value, needed: oldestGit }));
}

/** Looks at the data directory: whether it is ours to write, and how much fits into it. */
export async function checkDataDirectory(data: string): Promise<readonly Finding[]> {
  const name = 'data directory';
  const found = await nearestFolder(data);
  const isWritable = await access(found, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isWritable)
    return [
      bad(
        name,
        `${found} cannot be written.`,
        'Give it to the user that runs Packtrain, or name another with --data.',
      ),
    ];
  const what = found === data ? data : `${data}, which the first start makes`;
  return [well(name, what), await checkSpace(found)];
}

async function checkSpace(folder: string): Promise<Finding> {
  const name = 'disk space';
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const what = `${Math.floor(free / mega)} MB free at ${folder}`;
  const next = 'Free some space, or name a data directory on another disk with --data.';
  if (free < tooLittle) return bad(name, `Only ${what}.`, next);
  return free < enough ? odd(name, `Only ${what}.`, next) : well(name, what);
}

/** The folder itself, or the nearest one above it that is there. */
async function nearestFolder(folder: string): Promise<string> {
  const isThere = await access(folder).then(
    () => true,
    () => false,
  );
  const above = path.dirname(folder);
  return isThere || above === folder ? folder : nearestFolder(above);
}
