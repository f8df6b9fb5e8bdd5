import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { fixtureEnv, makeRepository } from '../../test/fixtures/git-repo.js';
import type { Bench } from '../bench.js';
import { startByHand } from '../by-hand.js';
import { repositoryName } from '../client.js';
import { cpuOf, cpuOfEnded } from '../cpu.js';
import type { Figure } from '../figure.js';
import { makeBenchRepository } from '../repository.js';
import { type BenchServer, startServer } from '../server.js';
import { spreadOf, timed } from '../statistics.js';
import { measureDeliveries } from './deliveries.js';
import { hookSecret, isOtherThan, leadsTo, type PushPlace, tell, until } from './push-place.js';

const run = promisify(execFile);
const minuteMs = 60_000;

/** How much is measured of it. */
export interface PushesSize {
  readonly polled: number;
  readonly deliveries: number;
}

/**
 * Pushes to a server that deploys by itself, and lets it ask many repositories for news.
 * @param size how many repositories are asked, each once a minute, and how many deliveries are posted
 */
export async function measurePushes(bench: Bench, root: string, size: PushesSize): Promise<Figure[]> {
  const { polled: repositories, deliveries } = size;
  const folder = join(bench.folder, 'pushes');
  const live = join(folder, 'live');
  await mkdir(live, { recursive: true });
  const pushed = await makeBenchRepository({ packs: 20, commits: 100 });
  const quiet = await makeRepository({ files: { 'README.md': 'Quiet\n' }, message: 'Begin [deploy skip]' });
  const config = join(folder, 'packtrain.yaml');
  await writeFile(config, configOf({ live, pushed: pushed.url, quiet: quiet.url, repositories }));
  await writeFile(join(folder, 'secret'), hookSecret, { mode: 0o600 });
  const data = join(folder, 'data');
  const server = await startServer({ root, config, data });
  try {
    const everyPack = pushed.packs.map((pack) => join(live, pack));
    await until(async () => everyPack.every((pack) => leadsTo(pack) !== undefined));
    await until(async () => (await readdir(join(data, 'mirrors'))).length > repositories);
    await sleep(5_000);
    const place = { server, pushed, live, folder };
    return [
      ...(await pushToLive(bench, place)),
      ...(await measureDeliveries(place, deliveries)),
      await polling(server, quiet.url, repositories),
    ];
  } finally {
    await server.stop();
    await pushed.remove();
    await quiet.remove();
  }
}

/** From the webhook of a push until the pack's place leads to it. */
async function pushToLive({ runs }: Bench, { server, pushed, live, folder }: PushPlace): Promise<Figure[]> {
  const hand = join(folder, 'by-hand');
  const byHand = await startByHand(hand, pushed.url);
  const [ours, raw]: [number[], number[]] = [[], []];
  for (let i = 0; i < runs; i++) {
    const pack = pushed.packs[i % pushed.packs.length] ?? '';
    const place = join(live, pack);
    const before = leadsTo(place);
    await pushed.change(pack);
    const bringOurs = async () => {
      ours.push(
        await timed(async () => {
          await tell(server);
          await until(isOtherThan(place, before), 2);
        }),
      );
    };
    const bringRaw = async () => void raw.push(await timed(() => byHand.deploy(pack)));
    for (const way of i % 2 === 0 ? [bringOurs, bringRaw] : [bringRaw, bringOurs]) await way();
  }
  const [of, by] = [spreadOf(ours), spreadOf(raw)];
  const figure = (name: string, value: number, other: number): Figure => ({
    name,
    value,
    unit: 'ms',
    raw: { what: 'by hand', value: other },
    details: { ours: of, byHand: by },
  });
  return [
    figure('webhook of a push until it is live', of.median, by.median),
    figure('webhook of a push until it is live, p95', of.p95, by.p95),
  ];
}

/** What asking all repositories for a minute takes of the processor, next to as many bare questions. */
async function polling(server: BenchServer, url: string, repositories: number): Promise<Figure> {
  const before = await cpuOf(server.pid);
  await sleep(minuteMs);
  const ours = (await cpuOf(server.pid)) - before;
  const begun = await cpuOfEnded(process.pid);
  for (let i = 0; i < repositories; i++)
    await run('git', ['ls-remote', '--heads', '--', url], { env: fixtureEnv });
  const raw = (await cpuOfEnded(process.pid)) - begun;
  return {
    name: `asking ${repositories} repositories each minute`,
    value: ours,
    unit: 's of CPU',
    raw: { what: 'git ls-remote', value: raw },
  };
}

function configOf(of: { live: string; pushed: string; quiet: string; repositories: number }): string {
  const quiet = Array.from(
    { length: of.repositories },
    (_, i) => `  quiet-${i}: { repo: ${of.quiet}, subtree: true, auto_deployment: { branch: main } }\n`,
  );
  return `repositories:
  ${repositoryName}: { repo: ${of.pushed}, subtree: true, auto_deployment: { branch: main, poll_every: 10m } }
${quiet.join('')}targets:
  default: { kind: directory, path: ${of.live} }
hosts:
  hook: { kind: generic, webhook_secret: { file: secret } }
`;
}
