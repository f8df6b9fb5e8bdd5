import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ByHand, startByHand } from './by-hand.js';
import type { Cleanup } from './cleanup.js';
import { repositoryName } from './client.js';
import { type BenchRepository, makeBenchRepository, type Scale } from './repository.js';
import { type BenchServer, startServer } from './server.js';

/** What the figures are measured on. */
export interface Bench {
  readonly repository: BenchRepository;
  readonly byHand: ByHand;
  /** A folder for whatever a figure needs besides. */
  readonly folder: string;
  /** Where Packtrain makes packs live. */
  readonly live: string;
  /** How often something is measured. */
  readonly runs: number;
  /** The server that runs now. */
  server(): BenchServer;
  /** Stops the server and starts it again on the same data. */
  restart(): Promise<BenchServer>;
}

/** How much to measure. */
export interface BenchSize extends Scale {
  readonly runs: number;
  /** How many repositories are asked for news. */
  readonly polled: number;
  /** How many deliveries are posted. */
  readonly deliveries: number;
}

/** Makes a repository, somebody who works by hand, and a server, all in a new folder. */
export async function openBench(root: string, size: BenchSize, cleanup: Cleanup): Promise<Bench> {
  const folder = cleanup.folder(await mkdtemp(join(tmpdir(), 'packtrain-bench-')));
  // As root, the embedded PostgreSQL runs as another user, who must get in.
  await chmod(folder, 0o755);
  const repository = cleanup.add(await makeBenchRepository(size), (made) => made.remove());
  const byHand = await startByHand(join(folder, 'by-hand'), repository.url);
  const live = join(folder, 'live');
  await mkdir(live);
  const config = join(folder, 'packtrain.yaml');
  await writeFile(config, configOf(repository.url, live));
  const serve = { root, config, data: join(folder, 'data') };
  let server = await startServer(serve);
  cleanup.add(undefined, () => server.stop());
  return {
    repository,
    byHand,
    folder,
    live,
    runs: size.runs,
    server: () => server,
    async restart() {
      await server.stop();
      server = await startServer(serve);
      return server;
    },
  };
}

function configOf(url: string, live: string): string {
  return `repositories:
  ${repositoryName}:
    repo: ${url}
    subtree: true
targets:
  default: { kind: directory, path: ${live} }
`;
}
