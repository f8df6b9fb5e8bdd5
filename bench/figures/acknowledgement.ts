import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.js';
import { deploy } from '../client.js';
import type { Figure } from '../figure.js';
import { enterRoom, type Visitor } from '../room.js';
import { spreadOf, timed } from '../statistics.js';

const mostMs = 100;
/** Deployments under way while somebody talks to a busy bot. */
const background = 4;

/** Says lines in a room of the web chat and waits for the bot's answers, on an idle server and on a busy one. */
export async function measureAcknowledgement(bench: Bench): Promise<Figure[]> {
  const visitor = await enterRoom(bench.server());
  try {
    const idle = await lines(bench, visitor, bench.runs * 2);
    const busy = await whileBusy(bench, () => lines(bench, visitor, bench.runs * 2));
    const ping = spreadOf(await many(50, () => timed(() => fetch(`${bench.server().url}/healthz`))));
    const raw = { what: 'GET /healthz, p95', value: ping.p95 };
    const figure = (name: string, times: readonly number[]): Figure => {
      const spread = spreadOf(times);
      return { name, value: spread.p95, unit: 'ms', raw, target: { most: mostMs }, details: { spread } };
    };
    return [figure('line to acknowledgement, p95', idle), figure('the same while deployments run', busy)];
  } finally {
    await visitor.leave();
  }
}

async function lines(bench: Bench, visitor: Visitor, count: number): Promise<number[]> {
  const { packs } = bench.repository;
  return many(count, async (run) => {
    // From the end, where no other figure is at work.
    const pack = packs[packs.length - 1 - (run % Math.floor(packs.length / 2))] ?? '';
    await bench.repository.change(pack);
    const ms = await timed(() => visitor.say(`!pack deploy Kitchen ${pack}`));
    await sleep(50);
    return ms;
  });
}

async function whileBusy<T>(bench: Bench, work: () => Promise<T>): Promise<T> {
  let isOver = false;
  const keepBusy = async (worker: number) => {
    const packs = bench.repository.packs.slice(0, bench.repository.packs.length / 2);
    for (let run = worker; !isOver; run = (run + background) % packs.length) {
      const pack = packs[run] ?? '';
      await bench.repository.change(pack);
      await deploy(bench.server(), [pack]);
    }
  };
  const end = async () => {
    try {
      return await work();
    } finally {
      isOver = true;
    }
  };
  const [result] = await Promise.all([end(), ...Array.from({ length: background }, (_, i) => keepBusy(i))]);
  return result;
}

async function many<T>(count: number, work: (run: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let run = 0; run < count; run++) results.push(await work(run));
  return results;
}
