import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A checkout's `packtrain serve`, as its users start it. */
export interface BenchServer {
  readonly pid: number;
  readonly url: string;
  /** The key of the HTTP API. */
  readonly key: string;
  /** Milliseconds from the start of the process until `/healthz` said that it is ready. */
  readonly startMs: number;
  /** Stops it in good order. */
  stop(): Promise<void>;
}

/** What to serve. */
export interface ServeOptions {
  /** Packtrain's checkout. */
  readonly root: string;
  readonly config: string;
  readonly data: string;
}

const startWithin = 60_000;
const keyWithin = 5_000;
const stopWithin = 30_000;

/** Starts a server with the embedded database, and waits until it is ready. */
export async function startServer({ root, config, data }: ServeOptions): Promise<BenchServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [
    join(root, 'bin/packtrain.js'),
    'serve',
    '--config',
    config,
    '--data',
    data,
    '--port',
    `${port}`,
  ];
  const start = performance.now();
  const child = spawn(process.execPath, args, { env: ownEnv(), stdio: ['ignore', 'ignore', 'pipe'] });
  const said = collect(child);
  try {
    await untilReady(url, child);
    const startMs = performance.now() - start;
    const key = await keyIn(join(data, 'server.json'));
    return { pid: child.pid ?? 0, url, key, startMs, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw new Error(`the server does not start: ${said()}`, { cause: error });
  }
}

/** The environment without what would lead the server elsewhere. */
function ownEnv(): NodeJS.ProcessEnv {
  const elsewhere = /^(PACKTRAIN_|DATABASE_URL$|GIT_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !elsewhere.test(name)));
}

function collect(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-4_000);
  });
  return () => text;
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + startWithin;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    await sleep(5);
  }
  throw new Error(`it was not ready within ${startWithin} ms`);
}

/** The key that the server leaves for programs on its machine, just after it is ready. */
async function keyIn(file: string): Promise<string> {
  const deadline = Date.now() + keyWithin;
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text !== '') return (JSON.parse(text) as { key: string }).key;
    if (Date.now() > deadline) throw new Error(`${file} is not there`);
    await sleep(5);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), stopWithin);
  await ended;
  clearTimeout(late);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
