import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeServerFile } from '../../src/cli/server-file.js';
import { createWeb } from '../../src/web/app.js';
import { startServer, type WebServer } from '../../src/web/server.js';
import { usualPatienceMs } from '../../src/webhooks/webhooks.js';
import { openShell, type Shell } from '../cli/fixture.js';
import { proofOf, savedPost } from '../fixtures/hosts.js';
import { createDatabase } from '../fixtures/postgres.js';
import { openStation, type Station } from '../fixtures/station.js';
import { startTcpProxy, type TcpProxy } from '../fixtures/tcp-proxy.js';
import { type Desk, openDesk, secret } from './desk.js';

let station: Station;
let desk: Desk;
let server: WebServer;
let proxy: TcpProxy;

const push = savedPost('github', 'push');
const signed = { ...push.headers, ...proofOf('github', push.body, secret), host: 'packtrain.example.com' };
const megabyte = Buffer.alloc(1024 * 1024, 'x');

beforeAll(async () => {
  station = await openStation();
  proxy = await startTcpProxy(station.database.url);
  desk = await openDesk({ databaseUrl: proxy.url });
  const web = createWeb({ ...station.deps, webhooks: desk.webhooks });
  const started = await startServer({ ...web, host: '127.0.0.1', port: 0 });
  if (!started.ok) throw new Error('the server does not start');
  server = started.value;
});
afterAll(async () => {
  await server.close();
  await desk.close();
  await proxy.close();
  await station.close();
});

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Megabytes that were sent until the answer came. */
  readonly sent: number;
}

const agent = new Agent({ keepAlive: true });
afterAll(() => agent.destroy());

/** Posts as hosts do, under the name by which they know the server; sends no more once it is answered. */
function post(headers: Readonly<Record<string, string>>, body: string | number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let isAnswered = false;
    const asked = request(`${server.url}/webhooks/github`, { method: 'POST', headers, agent }, (response) => {
      isAnswered = true;
      const { statusCode = 0, headers: given } = response;
      response.resume();
      // Whoever is answered early hangs up.
      if (!asked.writableEnded) asked.destroy();
      resolve({ status: statusCode, retryAfter: given['retry-after'], sent });
    });
    asked.on('error', (error) => (isAnswered ? undefined : reject(error)));
    if (typeof body === 'string') return void asked.end(body);
    const more = () => {
      if (isAnswered) return;
      if (sent === body) return void asked.end();
      sent += 1;
      asked.write(megabyte, () => more());
    };
    more();
  });
}

/** A request as it goes over the wire. */
function written(headers: Readonly<Record<string, string>>, body: string): string {
  const all = Object.entries({ ...headers, 'content-length': String(Buffer.byteLength(body)) });
  const head = all.map(([name, value]) => `${name}: ${value}`).join('\r\n');
  return `POST /webhooks/github HTTP/1.1\r\n${head}\r\n\r\n${body}`;
}

/** Sends requests on one connection without waiting for an answer in between; gives the status of each. */
async function postAll(requests: readonly string[]): Promise<readonly string[]> {
  const socket = connect(server.port, '127.0.0.1');
  socket.write(requests.join(''));
  let answers = '';
  let statuses: readonly string[] = [];
  for await (const chunk of socket.setEncoding('latin1')) {
    answers += chunk;
    statuses = [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1] ?? '');
    if (statuses.length === requests.length) break;
  }
  return statuses;
}

const count = async () => {
  const [row] = await station.database.query('SELECT count(*)::int AS n FROM packtrain.deliveries');
  return row?.n;
};

describe('over HTTP', () => {
  it('a delivery is taken under any name of the server, and without a session', async () => {
    expect(await post({ ...signed, 'x-github-delivery': 'first' }, push.body)).toMatchObject({ status: 202 });
    const { 'x-hub-signature-256': _, 'x-hub-signature': __, ...unsigned } = signed as Record<string, string>;
    expect(await post(unsigned, push.body)).toMatchObject({ status: 401 });
    expect(await desk.settled()).toHaveLength(1);
  });

  it('a body of 30 MB is refused, before it is read where its length is told', async () => {
    const large = await post({ ...signed, 'content-length': String(30 * megabyte.length) }, 30);
    expect(large.status).toBe(413);
    expect(large.sent).toBeLessThan(25);
    const chunked = await post({ ...signed, 'transfer-encoding': 'chunked' }, 60);
    expect(chunked.status).toBe(413);
    expect(chunked.sent).toBeLessThan(60);
    expect(desk.webhooks.counts().github).toMatchObject({ tooLarge: 2 });
    expect(await post({ ...signed, 'x-github-delivery': 'after' }, push.body)).toMatchObject({ status: 202 });
  });

  it('5,000 deliveries at once are all answered, none is lost, and their repository is told a few times', async () => {
    await desk.settled();
    const before = await count();
    desk.moved.splice(0);
    // As much as it takes to be read: what is looked at is their number.
    const { ref, before: was, after, repository } = JSON.parse(push.body);
    const { full_name, clone_url } = repository;
    const body = JSON.stringify({ ref, before: was, after, repository: { full_name, clone_url } });
    const proof = { ...signed, ...proofOf('github', body, secret) };
    const requests = Array.from({ length: 5_000 }, (_, at) =>
      written({ ...proof, 'x-github-delivery': `burst-${at}` }, body),
    );
    const portions = Array.from({ length: 200 }, (_, at) => requests.slice(at * 25, (at + 1) * 25));
    const statuses = (await Promise.all(portions.map(postAll))).flat();
    expect(statuses).toHaveLength(5_000);
    expect(new Set(statuses)).toEqual(new Set(['202']));
    expect(await count()).toBe(Number(before) + 5_000);
    await desk.settled();
    expect(desk.moved.length).toBeGreaterThan(0);
    expect(desk.moved.length).toBeLessThan(300);
  }, 120_000);
});

