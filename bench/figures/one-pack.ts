import type { Bench } from '../bench.js';
import { deploy, type Wanted } from '../client.js';
import type { Figure } from '../figure.js';
import { type Spread, spreadOf, timed } from '../statistics.js';

interface Pair {
  readonly ours: Spread;
  /** Until it was live: what comes after is proving it, recording it and telling of it. */
  readonly live: Spread;
  readonly byHand: Spread;
}

/** Deploys one changed pack after the other, in turn with the same by hand, on a server that is warm. */
export async function measureOnePack(bench: Bench): Promise<Figure[]> {
  const count = bench.repository.packs.length;
  const what = `1 changed pack of ${count}`;
  const named = await pairs(bench, (pack) => [pack]);
  const found = await pairs(bench, () => 'differing');
  return [
    ...figures(`${what}, named`, named, { ratio: 1.5 }),
    ...figures(`${what}, found by itself`, found, { ratio: 1.5 }),
  ];
}

async function pairs(bench: Bench, wanted: (pack: string) => Wanted): Promise<Pair> {
  const { repository, byHand, runs } = bench;
  const times = { ours: [] as number[], live: [] as number[], byHand: [] as number[] };
  const ways = [
    async (pack: string) => times.byHand.push(await timed(() => byHand.deploy(pack))),
    async (pack: string) => {
      const work = async () => times.live.push(await deploy(bench.server(), wanted(pack)));
      times.ours.push(await timed(work));
    },
  ];
  // Who comes first finds the disk's cache cold: they take turns.
  for (let run = -warmUps; run < runs; run++) {
    const pack = repository.packs[((run + warmUps) * 7) % repository.packs.length] ?? '';
    await repository.change(pack);
    for (const way of run % 2 === 0 ? ways : [...ways].reverse()) await way(pack);
    if (run < 0) times.ours.length = times.live.length = times.byHand.length = 0;
  }
  return { ours: spreadOf(times.ours), live: spreadOf(times.live), byHand: spreadOf(times.byHand) };
}

const warmUps = 3;

function figures(name: string, { ours, live, byHand }: Pair, target: { readonly ratio: number }): Figure[] {
  const raw = (value: number) => ({ what: 'by hand', value });
  const details = { ours, live, byHand };
  return [
    {
      name: `${name}, until it is live`,
      value: live.median,
      unit: 'ms',
      raw: raw(byHand.median),
      target,
      details,
    },
    { name, value: ours.median, unit: 'ms', raw: raw(byHand.median), target, details },
    { name: `${name}, p95`, value: ours.p95, unit: 'ms', raw: raw(byHand.p95) },
  ];
}
