import { setTimeout as sleep } from 'node:timers/promises';
import { isErrno } from './errno.js';
import type { Files } from './files.js';
import { claim, drop, type Owner, stateOf, tokenOf } from './owner.js';

const pollMs = 10;

/** A lock, and how long to wait for one that somebody else holds. */
export interface Lock {
  readonly files: Files;
  readonly path: string;
  readonly patienceMs: number;
}

/** Thrown when a lock could not be had in time. */
export class LockBusyError extends Error {
  override readonly name = 'LockBusyError';
  readonly holder: Owner;

  constructor(holder: Owner) {
    super('the lock is held');
    this.holder = holder;
  }
}

/**
 * Runs the body while holding a lock that also excludes other processes. The lock is a link whose text names its
 * owner: making one is a single call that fails when it is there, so it is never seen half-written. One whose owner
 * is gone is broken; one that is held from another machine is broken when it stays for the whole patience, as
 * nothing is done under a lock that takes long. Throws LockBusyError when a living process keeps it that long.
 */
export async function withLock<T>(lock: Lock, body: () => Promise<T>): Promise<T> {
  const { files, path } = lock;
  const owner = claim();
  try {
    await acquire(lock, owner);
    try {
      return await body();
    } finally {
      // A lock that another machine broke because we hung is not ours to remove.
      if ((await files.readlink(path)) === owner) await files.unlink(path);
    }
  } finally {
    drop(owner);
  }
}

async function acquire(lock: Lock, owner: Owner): Promise<void> {
  const { files, path } = lock;
  const waits = new Waits(lock.patienceMs);
  while (!(await taken(files, path, owner))) {
    const holder = (await files.readlink(path)) ?? noOwner;
    const longHeld = waits.tooLongFor(holder);
    if (mayBreak(holder, longHeld)) await breakLock(lock, holder);
    else if (longHeld) throw new LockBusyError(holder);
    else await sleep(pollMs);
  }
}

// No owner to be read: the lock was given back this instant, or it is no link and so none of ours.
const noOwner = '';

function mayBreak(holder: Owner, longHeld: boolean): boolean {
  if (holder === noOwner) return false;
  const state = stateOf(holder);
  return state === 'gone' || (state === 'elsewhere' && longHeld);
}

async function taken(files: Files, path: string, owner: Owner): Promise<boolean> {
  try {
    await files.symlink(owner, path);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

// Two that find the same stale lock must not both remove it: the slower one would remove the faster one's new lock.
// So the right to break is itself a lock, named after the dead holding, and what is broken is looked at again under it.
async function breakLock(lock: Lock, dead: Owner): Promise<void> {
  const { files, path } = lock;
  await withLock({ ...lock, path: `${path}.${tokenOf(dead)}` }, async () => {
    if ((await files.readlink(path)) === dead) await files.unlink(path);
  });
}

// Counts how long the same holding has been in the way; a lock that changes hands is no hanging one.
class Waits {
  readonly #patienceMs: number;
  #holder: Owner | undefined;
  #rounds = 0;

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  tooLongFor(holder: Owner): boolean {
    this.#rounds = holder === this.#holder ? this.#rounds + 1 : 0;
    this.#holder = holder;
    return this.#rounds * pollMs >= this.#patienceMs;
  }
}
