import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { isAlive } from '../processes.js';
import { childIdentity } from './account.js';
import { complaint } from './initialize.js';
import type { Place } from './place.js';
import { stopProcess, waitUntilReady } from './postmaster.js';
import { settingArguments } from './settings.js';

/** A PostgreSQL that takes connections. */
export interface Launched {
  readonly pid: number;
  readonly port: number;
  /** Settles when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
}

export interface LaunchOptions {
  readonly place: Place;
  /** The port to use; a free one when not given. */
  readonly port?: number;
  readonly settings: Readonly<Record<string, string>>;
}

/** How long a start may take in milliseconds: recovering after a crash replays up to `max_wal_size` of log. */
const startWithin = 120_000;
/** How long the backends of a killed PostgreSQL may take to notice, in milliseconds. */
const leftoversWithin = 15_000;
const logLimit = 1_000_000;

/** Starts PostgreSQL on the place's cluster, on a free port of loopback. */
export async function launch(options: LaunchOptions): Promise<Result<Launched>> {
  const deadline = Date.now() + leftoversWithin;
  for (;;) {
    const port = options.port ?? (await freePort());
    const tried = await launchOn(options, port);
    if (typeof tried !== 'string') return ok(tried);
    if (!isPassing(tried) || Date.now() > deadline) return refused(cannotStart(options.place, tried));
    await sleep(50);
  }
}

/** Whether another try may well go better: the port was taken meanwhile, or backends of a killed PostgreSQL still live. */
function isPassing(failure: string): boolean {
  return /Address already in use|could not create any TCP\/IP sockets|pre-existing shared memory block/.test(
    failure,
  );
}

function cannotStart(place: Place, failure: string) {
  const detail = complaint(failure) || 'it ended without a word';
  return refuse('database-cannot-start', { detail, log: logFile(place) });
}

/** The log that PostgreSQL writes. */
function logFile(place: Place): string {
  return join(place.home, 'server.log');
}

/** One try; what PostgreSQL wrote when it failed. */
async function launchOn({ place, settings }: LaunchOptions, port: number): Promise<Launched | string> {
  const logged = await rotateLog(logFile(place));
  const log = await open(logFile(place), 'a', 0o600);
  try {
    const args = ['-D', place.cluster, '-p', String(port), ...settingArguments(settings)];
    // Not by execa, which would pipe the output through us: PostgreSQL has to outlive a kill -9 of Packtrain.
    const child = spawn(join(place.binaries.folder, 'bin/postgres'), args, {
      ...childIdentity(place.account),
      stdio: ['ignore', log.fd, log.fd],
      // Its own process group: Ctrl-C at a terminal must reach Packtrain only, which then stops it in order.
      detached: true,
    });
    child.unref();
    const ended = endOf(child);
    if (child.pid === undefined) return await ended;
    if (await waitUntilReady(place.cluster, child.pid, startWithin)) {
      return { pid: child.pid, port, ended: ended.then(() => undefined) };
    }
    if (await isAlive(child.pid)) await stopProcess(child.pid);
    return (await readFile(logFile(place), 'utf8')).slice(logged) || (await ended);
  } finally {
    await log.close();
  }
}

async function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `code ${code}`}`));
  });
}

/** Keeps the log short; gives its length, in characters. */
async function rotateLog(path: string): Promise<number> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > logLimit) await rename(path, `${path}.1`);
  return size > logLimit || size === 0 ? 0 : (await readFile(path, 'utf8')).length;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
