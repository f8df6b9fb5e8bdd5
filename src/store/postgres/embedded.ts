import { readFile, realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ok, type Result, refused } from '../../core/result.js';
import type { StoreLog } from '../log.js';
import { isAlive, signal } from '../processes.js';
import { embeddedName, embeddedPassword, ensureCluster, passwordFile } from './initialize.js';
import { type Launched, launch } from './launch.js';
import { clusterOf, findPlace, homeOf, type Place } from './place.js';
import {
  disarmPidFile,
  type Postmaster,
  readPidFile,
  runningPostmaster,
  stopProcess,
  waitUntilReady,
} from './postmaster.js';

/** A running embedded PostgreSQL. */
export interface Embedded {
  /** How to connect, with the password: never to be shown. */
  readonly url: string;
  readonly password: string;
  /** The postmaster's pid; another one after it crashed and was started again. */
  pid(): number;
  /** Whether it ran already, left over by a Packtrain that was killed. */
  readonly adopted: boolean;
  /** Stops it in order and waits until it is gone; doing so twice is harmless. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly log: StoreLog;
  /** Where root keeps what another user must reach; `/var/lib/packtrain` unless given. */
  readonly systemDir?: string;
  /** Settings of PostgreSQL that differ from Packtrain's own, for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

const systemDirectory = '/var/lib/packtrain';
/** How long an orphan may take to become ready or to answer, in milliseconds. */
const adoptWithin = 60_000;
const answerWithin = 5_000;

/**
 * Starts the data directory's PostgreSQL, on loopback and a free port; makes it on first use; takes over one that a
 * killed Packtrain left running. It is started again if it dies. The caller holds the data directory's lock.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Result<Embedded>> {
  const { dataDir, log, settings = {}, systemDir = systemDirectory } = options;
  const place = await findPlace({ dataDir, log, systemDir });
  if (!place.ok) return place;
  const password = await embeddedPassword(place.value);
  if (!password.ok) return password;
  const refusal = await ensureCluster(place.value, password.value, settings.fsync !== 'off');
  if (refusal !== undefined) return refused(refusal);
  const adopted = await adopt(place.value.cluster, password.value);
  if (adopted === undefined) await disarmPidFile(place.value.cluster);
  const launched = adopted === undefined ? await launch({ place: place.value, settings }) : ok(adopted);
  if (!launched.ok) return launched;
  const { pid, port } = launched.value;
  log.debug(
    { pid, port, cluster: place.value.cluster, adopted: adopted !== undefined },
    'PostgreSQL is ready.',
  );
  const guard = keepRunning({ place: place.value, settings, log }, launched.value);
  return ok({
    ...guard,
    url: urlOf(port, password.value),
    password: password.value,
    adopted: adopted !== undefined,
  });
}

/**
 * The URL of the data directory's PostgreSQL if one is running (started by another process), without starting or
 * owning it; undefined when none answers.
 */
export async function joinEmbedded(dataDir: string): Promise<string | undefined> {
  const cluster = await clusterOf(dataDir);
  const running = await runningPostmaster(cluster);
  const password = await readFile(passwordFile(homeOf(await realpath(dataDir))), 'utf8').catch(() => '');
  if (running?.status !== 'ready') return undefined;
  return (await answers(running, cluster, password.trim()))
    ? urlOf(running.port, password.trim())
    : undefined;
}

function urlOf(port: number, password: string): string {
  return `postgres://${embeddedName}:${password}@127.0.0.1:${port}/${embeddedName}`;
}

/** Takes over a PostgreSQL that runs on the cluster; one that is stopping or doesn't answer is seen to its end. */
async function adopt(cluster: string, password: string): Promise<Launched | undefined> {
  const running = await runningPostmaster(cluster);
  if (running === undefined) return undefined;
  await waitUntilReady(cluster, running.pid, adoptWithin);
  const now = await readPidFile(cluster);
  if (now?.pid === running.pid && (await answers(now, cluster, password))) {
    return { pid: now.pid, port: now.port, ended: untilEnded(now.pid) };
  }
  await stopProcess(running.pid);
  return undefined;
}

async function answers(postmaster: Postmaster, cluster: string, password: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: urlOf(postmaster.port, password),
    connectionTimeoutMillis: answerWithin,
    query_timeout: answerWithin,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const shown = await client.query<{ data_directory: string }>('SHOW data_directory');
    return shown.rows[0]?.data_directory === cluster;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function untilEnded(pid: number): Promise<void> {
  while (await isAlive(pid)) await sleep(1_000, undefined, { ref: false });
}

interface Guarded {
  readonly place: Place;
  readonly settings: Readonly<Record<string, string>>;
  readonly log: StoreLog;
}

/** Starts PostgreSQL again, on the same port, whenever it ends before `stop` was called. */
function keepRunning({ place, settings, log }: Guarded, first: Launched) {
  let current = first;
  let stopping: Promise<void> | undefined;
  const stopAtExit = () => signal(current.pid, 'SIGINT');
  process.on('exit', stopAtExit);
  let restarting = Promise.resolve();
  void watch();

  async function watch(): Promise<void> {
    while (stopping === undefined) {
      await current.ended;
      restarting = restart();
      await restarting;
    }
  }

  async function restart(): Promise<void> {
    while (stopping === undefined) {
      log.warn({ pid: current.pid }, 'PostgreSQL ended unexpectedly; starting it again.');
      await disarmPidFile(place.cluster);
      const again = await launch({ place, settings, port: first.port });
      if (again.ok) {
        current = again.value;
        return;
      }
      log.warn({ code: again.refusal.code, ...again.refusal.params }, 'PostgreSQL does not start again.');
      await sleep(1_000, undefined, { ref: false });
    }
  }

  async function end(): Promise<void> {
    await restarting;
    await stopProcess(current.pid);
    process.off('exit', stopAtExit);
  }

  const stop = () => {
    stopping ??= end();
    return stopping;
  };
  return { pid: () => current.pid, stop };
}
