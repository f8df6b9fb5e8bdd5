import { join } from 'node:path';
import type { Ground } from './ground.js';
import { claim, drop, stateOf } from './owner.js';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Gives the body a free path in the staging folder, and removes what it left there. The name carries its owner, so
 * that what a killed process left is known for what it is.
 */
export async function makeTemporary<T>(
  ground: Ground,
  pack: string,
  body: (path: string) => Promise<T>,
): Promise<T> {
  const owner = claim();
  const path = join(ground.layout.staging, `${pack}~${owner}`);
  try {
    return await body(path);
  } finally {
    // Whatever went wrong is worth more than that tidying up did not work either; the sweep comes back to it.
    await ground.files.removeTree(path).catch(() => undefined);
    drop(owner);
  }
}

/** Makes something aside, and moves it to its place in one step, over what may be there. */
export async function makeInPlace(
  ground: Ground,
  pack: string,
  path: string,
  make: (temporary: string) => Promise<void>,
): Promise<void> {
  const owner = claim();
  const temporary = join(ground.layout.staging, `${pack}~${owner}`);
  try {
    await make(temporary);
    await ground.files.rename(temporary, path);
  } catch (error) {
    await ground.files.removeTree(temporary).catch(() => undefined);
    throw error;
  } finally {
    drop(owner);
  }
}

/** Makes a link at a path, in place of the link that may be there, in one step. */
export async function replaceLink(ground: Ground, pack: string, text: string, path: string): Promise<void> {
  await makeInPlace(ground, pack, path, (temporary) => ground.files.symlink(text, temporary));
}

/** Removes a tree so that no half of it is ever at its place. */
export async function moveAway(ground: Ground, pack: string, path: string): Promise<void> {
  if ((await ground.files.lstat(path)) === undefined) return;
  await makeTemporary(ground, pack, (temporary) => ground.files.rename(path, temporary));
}

/** Removes what killed processes left in the staging folder. */
export async function sweep(ground: Ground): Promise<void> {
  for (const name of await ground.files.list(ground.layout.staging)) {
    const path = join(ground.layout.staging, name);
    if (await isLeftover(ground, path, name)) await ground.files.removeTree(path);
  }
}

async function isLeftover(ground: Ground, path: string, name: string): Promise<boolean> {
  const state = stateOf(name.slice(name.lastIndexOf('~') + 1));
  if (state !== 'elsewhere') return state === 'gone';
  // What another machine does can't be looked into: a day is longer than any staging takes.
  const stats = await ground.files.lstat(path);
  return stats !== undefined && ground.clock.now().getTime() - stats.mtimeMs > dayMs;
}

/** Makes Packtrain's folders that a change to a pack needs. */
export async function makeFolders({ layout, files }: Ground, pack: string): Promise<void> {
  // Almost always they are there, and one look at all of them is quicker than making one after the other.
  const needed = [layout.staging, layout.locks, layout.releases(pack)];
  const found = await Promise.all(needed.map((path) => files.stat(path)));
  if (found.every((stats) => stats?.isDirectory())) return;
  const folders = [layout.own, layout.staging, layout.locks, layout.allReleases, layout.releases(pack)];
  for (const folder of folders) await files.makeFolder(folder);
}
