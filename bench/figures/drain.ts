import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.js';
import { type Address, ask, get } from '../client.js';
import type { Figure } from '../figure.js';

const askers = 16;
/** Packs that are deployed by hand to compare with. */
const byHandCount = 50;

/** Asks for a deployment of every pack at once, and waits until all have ended. */
export async function measureDrain(bench: Bench): Promise<Figure[]> {
  const { packs } = bench.repository;
  const byHand = await rate(packs.slice(0, byHandCount).length, async () => {
    for (const pack of packs.slice(0, byHandCount)) await bench.byHand.deploy(pack);
  });
  const asked: number[] = [];
  const drained = await rate(packs.length, async () => {
    asked.push(...(await askAll(bench.server(), packs)));
    await untilNoneIsOpen(bench.server());
  });
  const lost = packs.length - (await countGood(bench, asked));
  const count = packs.length;
  return [
    {
      name: `${count} queued deployments drained`,
      value: drained,
      unit: 'per s',
      raw: { what: 'one after the other', value: byHand },
    },
    { name: `${count} queued deployments, lost`, value: lost, unit: 'lost', target: { most: 0 } },
  ];
}

async function rate(count: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (count * 1000) / (performance.now() - start);
}

async function askAll(server: Address, packs: readonly string[]): Promise<number[]> {
  const left = [...packs];
  const asked: number[] = [];
  const asker = async () => {
    for (let pack = left.shift(); pack !== undefined; pack = left.shift())
      asked.push(await ask(server, [pack]));
  };
  await Promise.all(Array.from({ length: askers }, asker));
  return asked;
}

interface Listed {
  readonly deployments: readonly { readonly id: number; readonly status: string }[];
}

async function untilNoneIsOpen(server: Address): Promise<void> {
  for (;;) {
    const open = await get<Listed>(server, '/api/v1/deployments?open=true&limit=1');
    if (open.deployments.length === 0) return;
    await sleep(50);
  }
}

/** How many of the deployments succeeded with their pack live by them. */
async function countGood(bench: Bench, asked: readonly number[]): Promise<number> {
  const { deployments } = await get<Listed>(bench.server(), '/api/v1/deployments?limit=500');
  const succeeded = new Set(deployments.filter(({ status }) => status === 'succeeded').map(({ id }) => id));
  const links = await Promise.all(
    bench.repository.packs.map((pack) => readlink(join(bench.live, pack)).catch(() => '')),
  );
  const liveBy = new Set(links.map((link) => Number(/\/(\d+)-[^/]*$/.exec(link)?.[1])));
  return asked.filter((id) => succeeded.has(id) && liveBy.has(id)).length;
}
