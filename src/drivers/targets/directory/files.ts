import * as fs from 'node:fs';
import { access, constants, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type Disk, diskAt, threads } from './disk.js';
import { gone, noLink, unless } from './errno.js';
import {
  measureTree,
  type SettledTree,
  settleTree,
  type TreeSize,
  type VisitFile,
  walkFiles,
} from './tree.js';

/**
 * Every effect that a directory target has on the file system. It is one small table so that a test can end the
 * world before any of them.
 */
export interface Files {
  /** What is at a path, links not followed; undefined when nothing is. */
  lstat(path: string): Promise<fs.Stats | undefined>;
  /** The same with links followed. */
  stat(path: string): Promise<fs.Stats | undefined>;
  /** Fails unless the path may be read, written and entered. */
  access(path: string): Promise<void>;
  /** A link's text; undefined when there is no link. */
  readlink(path: string): Promise<string | undefined>;
  /** The same of many. */
  readlinks(paths: readonly string[]): Promise<readonly (string | undefined)[]>;
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
  /** Writes a file, which a power cut may lose. */
  writeText(path: string, text: string): Promise<void>;
  /** Writes a file, and waits until the disk has it. */
  writeDurably(path: string, text: string): Promise<void>;
  /** Waits until the disk has a file's contents. */
  syncFile(path: string): Promise<void>;
  /** Waits until the disk has the folder's names, so that a rename in it outlives a power cut. */
  syncFolder(path: string): Promise<void>;
  /** Gives every file of a tree its proper mode, and measures it. */
  settle(folder: string): Promise<SettledTree>;
  measure(folder: string): Promise<TreeSize>;
  /** Visits every file and link of a tree, but for what running a pack leaves in it. */
  walk(folder: string, visit: VisitFile): Promise<void>;
  /** The bytes that are free for us; undefined where the system can't say. */
  freeBytes(path: string): Promise<number | undefined>;
}

/** The file system as a disk's calls show it. */
export function filesOn(disk: Disk): Files {
  return {
    lstat: (path) => unless(gone, undefined, disk.lstat(path)),
    stat: (path) => unless(gone, undefined, disk.stat(path)),
    access: (path) => access(path, constants.R_OK | constants.W_OK | constants.X_OK),
    readlink: (path) => unless(noLink, undefined, disk.readlink(path)),
    readlinks: (paths) => disk.readlinks(paths),
    readText: (path) => unless([...gone, 'EISDIR'], undefined, disk.readText(path)),
    list: (path) => unless(gone, [], disk.names(path)),
    makeFolder: (path) => unless(['EEXIST'], undefined, disk.mkdir(path, 0o755)),
    symlink: (text, path) => disk.symlink(text, path),
    rename: (from, to) => disk.rename(from, to),
    unlink: (path) => unless(gone, undefined, disk.unlink(path)),
    removeTree: (path) => removeTree(disk, path),
    writeText: (path, text) => write(disk, path, text),
    writeDurably: (path, text) => write(disk, path, text, flush),
    syncFile: (path) => sync(disk, path, flush),
    // Some network file systems can't sync a folder: then there is nothing to wait for.
    syncFolder: (path) =>
      sync(disk, path, (file) => unless(['EINVAL', 'ENOTSUP', 'EPERM'], undefined, flush(file))),
    settle: (folder) => settleTree(disk, folder),
    measure: (folder) => measureTree(disk, folder),
    walk: (folder, visit) => walkFiles(disk, folder, visit),
    freeBytes: (path) => freeBytes(disk, path),
  };
}

/** The machine's file system, every call on a thread. */
export const nodeFiles: Files = filesOn(threads);

/** The machine's file system for what lies below a folder. */
export function filesAt(root: string): Files {
  return filesOn(diskAt(root));
}

// What waits for the disk to have it is always on a thread: that takes long on any disk.
const flush = promisify(fs.fsync);

async function write(disk: Disk, path: string, text: string, then?: (file: number) => Promise<void>) {
  const file = await disk.open(path, 'w', 0o644);
  try {
    await disk.write(file, text);
    await then?.(file);
  } finally {
    await disk.close(file);
  }
}

async function sync(disk: Disk, path: string, how: (file: number) => Promise<void>): Promise<void> {
  const file = await disk.open(path, 'r');
  try {
    await how(file);
  } finally {
    await disk.close(file);
  }
}

async function removeTree(disk: Disk, path: string): Promise<void> {
  // Most often it has been moved to its place, and there is nothing to remove.
  if ((await unless(gone, undefined, disk.lstat(path))) === undefined) return;
  await rm(path, { recursive: true, force: true });
}

async function freeBytes(disk: Disk, path: string): Promise<number | undefined> {
  const space = await unless(['ENOSYS', 'ENOTSUP'], undefined, disk.statfs(path));
  return space === undefined ? undefined : space.bavail * space.bsize;
}
