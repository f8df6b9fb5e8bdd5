import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { explain, type Refusal, refuse } from '../../../core/reason.js';
import { ok, type Result } from '../../../core/result.js';
import type { TargetProblem } from '../../../core/target.js';
import { onRoot } from '../directory/ground.js';
import type { Station } from './ground.js';
import { kinds } from './kinds.js';
import { otherOwner } from './owner.js';
import { readVersion } from './pack.js';

/** What is wrong with the folder, the key, the server's version, the key's rights, and whether the two belong together. */
export async function check(station: Station): Promise<readonly TargetProblem[]> {
  const folder = await station.directory.check();
  const owner = await onRoot(station.ground, async () => ok(await otherOwner(station)));
  const server = await serverProblems(station);
  // What is wrong with the folder is told already.
  const all = [...(owner.ok && owner.value !== undefined ? [owner.value] : []), ...server];
  return [...folder, ...all.map(explain)];
}

async function serverProblems(station: Station): Promise<readonly Refusal[]> {
  const version = await versionProblem(station);
  // Whoever can't be asked that can't be asked anything.
  if (version !== undefined) return [version];
  const rights = await rightsProblems(station);
  if (rights.length > 0) return rights;
  const folder = await onRoot(station.ground, () => folderProblem(station));
  if (!folder.ok) return [folder.refusal];
  return folder.value === undefined ? [] : [folder.value];
}

async function versionProblem({ api, ground }: Station): Promise<Refusal | undefined> {
  const version = await readVersion(api, 'core');
  if (!version.ok) return version.refusal;
  const major = Number(/^\d+/.exec(version.value ?? '')?.[0] ?? Number.NaN);
  if (major >= 3) return undefined;
  return refuse('st2-too-old', { target: ground.target, version: version.value ?? 'unknown' });
}

async function rightsProblems({ api }: Station): Promise<readonly Refusal[]> {
  const lists = [...kinds.map(({ path }) => path), '/executions'];
  const answers = await Promise.all(lists.map((path) => api.call('GET', `${path}?limit=1`)));
  return answers.flatMap((answer) => (answer.ok ? [] : [answer.refusal]));
}

/**
 * Registers a folder that is no pack: it fails for want of a pack.yaml where the server sees the folder, for want of the
 * folder where it reads another one, and for want of rights before either.
 */
async function folderProblem({ api, ground }: Station): Promise<Result<Refusal | undefined>> {
  const { files, layout, target } = ground;
  const probe = `packtrain_probe_${randomBytes(4).toString('hex')}`;
  const path = join(layout.root, probe);
  await files.makeFolder(path);
  try {
    const body = { packs: [probe], types: ['action'], fail_on_failure: true };
    const answer = await api.call('POST', '/packs/register', { body });
    if (answer.ok) return ok(refuse('st2-odd-answer', { target, path: '/packs/register' }));
    if (answer.refusal.code !== 'st2-refused') return ok(answer.refusal);
    const { detail } = answer.refusal.params;
    const isSeen = /missing pack\.yaml/.test(detail);
    return ok(isSeen ? undefined : refuse('st2-other-folder', { target, path: layout.root, detail }));
  } finally {
    await files.removeTree(path);
  }
}
