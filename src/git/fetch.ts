import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Refusal, refuse } from '../core/reason.js';
import type { Repository } from '../core/repository.js';
import { ok, type Result, refused } from '../core/result.js';
import { type GitContext, runLocal } from './context.js';
import { type Access, accessTo } from './credentials.js';
import { chooseDefaultBranch } from './default-branch.js';
import { gitEnvironment } from './environment.js';
import { isDamage, lockFilesIn, refusalOf } from './failures.js';
import { furnish, isThere, type MirrorPlaces, putInPlace } from './mirror.js';
import { claim, type Ownership } from './owner.js';
import { type MovedRef, movedRefs, type Refs, readHead, readRefs, remoteHead } from './refs.js';
import { type GitEnd, runGit } from './run.js';

/** What a fetch brought. */
export interface Fetched {
  /** The branches and tags that stand elsewhere than before; all of them after the first fetch. */
  readonly moved: readonly MovedRef[];
  /** The remote's default branch; absent when its HEAD names none that exists and there is no telling. */
  readonly defaultBranch?: string;
}

/** One fetch: of what, into where. */
export interface FetchJob {
  readonly repository: Repository;
  readonly places: MirrorPlaces;
  /** Make the mirror anew, since what is there is damaged. */
  readonly anew: boolean;
  /** Called when another mirror has taken the place of the one that was read so far. */
  readonly replaced: () => Promise<void>;
}

interface Work extends FetchJob {
  readonly context: GitContext;
  readonly access: Access;
  readonly ownership: Ownership;
}

interface Updated {
  readonly before: Refs;
  readonly after: Refs;
  readonly said: string;
}

// All branches and all tags, forced, since the remote is the truth; and HEAD by a pattern, which (unlike its plain
// name) is no error when the remote has none. `--no-tags` only turns off following tags on top of that.
const refspecs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*', '+HEAD*:refs/packtrain/HEAD*'];

const fetchArgs = [
  'fetch',
  '--prune',
  '--no-tags',
  // From a shallow remote, what it has is taken instead of refused.
  '--update-shallow',
  '--no-auto-maintenance',
  '--no-write-fetch-head',
];

/** Brings a mirror up to date with its remote, or makes it. Only one at a time may run for a mirror in this process. */
export async function fetchMirror(context: GitContext, job: FetchJob): Promise<Result<Fetched>> {
  const access = await accessTo(job.repository, context.lookUp, context.redactor);
  if (!access.ok) return access;
  const ownership = await claim(job.places.owner, context.limits.fetchMs);
  const { name } = job.repository;
  if ('heldBy' in ownership)
    return refused(refuse('mirror-busy', { repository: name, pid: ownership.heldBy }));
  try {
    const work = { ...job, context, access: access.value, ownership };
    const isUsable = !job.anew && isThere(job.places);
    return isUsable ? await update(work) : await make(work);
  } finally {
    ownership.release();
  }
}

async function update(work: Work): Promise<Result<Fetched>> {
  const { folder } = work.places;
  const before = refsIfReadable(folder);
  if (before === undefined) return make(work);
  const end = await fetchPastLocks(work, folder);
  if (isDamage(end.stderr) && end.code !== 0) return make(work);
  if (end.code !== 0) return refused(failureOf(work, end));
  const after = readRefs(folder);
  return finish(work, folder, { before, after, said: end.stderr }, readHead(folder));
}

function refsIfReadable(folder: string): Refs | undefined {
  try {
    return readRefs(folder);
  } catch {
    return undefined;
  }
}

/** Makes the mirror beside its place and puts it there when it is whole, so that a half-made one is never used. */
async function make(work: Work): Promise<Result<Fetched>> {
  const { making, folder } = work.places;
  await rm(making, { recursive: true, force: true });
  await mkdir(dirname(making), { recursive: true });
  const made = await makeAside(work, making);
  if (!made.ok) {
    await rm(making, { recursive: true, force: true });
    return made;
  }
  const before = refsIfReadable(folder) ?? new Map();
  const after = readRefs(making);
  const finished = await finish(work, making, { before, after, said: '' }, undefined);
  if (!finished.ok) return finished;
  await putInPlace(work.places);
  await work.replaced();
  return finished;
}

