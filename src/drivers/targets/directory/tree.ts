import { Buffer } from 'node:buffer';
import type { Stats } from 'node:fs';
import { chmod, lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** How large a tree is, by which a half-lost one is recognised. */
export interface TreeSize {
  /** Files and links, folders not counted. */
  readonly files: number;
  /** Their bytes; a link counts the length of its text. */
  readonly bytes: number;
  /** Whether there is a `pack.yaml` with something in it at the root. */
  readonly manifest: boolean;
}

type Visit = (path: Buffer, stats: Stats) => Promise<void>;

/** Measures a tree. */
export async function measureTree(folder: string): Promise<TreeSize> {
  return measured(folder, async () => {});
}

/**
 * Gives a tree the modes that others (the user StackStorm runs as) can read it with, and measures it. A file is
 * 0755 when anybody may execute it, else 0644, a folder 0755, all less the umask: as the folder itself, which was
 * made with 0755, shows it.
 */
export async function settleTree(folder: string): Promise<TreeSize> {
  const open = (await lstat(folder)).mode & 0o777;
  return measured(folder, async (path, stats) => {
    if (stats.isSymbolicLink()) return;
    const mode = stats.isDirectory() || (stats.mode & 0o111) !== 0 ? open : open & 0o666;
    if ((stats.mode & 0o777) !== mode) await chmod(path, (stats.mode & 0o7000) | mode);
  });
}

async function measured(folder: string, visit: Visit): Promise<TreeSize> {
  let files = 0;
  let bytes = 0;
  await walk(Buffer.from(folder), async (path, stats) => {
    await visit(path, stats);
    if (stats.isDirectory()) return;
    files += 1;
    bytes += stats.size;
  });
  return { files, bytes, manifest: await hasManifest(folder) };
}

// Paths are bytes here: Git allows file names that are not UTF-8.
async function walk(folder: Buffer, visit: Visit): Promise<void> {
  const names = await readdir(folder, { encoding: 'buffer' });
  await Promise.all(
    names.map(async (name) => {
      const path = Buffer.concat([folder, slash, name]);
      const stats = await lstat(path);
      await visit(path, stats);
      if (stats.isDirectory()) await walk(path, visit);
    }),
  );
}

const slash = Buffer.from('/');

async function hasManifest(folder: string): Promise<boolean> {
  try {
    const stats = await stat(join(folder, 'pack.yaml'));
    return stats.isFile() && stats.size > 0;
  } catch {
    return false;
  }
}
