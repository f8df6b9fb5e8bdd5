import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, statfs, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { isLocalDisk } from '../core/local-disk.js';

/** Writes new files. */
export interface Pen {
  /** Makes a folder, and those above it; it may be there. */
  folder(path: string): Promise<void>;
  /** What is in a folder. */
  names(path: string): Promise<readonly string[]>;
  /** Writes a file that must not be there yet. */
  file(path: string, content: Buffer | string, mode: number): Promise<void>;
}

/** Gives the pen for a folder that may not be there yet. */
export type Pens = (folder: string) => Pen;

/** Milliseconds of writing after which others have their turn. */
const inARowMs = 4;
/** For how long it is believed that a folder is on a disk of this machine. */
const believedMs = 60_000;
/** The most folders of which it is remembered. */
const most = 100;

/**
 * Makes pens. On a disk of this machine files are written without a thread for each, which takes several times as long.
 * Whether it is one is looked at on a thread, beside the first writing: it may be a disk far away that is not there.
 */
export function createPens(): Pens {
  const looked = new Map<string, { readonly at: number; isLocal: boolean }>();

  return (folder) => {
    const above = dirname(folder);
    const known = looked.get(above);
    const now = performance.now();
    if (known === undefined || now - known.at > believedMs) {
      const look = { at: now, isLocal: false };
      if (looked.size >= most) looked.clear();
      looked.set(above, look);
      statfs(above).then(
        ({ type }) => {
          look.isLocal = isLocalDisk(type);
        },
        () => undefined,
      );
    }
    return looked.get(above)?.isLocal === true ? createDirectPen() : threadsPen;
  };
}

const threadsPen: Pen = {
  folder: async (path) => void (await mkdir(path, { recursive: true })),
  names: (path) => readdir(path),
  file: (path, content, mode) => writeFile(path, content, { mode, flag: 'wx' }),
};

function createDirectPen(): Pen {
  let begun = performance.now();

  async function turn(): Promise<void> {
    if (performance.now() - begun <= inARowMs) return;
    await breathe();
    begun = performance.now();
  }

  return {
    async folder(path) {
      await turn();
      mkdirSync(path, { recursive: true });
    },
    names: async (path) => readdirSync(path),
    async file(path, content, mode) {
      await turn();
      writeFileSync(path, content, { mode, flag: 'wx' });
    },
  };
}
