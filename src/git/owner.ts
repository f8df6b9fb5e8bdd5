import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalGroup } from './run.js';

interface ProcessMark {
  readonly pid: number;
  /** When it started, in the kernel's ticks: a number that is used again is not the same process. */
  readonly started: string;
}

interface Claim {
  readonly owner: ProcessMark;
  /** The git process at work, which leads a process group. */
  readonly git?: ProcessMark;
}

/** A mirror that is ours to write in. */
export interface Ownership {
  /** Writes down the git process that is at work, so that it can be ended when we die before it does. */
  working(pid: number): void;
  release(): void;
}

/**
 * Claims a mirror across processes by a file. A claim of a process that died (kill -9) is taken over, and what git it
 * left at work is ended first: two at once would hold each other's locks.
 * @returns The id of the process that has it, when that is still so after `waitMs` milliseconds.
 */
export async function claim(file: string, waitMs: number): Promise<Ownership | { readonly heldBy: number }> {
  const deadline = Date.now() + waitMs;
  const mine: Claim = { owner: markOf(process.pid) };
  await released(file);
  for (;;) {
    if (writeNew(file, mine)) return ownership(file, mine);
    const other = readClaim(file);
    if (other !== undefined && isAlive(other.owner)) {
      if (Date.now() >= deadline) return { heldBy: other.owner.pid };
      await sleep(50);
    } else {
      if (other?.git !== undefined && isAlive(other.git)) signalGroup(other.git.pid, 'SIGKILL');
      rmSync(file, { force: true });
    }
  }
}

function ownership(file: string, mine: Claim): Ownership {
  return {
    working: (pid) => writeFileSync(file, JSON.stringify({ ...mine, git: markOf(pid) })),
    release: () => {
      const done = remove(file).then(() => void releasing.delete(file));
      // Whoever claims it next hears of what went wrong.
      done.catch(() => undefined);
      releasing.set(file, done);
    },
  };
}

/** The claims that are being given back: whoever waits for what was fetched does not wait for this. */
const releasing = new Map<string, Promise<void>>();

async function released(file: string): Promise<void> {
  const done = releasing.get(file);
  releasing.delete(file);
  await done;
}

/** Removes a file that may be gone. */
async function remove(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function writeNew(file: string, mine: Claim): boolean {
  try {
    writeFileSync(file, JSON.stringify(mine), { flag: 'wx' });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'ENOENT') throw error;
    mkdirSync(dirname(file), { recursive: true });
    return writeNew(file, mine);
  }
}

function readClaim(file: string): Claim | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Claim;
  } catch {
    // Gone in between, or cut short by a crash: either way nobody holds it.
    return undefined;
  }
}

function markOf(pid: number): ProcessMark {
  return { pid, started: startOf(pid) };
}

function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything; the start is the 20th field after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive(mark: ProcessMark): boolean {
  try {
    process.kill(mark.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOf(mark.pid) === mark.started;
}