async function makeAside(work: Work, making: string): Promise<Result<void>> {
  const { context } = work;
  const initialised = await runLocal(context, {
    folder: dirname(making),
    args: ['init', '--quiet', '--bare', '--template=', making],
  });
  if (initialised.code !== 0) return refused(failureOf(work, initialised, 'init'));
  await furnish(making);
  const end = await fetchInto(work, making, context.limits.firstFetchMs);
  if (end.code !== 0) return refused(failureOf(work, end));
  // One file instead of one for each branch: reading them all stays fast.
  const packed = await runLocal(context, { folder: making, args: ['pack-refs', '--all'] });
  return packed.code === 0 ? ok(undefined) : refused(failureOf(work, packed, 'pack-refs'));
}

async function finish(
  work: Work,
  folder: string,
  updated: Updated,
  known: string | undefined,
): Promise<Result<Fetched>> {
  const { before, after, said } = updated;
  const branches = [...after.keys()].filter((ref) => ref !== remoteHead);
  if (branches.length === 0) return refused(refuse('empty-repository', { repository: work.repository.name }));
  const defaultBranch = await chooseDefaultBranch(after, known, () => askHead(work, folder));
  if (defaultBranch !== undefined && defaultBranch !== readHead(folder))
    await writeHead(folder, defaultBranch);
  const moved = movedRefs(before, after, (old, now) => said.includes(`${old}...${now}`));
  return ok({ moved, ...(defaultBranch === undefined ? {} : { defaultBranch }) });
}

/** Fetches; locks that a git left behind which was killed are removed, once: while we own the mirror nobody has them. */
async function fetchPastLocks(work: Work, folder: string): Promise<GitEnd> {
  const { fetchMs } = work.context.limits;
  const end = await fetchInto(work, folder, fetchMs);
  const locks = end.code === 0 ? [] : lockFilesIn(end.stderr);
  if (locks.length === 0) return end;
  await Promise.all(locks.filter((lock) => lock.startsWith(folder)).map((lock) => rm(lock, { force: true })));
  return fetchInto(work, folder, fetchMs);
}

function fetchInto(work: Work, folder: string, timeoutMs: number): Promise<GitEnd> {
  const { address } = work.access.remote;
  return speak(work, folder, { args: [...fetchArgs, '--', address, ...refspecs], timeoutMs });
}

/** Asks the remote which branch its HEAD names. */
async function askHead(work: Work, folder: string): Promise<string | undefined> {
  const { address } = work.access.remote;
  const args = ['ls-remote', '--symref', '--', address, 'HEAD'];
  const end = await speak(work, folder, { args, timeoutMs: work.context.limits.fetchMs });
  return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(end.stdout)?.[1];
}

interface Speech {
  readonly args: readonly string[];
  readonly timeoutMs: number;
}

/** Runs a git that speaks to the remote. */
function speak(work: Work, folder: string, { args, timeoutMs }: Speech): Promise<GitEnd> {
  const { context, access, ownership } = work;
  return runGit({
    args,
    cwd: folder,
    env: { ...gitEnvironment(context.lookUp, folder, access.settings), ...access.variables },
    timeoutMs,
    signal: context.stopping,
    started: ownership.working,
    spare: context.spare,
  });
}

function failureOf(work: Work, end: GitEnd, command = 'fetch'): Refusal {
  const { access, repository, context } = work;
  return refusalOf({ repository: repository.name, command, end, redactor: context.redactor, access });
}

async function writeHead(folder: string, branch: string): Promise<void> {
  const beside = join(folder, 'HEAD.new');
  await writeFile(beside, `ref: refs/heads/${branch}\n`);
  await rename(beside, join(folder, 'HEAD'));
}
