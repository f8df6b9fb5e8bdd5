import { type Refusal, refuse } from '../core/reason.js';
import type { Repository } from '../core/repository.js';
import { ok, type Result, refused } from '../core/result.js';
import { BatchEndedError } from './batch.js';
import { findGit, type GitContext, runLocal } from './context.js';
import { gitEnvironment } from './environment.js';
import { refusalForFile } from './export.js';
import { isDamage, refusalOf } from './failures.js';
import { type Fetched, fetchMirror } from './fetch.js';
import { isThere, type MirrorPlaces, mirrorPlaces } from './mirror.js';
import { createObjects, ObjectMissingError, type Objects } from './objects.js';
import { claim } from './owner.js';
import { createSingleFlight } from './single-flight.js';

/** A mirror that is there and can be read. */
export interface Mirror {
  readonly folder: string;
  readonly objects: Objects;
}

/** The mirrors of all repositories. */
export interface Mirrors {
  fetch(repository: Repository): Promise<Result<Fetched>>;
  /** Reads a mirror, which is fetched first when there is none, and made anew, once, when it turns out damaged. */
  read<T>(repository: Repository, read: (mirror: Mirror) => Promise<Result<T>>): Promise<Result<T>>;
  maintain(repository: Repository): Promise<Result<void>>;
  version(): Promise<Result<string>>;
  close(): Promise<void>;
}

/** Keeps the mirrors: who may fetch, who reads, and what happens when one is damaged. */
export function createMirrors(context: GitContext): Mirrors {
  const readers = new Map<string, Objects>();
  const damaged = new Set<string>();
  const fetches = createSingleFlight<Result<Fetched>>();
  const underWay = new Set<Promise<unknown>>();
  let found: string | undefined;

  async function version(): Promise<Result<string>> {
    if (found !== undefined) return ok(found);
    const git = await findGit(context);
    if ('refusal' in git) return refused(git.refusal);
    found = git.version;
    return ok(found);
  }

  async function fetchNow(repository: Repository, places: MirrorPlaces): Promise<Result<Fetched>> {
    const git = await version();
    if (!git.ok) return git;
    const anew = damaged.has(places.folder);
    const replaced = () => dropReader(places.folder);
    const fetched = await fetchMirror(context, { repository, places, anew, replaced });
    if (fetched.ok) damaged.delete(places.folder);
    return fetched;
  }

  function fetch(repository: Repository): Promise<Result<Fetched>> {
    const places = mirrorPlaces(context.dataDir, repository);
    const fetching = fetches(places.folder, () =>
      asResult(repository, () => track(fetchNow(repository, places))),
    );
    return fetching;
  }

  function track<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    return tracked;
  }

  function readerOf(folder: string): Objects {
    const known = readers.get(folder);
    if (known !== undefined) return known;
    const { idleMs, textBytes: maxTextBytes } = context.limits;
    const env = gitEnvironment(context.lookUp, folder);
    const objects = createObjects({ cwd: folder, env, idleMs, maxTextBytes });
    readers.set(folder, objects);
    return objects;
  }

  /** Forgets a mirror's reader, whose processes hold the files of what was replaced. */
  async function dropReader(folder: string): Promise<void> {
    const objects = readers.get(folder);
    readers.delete(folder);
    await objects?.close();
  }

  async function read<T>(
    repository: Repository,
    readFrom: (mirror: Mirror) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const places = mirrorPlaces(context.dataDir, repository);
    const { folder } = places;
    const attempt = () => track(readFrom({ folder, objects: readerOf(folder) }));
    if (!isThere(places)) {
      const fetched = await fetch(repository);
      if (!fetched.ok) return fetched;
    }
    try {
      return await attempt();
    } catch (error) {
      if (!isReadFailure(error)) throw error;
      await dropReader(folder);
      const mended = await mend(repository, folder, error);
      return mended.ok ? secondAttempt(repository, attempt) : mended;
    }
  }

  /** Makes a damaged mirror anew. A reader that only died (it was killed) needs no more than another one. */
  async function mend(repository: Repository, folder: string, error: Error): Promise<Result<unknown>> {
    if (error instanceof BatchEndedError && !isDamage(error.message)) return version();
    damaged.add(folder);
    return fetch(repository);
  }

  async function secondAttempt<T>(
    repository: Repository,
    attempt: () => Promise<Result<T>>,
  ): Promise<Result<T>> {
    try {
      return await attempt();
    } catch (error) {
      if (!isReadFailure(error)) throw error;
      const detail = context.redactor.text(error.message);
      return refused(refuse('mirror-broken', { repository: repository.name, detail }));
    }
  }

  async function tidy(repository: Repository): Promise<Result<void>> {
    const { folder, owner } = mirrorPlaces(context.dataDir, repository);
    const name = repository.name;
    const ownership = await claim(owner, context.limits.fetchMs);
    if ('heldBy' in ownership)
      return refused(refuse('mirror-busy', { repository: name, pid: ownership.heldBy }));
    try {
      const end = await runLocal(context, { folder, args: ['gc', '--auto', '--quiet'], settings: tidying });
      await dropReader(folder);
      const { redactor } = context;
      return end.code === 0
        ? ok(undefined)
        : refused(refusalOf({ repository: name, command: 'gc', end, redactor }));
    } finally {
      ownership.release();
    }
  }

  async function maintain(repository: Repository): Promise<Result<void>> {
    const { folder } = mirrorPlaces(context.dataDir, repository);
    // The claim keeps it and fetches apart; a mirror that is not there yet, or is damaged, is mended first.
    const fetched = await fetch(repository);
    if (!fetched.ok) return fetched;
    const tidied = await fetches(`${folder} tidy`, async () => {
      const done = await asResult(repository, () => track(tidy(repository)));
      return done.ok ? fetched : done;
    });
    return tidied.ok ? ok(undefined) : tidied;
  }

  async function close(): Promise<void> {
    await Promise.allSettled(underWay);
    await Promise.all([...readers.keys()].map(dropReader));
  }

  return { fetch, read, maintain, version, close };
}

// What a force-push left behind stays three months: a release of it may be asked for again.
const tidying = [
  ['gc.auto', '1000'],
  ['gc.autoDetach', 'false'],
  ['gc.pruneExpire', '3.months.ago'],
  ['gc.writeCommitGraph', 'true'],
] as const;

function isReadFailure(error: unknown): error is Error {
  return error instanceof BatchEndedError || error instanceof ObjectMissingError;
}

/** Turns a file system that refuses into a refusal. */
async function asResult<T>(repository: Repository, work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    const refusal: Refusal | undefined = refusalForFile(error, repository.name);
    if (refusal === undefined) throw error;
    return refused(refusal);
  }
}
