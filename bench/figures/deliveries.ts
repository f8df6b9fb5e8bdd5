import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fixtureEnv } from '../../test/fixtures/git-repo.js';
import { get } from '../client.js';
import type { Figure } from '../figure.js';
import { atShare, timed } from '../statistics.js';
import { isOtherThan, leadsTo, type PushPlace, tell, until } from './push-place.js';

const run = promisify(execFile);
const connections = 16;
/** Questions to the remote to compare with. */
const asked = 20;

/**
 * Posts deliveries on many connections while what is pushed goes live, next to as many requests that do nothing, and to a
 * script that asks the remote for each.
 */
export async function measureDeliveries(place: PushPlace, count: number): Promise<Figure[]> {
  const { server, pushed } = place;
  const before = await accepted(place);
  const [ours, deployed] = await whilePushed(place, () => many(count, () => tell(server)));
  // Each push was told of too.
  const lost = count + deployed - ((await accepted(place)) - before);
  const [nothing] = await whilePushed(place, () =>
    many(count, async () => void (await fetch(`${server.url}/healthz`)).arrayBuffer()),
  );
  const lsRemote = ['ls-remote', '--heads', '--', pushed.url];
  const script = await timed(async () => {
    for (let i = 0; i < asked; i++) await run('git', lsRemote, { env: fixtureEnv });
  });
  const details = { deliveries: count, connections, deployed };
  return [
    {
      name: `deliveries answered while deployments run`,
      value: ours.perS,
      unit: 'per s',
      raw: { what: 'git ls-remote', value: (asked * 1000) / script },
      details,
    },
    {
      name: 'delivery to answer while deployments run, p99',
      value: ours.p99,
      unit: 'ms',
      raw: { what: 'GET /healthz', value: nothing.p99 },
      details: { ...details, healthzPerS: nothing.perS },
    },
    { name: 'deliveries, lost', value: lost, unit: 'lost', target: { most: 0 } },
  ];
}

interface Pace {
  readonly perS: number;
  readonly p99: number;
}

async function many(count: number, work: () => Promise<unknown>): Promise<Pace> {
  const times: number[] = [];
  let left = count;
  const connection = async () => {
    while (left-- > 0) times.push(await timed(work));
  };
  const all = await timed(() => Promise.all(Array.from({ length: connections }, connection)));
  return { perS: (count * 1000) / all, p99: atShare(times, 0.99) };
}

/** Does some work while one pack after the other is pushed and goes live. @returns also how many went live */
async function whilePushed(place: PushPlace, work: () => Promise<Pace>): Promise<[Pace, number]> {
  const { pushed, live, server } = place;
  let isOver = false;
  const push = async () => {
    let deployed = 0;
    for (; !isOver; deployed++) {
      const pack = pushed.packs[deployed % pushed.packs.length] ?? '';
      const link = join(live, pack);
      const before = leadsTo(link);
      await pushed.change(pack);
      await tell(server);
      await until(isOtherThan(link, before), 2);
    }
    return deployed;
  };
  const pushing = push();
  try {
    return [await work(), await over()];
  } finally {
    await over();
  }

  function over(): Promise<number> {
    isOver = true;
    return pushing;
  }
}

async function accepted({ server }: PushPlace): Promise<number> {
  const { counts } = await get<{ counts: Record<string, { accepted: number }> }>(
    server,
    '/api/v1/deliveries?limit=1',
  );
  return counts.hook?.accepted ?? 0;
}
