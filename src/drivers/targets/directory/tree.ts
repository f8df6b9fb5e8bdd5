import { Buffer } from 'node:buffer';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { isRuntimeFile } from '../../../core/drift.js';
import type { Disk } from './disk.js';

/** How each file looks, by its path from the tree's root. */
export type FileMarks = ReadonlyMap<string, string>;

/** How large a tree is, by which a half-lost one is recognised; what running a pack leaves in it is not counted. */
export interface TreeSize {
  /** Files and links, folders not counted. */
  readonly files: number;
  /** Their bytes; a link counts the length of its text. */
  readonly bytes: number;
  /** Whether there is a `pack.yaml` with something in it at the root. */
  readonly manifest: boolean;
}

/** The size of a tree that was just written, with how its files look. */
export interface SettledTree extends TreeSize {
  readonly marks: FileMarks;
}

type Visit = (path: Buffer, stats: Stats) => Promise<void>;

/** Told of a file or link: its path from the tree's root, where it is as the bytes of its path, and how it looks. */
export type VisitFile = (path: string, at: Buffer, stats: Stats) => Promise<void>;

/** How a file looks: a content that is changed changes this, and so does a copy or a restored backup. */
export function markOf({ size, mtimeMs, ctimeMs }: Stats): string {
  return `${size} ${mtimeMs} ${ctimeMs}`;
}

/** Measures a tree. */
export async function measureTree(disk: Disk, folder: string): Promise<TreeSize> {
  let [files, bytes] = [0, 0];
  const add = async (_: string, __: Buffer, stats: Stats) => {
    files += 1;
    bytes += stats.size;
  };
  await walkFiles(disk, folder, add);
  return { files, bytes, manifest: await hasManifest(disk, folder) };
}

/** Visits every file and link of a tree, but for what running a pack leaves in it. */
export async function walkFiles(disk: Disk, folder: string, visit: VisitFile): Promise<void> {
  const root = Buffer.from(folder);
  await walk(disk, root, async (at, stats) => {
    if (stats.isDirectory()) return;
    const path = at.subarray(root.length + 1).toString();
    if (!isRuntimeFile(path)) await visit(path, at, stats);
  });
}

/**
 * Gives a tree the modes that others (the user StackStorm runs as) can read it with, and measures it. A file is
 * 0755 when anybody may execute it, else 0644, a folder 0755, all less the umask: as the folder itself, which was
 * made with 0755, shows it.
 */
export async function settleTree(disk: Disk, folder: string): Promise<SettledTree> {
  const open = (await disk.lstat(folder)).mode & 0o777;
  const root = Buffer.from(folder);
  const marks = new Map<string, string>();
  let bytes = 0;
  await walk(disk, root, async (at, stats) => {
    const settled = await settleOne(disk, { at, stats, open });
    const path = at.subarray(root.length + 1).toString();
    if (stats.isDirectory() || isRuntimeFile(path)) return;
    marks.set(path, markOf(settled));
    bytes += stats.size;
  });
  return { files: marks.size, bytes, manifest: await hasManifest(disk, folder), marks };
}

async function settleOne(
  disk: Disk,
  { at, stats, open }: { readonly at: Buffer; readonly stats: Stats; readonly open: number },
): Promise<Stats> {
  if (stats.isSymbolicLink()) return stats;
  const mode = stats.isDirectory() || (stats.mode & 0o111) !== 0 ? open : open & 0o666;
  if ((stats.mode & 0o777) === mode) return stats;
  await disk.chmod(at, (stats.mode & 0o7000) | mode);
  return await disk.lstat(at);
}

// Paths are bytes here: Git allows file names that are not UTF-8.
async function walk(disk: Disk, folder: Buffer, visit: Visit): Promise<void> {
  const names = await disk.rawNames(folder);
  const paths = names.map((name) => Buffer.concat([folder, slash, name]));
  const found = await disk.lstats(paths);
  const visits = found.map(async (stats, index) => {
    const path = paths[index] ?? folder;
    await visit(path, stats);
    if (stats.isDirectory()) await walk(disk, path, visit);
  });
  await Promise.all(visits);
}

const slash = Buffer.from('/');

async function hasManifest(disk: Disk, folder: string): Promise<boolean> {
  try {
    const stats = await disk.stat(join(folder, 'pack.yaml'));
    return stats.isFile() && stats.size > 0;
  } catch {
    return false;
  }
}
