import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.js';
import type { Figure } from '../figure.js';
import { memoryOf, type TreeMemory } from '../memory.js';

const mostMb = 250;
// Node gives back what a busy time took only once it has been idle for a while.
const idleMs = 40_000;
const megabyte = 1024 ** 2;

/** Measures the server's processes when nothing has been asked of them for a while. */
export async function measureIdleMemory(bench: Bench, name: string): Promise<Figure[]> {
  await sleep(idleMs);
  const ours = await memoryOf(bench.server().pid);
  const raw = { what: 'a bare node', value: (await bareNode()).bytes / megabyte };
  const { processes } = ours;
  return [
    { name, value: ours.bytes / megabyte, unit: 'MB', raw, target: { most: mostMb }, details: { processes } },
  ];
}

async function bareNode(): Promise<TreeMemory> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  try {
    await sleep(1_000);
    return await memoryOf(child.pid ?? 0);
  } finally {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  }
}
