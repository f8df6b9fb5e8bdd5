import { readFile } from 'node:fs/promises';
import { treeOf } from './memory.js';

/** Ticks of the clock in which `/proc` counts, a second; the same on every Linux. */
const ticksPerSecond = 100;

/** Seconds of processor time that a process and all that it started have taken, with those that have ended. */
export async function cpuOf(root: number): Promise<number> {
  const times = await Promise.all((await treeOf(root)).map(cpuOfOne));
  return times.reduce((sum, time) => sum + time, 0);
}

/** Seconds of processor time that the children of a process have taken which have ended. */
export async function cpuOfEnded(pid: number): Promise<number> {
  const [, , children = 0, kernel = 0] = await timesOf(pid);
  return (children + kernel) / ticksPerSecond;
}

async function cpuOfOne(pid: number): Promise<number> {
  return (await timesOf(pid)).reduce((sum, time) => sum + time, 0) / ticksPerSecond;
}

/** Of itself, and of its children that have ended: each in its own code, and in the kernel. */
async function timesOf(pid: number): Promise<number[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // The name in parentheses may hold anything; the times are 12 fields behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).map(Number);
}
