import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type BenchSize, openBench } from './bench.js';
import { Cleanup } from './cleanup.js';
import type { Figure } from './figure.js';
import { measureAcknowledgement } from './figures/acknowledgement.js';
import { measureChangedPacks } from './figures/changed-packs.js';
import { measureDrain } from './figures/drain.js';
import { measureIdleMemory } from './figures/idle-memory.js';
import { measureOnePack } from './figures/one-pack.js';
import { measurePushes } from './figures/pushes.js';
import { measureWarmStart } from './figures/warm-start.js';
import { tableOf, writeResults } from './report.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const full: BenchSize = { packs: 500, commits: 2_000, runs: 20, polled: 1_000, deliveries: 3_000 };
const quick: BenchSize = { packs: 50, commits: 1_100, runs: 5, polled: 50, deliveries: 500 };

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
});
/** Parts of the names of what to measure; an empty one is in all. */
const wanted = values.only.split(',');
const cleanup = new Cleanup();
let isOver = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(130));
process.once('uncaughtException', (error) => void end(1, error));

try {
  const figures = await measure(values.quick ? quick : full);
  process.stdout.write(`\n${tableOf(figures)}\n`);
  process.stdout.write(`${await writeResults(`${root}bench/results`, figures, new Date())}\n`);
  await end(0);
} catch (error) {
  await end(1, error);
}

/** Ends everything that was started, once: what is measured breaks when the server goes. */
async function end(code: number, error?: unknown): Promise<void> {
  if (isOver) return;
  isOver = true;
  if (error !== undefined) say(error instanceof Error ? String(error.stack) : String(error));
  await cleanup.run();
  process.exit(code);
}

/** Measures everything, in an order in which each finds what it needs: all packs are live after the first. */
async function measure(size: BenchSize): Promise<Figure[]> {
  say('making the repository');
  const bench = await openBench(root, size, cleanup);
  const figures: Figure[] = [{ name: 'first start', value: bench.server().startMs, unit: 'ms' }];
  const steps: readonly [string, () => Promise<Figure[]>][] = [
    ['draining queued deployments', () => measureDrain(bench)],
    ['deploying one changed pack', () => measureOnePack(bench)],
    ['finding changed packs', () => measureChangedPacks(bench)],
    ['talking to the bot', () => measureAcknowledgement(bench)],
    ['idling', () => measureIdleMemory(bench, 'memory, idle after all this')],
    ['starting again', () => measureWarmStart(bench)],
    ['idling again', () => measureIdleMemory(bench, 'memory, idle after a start')],
    ['pushing, and asking for news', () => measurePushes(bench, root, size)],
  ];
  for (const [what, step] of steps.filter(([name]) => wanted.some((part) => name.includes(part)))) {
    say(what);
    figures.push(...(await step()));
  }
  return figures;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
