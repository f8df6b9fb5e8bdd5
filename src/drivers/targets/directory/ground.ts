import { userInfo } from 'node:os';
import type { Clock } from '../../../core/clock.js';
import { isPackRef } from '../../../core/pack.js';
import { type Refusal, refuse } from '../../../core/reason.js';
import { type Result, refused } from '../../../core/result.js';
import { type SystemFailure, systemFailure } from './errno.js';
import type { Files } from './files.js';
import type { Layout } from './layout.js';
import { LockBusyError, withLock } from './lock.js';
import { describeOwner } from './owner.js';

/** What every operation of a directory target works with. */
export interface Ground {
  /** The target's name in the config. */
  readonly target: string;
  readonly layout: Layout;
  readonly files: Files;
  readonly clock: Clock;
  /** How long to wait for somebody else's change to a pack, in milliseconds. */
  readonly patienceMs: number;
}

// Names of temporary files and locks carry the pack's, and have to fit in the 255 bytes that file systems take.
const longestPackRef = 100;

/** Carries what the code of others threw past us, so that it is not taken for a failure of the target. */
export class NotOursError extends Error {
  override readonly name = 'NotOursError';
  readonly thrown: unknown;

  constructor(thrown: unknown) {
    super('not a failure of the target');
    this.thrown = thrown;
  }
}

/** What is wrong with the target's folder itself, if anything. */
export async function rootProblem(ground: Ground): Promise<Refusal | undefined> {
  const { target, layout, files } = ground;
  const at = { target, path: layout.root };
  const stats = await files.stat(layout.root);
  if (stats === undefined) return refuse('target-missing', at);
  return stats.isDirectory() ? undefined : refuse('target-not-folder', at);
}

/** Runs an operation on one pack; what the operating system refuses becomes a refusal, what is a bug is thrown. */
export async function onPack<T>(
  ground: Ground,
  pack: string,
  body: () => Promise<Result<T>>,
): Promise<Result<T>> {
  if (!isPackRef(pack) || pack.length > longestPackRef)
    return refused(refuse('target-pack-name', { target: ground.target, pack }));
  return onRoot(ground, body);
}

/** The same for an operation on the whole target. */
export async function onRoot<T>(ground: Ground, body: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    // The body may begin meanwhile: without a root it finds nothing, and can make nothing.
    const [problem, result] = await Promise.all([rootProblem(ground), body()]);
    return problem === undefined ? result : refused(problem);
  } catch (error) {
    if (error instanceof NotOursError) throw error.thrown;
    const failure = systemFailure(error);
    const refusal = failure === undefined ? undefined : await refusalFor(ground, failure);
    if (refusal === undefined) throw error;
    return refused(refusal);
  }
}

/** Runs the body while nothing else, in this or another process, changes the pack on this target; its folders are there. */
export async function alone<T>(
  ground: Ground,
  pack: string,
  body: () => Promise<Result<T>>,
): Promise<Result<T>> {
  const { target, layout, files, patienceMs } = ground;
  try {
    return await withLock({ files, path: layout.lock(pack), patienceMs }, body);
  } catch (error) {
    if (!(error instanceof LockBusyError)) throw error;
    return refused(refuse('target-busy', { target, pack, holder: describeOwner(error.holder) }));
  }
}

/** The refusal for what the operating system said; undefined when it speaks of a bug or an outage of another kind. */
export async function refusalFor(ground: Ground, failure: SystemFailure): Promise<Refusal | undefined> {
  const at = { target: ground.target, path: failure.path ?? ground.layout.root };
  switch (failure.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return refuse('target-full', { ...at, path: ground.layout.root, free: null, needed: null });
    case 'EROFS':
      return refuse('target-read-only', at);
    case 'EACCES':
    case 'EPERM':
      return refuse('target-no-permission', { ...at, user: ownUser() });
    case 'EXDEV':
      return refuse('target-split', { ...at, path: ground.layout.own });
    case 'EBUSY':
      return refuse('target-mounted', at);
    case 'ENOTDIR':
    case 'EEXIST':
      return (await rootProblem(ground)) ?? refuse('target-not-folder', { ...at, path: ground.layout.own });
    case 'ENOENT':
      return rootProblem(ground);
    default:
      return undefined;
  }
}

function ownUser(): string {
  try {
    return userInfo().username;
  } catch {
    // The user has no entry in the system's list, as in some containers.
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