describe('at the command line', () => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await openShell();
    await writeServerFile(shell.data, { url: server.url, key: station.key, pid: process.pid });
    const whole = readFileSync(new URL('../fixtures/hosts/github/push.http', import.meta.url));
    await writeFile(join(shell.folder, 'push.http'), whole);
    await writeFile(join(shell.folder, 'push.json'), savedPost('gitea', 'push').body);
  });
  afterAll(() => shell.leave());

  it('a saved request is received as if its host had sent it', async () => {
    expect(await shell.run('receive', 'push.http')).toBe(0);
    expect(shell.out()).toMatch(/^✓ \d+ [\d-]+ [\d:]+Z github push house-packs: main moved to e9d71f5$/m);
  });

  it('a body is received with the words that it lacks', async () => {
    expect(await shell.run('receive', 'push.json')).toBe(2);
    expect(shell.err()).toContain('Name it with --host: github, gitlab,');
    expect(await shell.run('receive', 'push.json', '--host', 'gitea', '--event', 'push')).toBe(0);
    expect(shell.out()).toContain('gitea push at-gitea: main moved to e9d71f5');
    expect(await shell.run('receive', 'push.json', '--host', 'gitlab', '--event', 'Push Hook')).toBe(5);
    expect(shell.out()).toContain('The delivery of gitlab (push) has not the form of its kind: project');
    expect(await shell.run('receive', 'nothing.json')).toBe(3);
  });

  it('what was sent is listed, and looked at again', async () => {
    expect(await shell.run('webhooks', '--json', '--limit', '3')).toBe(0);
    const shown: { deliveries: { id: number; host: string }[] } = JSON.parse(
      shell.out().trim().split('\n').at(-1) ?? '',
    );
    expect(shown.deliveries.map(({ host }) => host)).toEqual(['gitlab', 'gitea', 'github']);
    expect(await shell.run('webhooks')).toBe(0);
    expect(shell.out()).toMatch(
      /^github, since the server's start: \d+ accepted, \d+ without a right signature/m,
    );
    const before = desk.moved.length;
    expect(await shell.run('webhooks', 'replay', String(shown.deliveries[2]?.id))).toBe(0);
    expect(desk.moved.slice(before)).toMatchObject([{ repository: 'house-packs' }]);
    expect(await shell.run('webhooks', 'replay', '999999')).toBe(3);
    expect(await shell.run('webhooks', '--limit', 'all')).toBe(2);
  });
});

describe('while the database is away', () => {
  let ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends) await end();
    ends = [];
  });

  it('a delivery waits for it, and is accepted once it is kept', async () => {
    await proxy.cut();
    const answer = post({ ...signed, 'x-github-delivery': 'patient' }, push.body);
    await expect.poll(() => desk.complaints).toContain('deliveries could not be kept; trying again');
    await proxy.mend();
    expect(await answer).toMatchObject({ status: 202 });
    expect((await desk.settled()).map(({ outcome }) => outcome?.kind)[0]).toBe('noted');
  });

  it('what waits longer than hosts do is put off and taken when it comes again; what comes late waits', async () => {
    // Hosts hang up after ten seconds.
    expect(usualPatienceMs).toBe(9_000);
    let patienceMs = usualPatienceMs;
    const database = await createDatabase('ready');
    const wire = await startTcpProxy(database.url);
    const away = await openDesk({ databaseUrl: wire.url, patienceMs: () => patienceMs });
    ends.push(away.close, wire.close, database.drop);
    const { app } = createWeb({ ...station.deps, webhooks: away.webhooks });
    const send = async (id: string) => {
      const headers = { ...signed, 'x-github-delivery': id };
      return await app.request('/webhooks/github', { method: 'POST', headers, body: push.body });
    };
    expect((await send('before')).status).toBe(202);
    await wire.cut();
    patienceMs = 500;
    const early = await Promise.all([send('early'), send('early and never again')]);
    expect(early.map(({ status }) => status)).toEqual([503, 503]);
    expect(early[0]?.headers.get('retry-after')).toBe('10');
    const kept = () => database.query('SELECT key FROM packtrain.deliveries ORDER BY key');
    expect(await kept()).toEqual([{ key: 'before' }]);
    patienceMs = usualPatienceMs;
    const late = send('late');
    await wire.mend();
    expect((await late).status).toBe(202);
    expect((await send('early')).status).toBe(202);
    const looked = await away.settled();
    expect(looked.map(({ outcome }) => outcome?.kind)).toEqual(['noted', 'noted', 'noted']);
    expect(await kept()).toEqual(['before', 'early', 'late'].map((key) => ({ key })));
    expect(away.webhooks.counts().github).toMatchObject({ accepted: 3, putOff: 2 });
  });
});
