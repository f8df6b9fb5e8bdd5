import type { Bench } from '../bench.js';
import { deploy, repositoryName } from '../client.js';
import type { Figure } from '../figure.js';
import { enterRoom, type Visitor } from '../room.js';
import { spreadOf, timed } from '../statistics.js';

const mostMs = 100;
/** Deployments under way while somebody talks to a busy bot, and the packs of each. */
const background = { deployments: 2, packs: 20 };

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
    // Packs that the deployments in the background leave alone.
    const pack =
      packs[packs.length - 1 - (run % (packs.length - background.deployments * background.packs))] ?? '';
    await bench.repository.change(pack);
    let answer = { over: Promise.resolve() };
    const ms = await timed(async () => {
      answer = await visitor.say(`!pack deploy ${repositoryName} ${pack}`);
    });
    await answer.over;
    return ms;
  });
}

async function whileBusy<T>(bench: Bench, work: () => Promise<T>): Promise<T> {
  let isOver = false;
  const keepBusy = async (worker: number) => {
    const from = worker * background.packs;
    const packs = bench.repository.packs.slice(from, from + background.packs);
    while (!isOver) {
      await bench.repository.change(...packs);
      await deploy(bench.server(), packs);
    }
  };
  const end = async () => {
    try {
      return await work();
    } finally {
      isOver = true;
    }
  };
  const [result] = await Promise.all([
    end(),
    ...Array.from({ length: background.deployments }, (_, i) => keepBusy(i)),
  ]);
  return result;
}

async function many<T>(count: number, work: (run: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let run = 0; run < count; run++) results.push(await work(run));
  return results;
}
