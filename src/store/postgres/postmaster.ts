import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processFacts, signal, waitForEnd } from '../processes.js';

/** What a running PostgreSQL says about itself in `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly status: 'starting' | 'stopping' | 'ready' | 'standby' | undefined;
}

/**
 * How long each way of stopping is given, in milliseconds: until all connections are closed, then an orderly stop that
 * closes them, then one without a checkpoint.
 */
const patience = { smart: 1_000, fast: 20_000, immediate: 5_000, kill: 5_000 };

function pidFile(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}

/** The content of `postmaster.pid`, be it true or left over; undefined without the file or while it is incomplete. */
export async function readPidFile(cluster: string): Promise<Postmaster | undefined> {
  const text = await readFile(pidFile(cluster), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3] ?? 0), status: statusOf(lines[7]) };
}

function statusOf(text: string | undefined): Postmaster['status'] {
  const known = ['starting', 'stopping', 'ready', 'standby'] as const;
  return known.find((status) => status === text);
}

/** The PostgreSQL that runs on this cluster, whoever started it. */
export async function runningPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const noted = await readPidFile(cluster);
  if (noted === undefined || !(await servesCluster(noted.pid, cluster))) return undefined;
  return noted;
}

async function servesCluster(pid: number, cluster: string): Promise<boolean> {
  const facts = await processFacts(pid);
  return facts !== undefined && `${facts.command} `.includes(` -D ${cluster} `);
}

/**
 * Takes the sting out of a `postmaster.pid` that is left over, while no PostgreSQL serves the cluster: PostgreSQL would
 * take whatever now has its pid for itself running, or a zombie that nobody collects. The file stays, since its other
 * lines let PostgreSQL see backends that are still alive; our own pid in it means nothing to it, as we are its parent.
 */
export async function disarmPidFile(cluster: string): Promise<void> {
  const text = await readFile(pidFile(cluster), 'utf8').catch(() => '');
  if (text === '' || (await runningPostmaster(cluster)) !== undefined) return;
  await writeFile(pidFile(cluster), text.replace(/^\s*\d+/, String(process.pid)));
}

/**
 * Waits until PostgreSQL takes connections. False when it ended, or is stopping.
 * @param pid the process that must be the one that is ready
 */
export async function waitUntilReady(cluster: string, pid: number, within: number): Promise<boolean> {
  const deadline = Date.now() + within;
  for (;;) {
    const noted = await readPidFile(cluster);
    if (noted?.pid === pid && noted.status === 'ready') return true;
    if (noted?.pid === pid && noted.status === 'stopping') return false;
    if (Date.now() > deadline || (await processFacts(pid)) === undefined) return false;
    await sleep(10);
  }
}

/** Stops the PostgreSQL that runs on this cluster, if one does, and waits until it is gone. */
export async function stopPostmaster(cluster: string): Promise<void> {
  const running = await runningPostmaster(cluster);
  if (running !== undefined) await stopProcess(running.pid);
}

/** Stops a postmaster: orderly, else at once, else by force. Throws when it lives on. */
export async function stopProcess(pid: number): Promise<void> {
  // First without cutting connections off: ours may still be closing, and would take it for an outage.
  signal(pid, 'SIGTERM');
  if (await waitForEnd(pid, patience.smart)) return;
  signal(pid, 'SIGINT');
  if (await waitForEnd(pid, patience.fast)) return;
  signal(pid, 'SIGQUIT');
  if (await waitForEnd(pid, patience.immediate)) return;
  signal(pid, 'SIGKILL');
  if (await waitForEnd(pid, patience.kill)) return;
  throw new Error(`PostgreSQL (pid ${pid}) does not end.`);
}
