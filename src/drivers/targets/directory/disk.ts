import * as fs from 'node:fs';
import * as promises from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isLocalDisk } from '../../../core/local-disk.js';
import { isErrno, noLink, unless } from './errno.js';

type Path = string | Buffer;

/** The calls of the operating system that a directory target is made of; they throw what it says. */
export interface Disk {
  lstat(path: Path): Promise<fs.Stats>;
  /** The same of many. */
  lstats(paths: readonly Path[]): Promise<fs.Stats[]>;
  stat(path: Path): Promise<fs.Stats>;
  readlink(path: string): Promise<string>;
  /** The same of many; undefined for each that is gone, or is no link. */
  readlinks(paths: readonly string[]): Promise<readonly (string | undefined)[]>;
  readText(path: string): Promise<string>;
  names(path: string): Promise<string[]>;
  /** Names as bytes: Git allows those that are not UTF-8. */
  rawNames(path: Buffer): Promise<Buffer[]>;
  mkdir(path: string, mode: number): Promise<void>;
  symlink(text: string, path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  chmod(path: Buffer, mode: number): Promise<void>;
  open(path: string, flags: 'r' | 'w', mode?: number): Promise<number>;
  write(file: number, text: string): Promise<void>;
  close(file: number): Promise<void>;
  statfs(path: string): Promise<fs.StatsFs>;
}

/** Calls made on a thread: whoever waits for a disk far away holds up nobody else. */
export const threads: Disk = {
  lstat: (path) => promises.lstat(path),
  lstats: (paths) => Promise.all(paths.map((path) => promises.lstat(path))),
  stat: (path) => promises.stat(path),
  readlink: (path) => promises.readlink(path),
  readlinks: (paths) => Promise.all(paths.map((path) => unless(noLink, undefined, promises.readlink(path)))),
  readText: (path) => promises.readFile(path, 'utf8'),
  names: (path) => promises.readdir(path),
  rawNames: (path) => promises.readdir(path, { encoding: 'buffer' }),
  mkdir: async (path, mode) => void (await promises.mkdir(path, mode)),
  symlink: (text, path) => promises.symlink(text, path),
  rename: (from, to) => promises.rename(from, to),
  unlink: (path) => promises.unlink(path),
  chmod: (path, mode) => promises.chmod(path, mode),
  open: promisify(fs.open),
  write: promisify<number, string>(fs.writeFile),
  close: promisify(fs.close),
  statfs: (path) => promises.statfs(path),
};

/** Calls made at once. */
export const direct: Disk = {
  lstat: (path) => atOnce(() => fs.lstatSync(path)),
  lstats: (paths) => eachAtOnce(paths, (path) => fs.lstatSync(path)),
  stat: (path) => atOnce(() => fs.statSync(path)),
  readlink: (path) => atOnce(() => fs.readlinkSync(path)),
  readlinks: (paths) => eachAtOnce(paths, (path) => orNothing(noLink, () => fs.readlinkSync(path))),
  readText: (path) => atOnce(() => fs.readFileSync(path, 'utf8')),
  names: (path) => atOnce(() => fs.readdirSync(path)),
  rawNames: (path) => atOnce(() => fs.readdirSync(path, { encoding: 'buffer' })),
  mkdir: (path, mode) => atOnce(() => void fs.mkdirSync(path, mode)),
  symlink: (text, path) => atOnce(() => fs.symlinkSync(text, path)),
  rename: (from, to) => atOnce(() => fs.renameSync(from, to)),
  unlink: (path) => atOnce(() => fs.unlinkSync(path)),
  chmod: (path, mode) => atOnce(() => fs.chmodSync(path, mode)),
  open: (path, flags, mode) => atOnce(() => fs.openSync(path, flags, mode)),
  write: (file, text) => atOnce(() => fs.writeFileSync(file, text)),
  close: (file) => atOnce(() => fs.closeSync(file)),
  statfs: (path) => atOnce(() => fs.statfsSync(path)),
};

/** Milliseconds that calls may take in a row before others have their turn. */
const inARowMs = 4;
/** A call that takes longer than this says that the disk is busy; for a while the others are made on threads. */
const tooLongMs = 20;
const busyForMs = 5_000;
const lookAgainMs = 60_000;

let spentMs = 0;
let busyUntil = 0;

async function atOnce<T>(call: () => T): Promise<T> {
  if (spentMs > inARowMs) {
    spentMs = 0;
    await breathe();
  }
  const begun = performance.now();
  try {
    return call();
  } finally {
    const end = performance.now();
    spentMs += end - begun;
    if (end - begun > tooLongMs) busyUntil = end + busyForMs;
  }
}

/** How many calls are made before others may have their turn. */
const batch = 100;

/** Many calls of a kind. For each alone, coming back takes several times as long as the call itself. */
async function eachAtOnce<P extends Path, T>(paths: readonly P[], call: (path: P) => T): Promise<T[]> {
  const found: T[] = [];
  for (let from = 0; from < paths.length; from += batch)
    found.push(...(await atOnce(() => paths.slice(from, from + batch).map(call))));
  return found;
}

function orNothing<T>(codes: readonly string[], call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (isErrno(error, ...codes)) return undefined;
    throw error;
  }
}

/**
 * The calls for what lies below a folder. On a disk of this machine they are made at once, which takes microseconds, a
 * tenth of finding a thread for each and coming back; elsewhere, while that is not known yet, and while the disk is
 * busy, on threads.
 */
export function diskAt(root: string): Disk {
  let isLocal = false;
  let nextLook = 0;

  /** Looked at on a thread: it may be a disk far away that is not there. */
  function look(): void {
    nextLook = performance.now() + lookAgainMs;
    promises.statfs(root).then(
      ({ type }) => {
        isLocal = isLocalDisk(type);
      },
      () => {
        isLocal = false;
      },
    );
  }

  function chosen(): Disk {
    const now = performance.now();
    if (now >= nextLook) look();
    return isLocal && now >= busyUntil ? direct : threads;
  }

  return {
    lstat: (path) => chosen().lstat(path),
    lstats: (paths) => chosen().lstats(paths),
    stat: (path) => chosen().stat(path),
    readlink: (path) => chosen().readlink(path),
    readlinks: (paths) => chosen().readlinks(paths),
    readText: (path) => chosen().readText(path),
    names: (path) => chosen().names(path),
    rawNames: (path) => chosen().rawNames(path),
    mkdir: (path, mode) => chosen().mkdir(path, mode),
    symlink: (text, path) => chosen().symlink(text, path),
    rename: (from, to) => chosen().rename(from, to),
    unlink: (path) => chosen().unlink(path),
    chmod: (path, mode) => chosen().chmod(path, mode),
    open: (path, flags, mode) => chosen().open(path, flags, mode),
    write: (file, text) => chosen().write(file, text),
    close: (file) => chosen().close(file),
    statfs: (path) => chosen().statfs(path),
  };
}
