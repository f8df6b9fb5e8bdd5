import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

/** What tells a process apart from a later one with the same pid. */
export interface ProcessFacts {
  /** When it started, in whatever form the system gives it; only ever compared. */
  readonly started: string;
  /** Its arguments joined by spaces; empty when the system hides them. */
  readonly command: string;
}

/** The facts of a live process; undefined when there is none with that pid, or only a zombie. */
export async function processFacts(pid: number): Promise<ProcessFacts | undefined> {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return process.platform === 'linux' ? factsFromProc(pid) : factsFromPs(pid);
}

async function factsFromProc(pid: number): Promise<ProcessFacts | undefined> {
  const [stat, command, boot] = await Promise.all([
    readOrEmpty(`/proc/${pid}/stat`),
    readOrEmpty(`/proc/${pid}/cmdline`),
    readOrEmpty('/proc/sys/kernel/random/boot_id'),
  ]);
  // The name in parentheses may itself hold spaces and parentheses, so fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, ticks] = [fields[0] ?? '', fields[19]];
  if (ticks === undefined || state === 'Z' || state === 'X') return undefined;
  return { started: `${boot.trim()}/${ticks}`, command: command.replaceAll('\0', ' ').trim() };
}

async function factsFromPs(pid: number): Promise<ProcessFacts | undefined> {
  const options = { reject: false, env: { LC_ALL: 'C' } } as const;
  const started = await execa('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], options);
  const [state = '', ...when] = started.stdout.trim().split(/\s+/);
  if (started.exitCode !== 0 || when.length === 0 || state.startsWith('Z')) return undefined;
  const command = await execa('ps', ['-o', 'args=', '-p', String(pid)], options);
  return { started: when.join(' '), command: command.stdout.trim() };
}

async function readOrEmpty(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** Whether a process with this pid lives (a zombie does not). */
export async function isAlive(pid: number): Promise<boolean> {
  return (await processFacts(pid)) !== undefined;
}

/** Waits until the process has ended; false when it still lives after `within` milliseconds. */
export async function waitForEnd(pid: number, within: number): Promise<boolean> {
  const deadline = Date.now() + within;
  while (await isAlive(pid)) {
    if (Date.now() >= deadline) return false;
    await sleep(10);
  }
  return true;
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

/** The `code` of a system or database error, else an empty string. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return String(error.code);
}

/** The name of the user that this process runs as. */
export function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
