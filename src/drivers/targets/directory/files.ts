import type { Stats } from 'node:fs';
import * as fs from 'node:fs/promises';
import { unless } from './errno.js';
import { measureTree, type SettledTree, settleTree, type TreeSize } from './tree.js';

/**
 * Every effect that a directory target has on the file system. It is one small table so that a test can end the
 * world before any of them.
 */
export interface Files {
  /** What is at a path, links not followed; undefined when nothing is. */
  lstat(path: string): Promise<Stats | undefined>;
  /** The same with links followed. */
  stat(path: string): Promise<Stats | undefined>;
  /** Fails unless the path may be read, written and entered. */
  access(path: string): Promise<void>;
  /** A link's text; undefined when there is no link. */
  readlink(path: string): Promise<string | undefined>;
  /** A file's text; undefined when there is none. */
  readText(path: string): Promise<string | undefined>;
  /** The names in a folder; none when there is no folder. */
  list(path: string): Promise<string[]>;
  /** Makes one folder, in a folder that must be there; it may exist. */
  makeFolder(path: string): Promise<void>;
  /** Makes a link; the path must be free. */
  symlink(text: string, path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or link; it may be gone. */
  unlink(path: string): Promise<void>;
  /** Removes a whole tree; it may be gone. */
  removeTree(path: string): Promise<void>;
  /** Writes a file, and waits until the disk has it. */
  writeDurably(path: string, text: string): Promise<void>;
  /** Writes a file that may be lost by a power cut. */
  writeText(path: string, text: string): Promise<void>;
  /** Waits until the disk has the folder's names, so that a rename in it outlives a power cut. */
  syncFolder(path: string): Promise<void>;
  /** Gives every file of a tree its proper mode, and measures it. */
  settle(folder: string): Promise<SettledTree>;
  measure(folder: string): Promise<TreeSize>;
  /** The bytes that are free for us; undefined where the system can't say. */
  freeBytes(path: string): Promise<number | undefined>;
}

const gone = ['ENOENT', 'ENOTDIR'];

/** The machine's file system. */
export const nodeFiles: Files = {
  lstat: (path) => unless(gone, undefined, fs.lstat(path)),
  stat: (path) => unless(gone, undefined, fs.stat(path)),
  access: (path) => fs.access(path, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK),
  readlink: (path) => unless([...gone, 'EINVAL'], undefined, fs.readlink(path)),
  readText: (path) => unless([...gone, 'EISDIR'], undefined, fs.readFile(path, 'utf8')),
  list: (path) => unless(gone, [], fs.readdir(path)),
  makeFolder: (path) => unless(['EEXIST'], undefined, fs.mkdir(path, 0o755)),
  symlink: (text, path) => fs.symlink(text, path),
  rename: (from, to) => fs.rename(from, to),
  unlink: (path) => unless(gone, undefined, fs.unlink(path)),
  removeTree: (path) => fs.rm(path, { recursive: true, force: true }),
  writeDurably: (path, text) => fs.writeFile(path, text, { mode: 0o644, flush: true }),
  writeText: (path, text) => fs.writeFile(path, text, { mode: 0o644 }),
  syncFolder,
  settle: settleTree,
  measure: measureTree,
  freeBytes,
};

async function syncFolder(path: string): Promise<void> {
  const folder = await fs.open(path, 'r');
  try {
    // Some network file systems can't sync a folder: then there is nothing to wait for.
    await unless(['EINVAL', 'ENOTSUP', 'EPERM'], undefined, folder.sync());
  } finally {
    await folder.close();
  }
}

async function freeBytes(path: string): Promise<number | undefined> {
  const space = await unless(['ENOSYS', 'ENOTSUP'], undefined, fs.statfs(path));
  return space === undefined ? undefined : space.bavail * space.bsize;
}
