import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isErrno } from './errno.js';

/**
 * Who holds a lock or made a staging folder, as a text that can be part of a file name: process id, when that
 * process began, a token for this one holding, and the machine.
 */
export type Owner = string;

/** Whether an owner still lives. `elsewhere`: on another machine (or container), where we can't look. */
export type OwnerState = 'alive' | 'gone' | 'elsewhere';

const machine = hostname()
  .replace(/[^A-Za-z0-9-]/g, '_')
  .slice(0, 60);
const unknownStart = '0';
// The 22nd field of /proc/<pid>/stat, counted from the one after the program's name.
const startField = 19;
const ownStart = startOf(process.pid);

// What this process holds now: something that carries its pid but is not in here was left by a failed release.
const held = new Set<Owner>();

/** A new owner, alive until `drop`. */
export function claim(): Owner {
  const owner = [process.pid, ownStart, randomBytes(6).toString('hex'), machine].join('.');
  held.add(owner);
  return owner;
}

/** Ends a holding. */
export function drop(owner: Owner): void {
  held.delete(owner);
}

/** Whether the owner still lives. */
export function stateOf(owner: Owner): OwnerState {
  const [pid, start, , where] = owner.split('.');
  if (pid === undefined || !/^[1-9]\d*$/.test(pid) || start === undefined || where === undefined)
    return 'gone';
  if (where !== machine) return 'elsewhere';
  if (Number(pid) === process.pid && start === ownStart) return held.has(owner) ? 'alive' : 'gone';
  return runs(Number(pid), start) ? 'alive' : 'gone';
}

/** The token that is unique to a holding. */
export function tokenOf(owner: Owner): string {
  return owner.split('.')[2] ?? owner;
}

/** An owner as people read it. */
export function describeOwner(owner: Owner): string {
  const [pid, , , where] = owner.split('.');
  if (pid === undefined || pid === '') return 'an unknown one';
  return where === undefined || where === machine ? `pid ${pid}` : `pid ${pid} on ${where}`;
}

function runs(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (isErrno(error, 'ESRCH')) return false;
  }
  // The number may have gone to another process meanwhile; when it began tells them apart.
  const actual = startOf(pid);
  return actual === unknownStart || start === unknownStart || actual === start;
}

/** When a process began, in the kernel's ticks; `0` where the system doesn't tell. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in parentheses and may hold anything; the fields after it are plain.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[startField] ?? unknownStart;
  } catch {
    return unknownStart;
  }
}
