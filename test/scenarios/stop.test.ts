import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinEmbedded } from '../../src/store/postgres/embedded.js';
import { isAlive } from '../../src/store/processes.js';
import { openStream } from '../fixtures/event-stream.js';
import { canServeHttp, type GitHttpServer, serveGit } from '../fixtures/git-http.js';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';

/** The longest that a stop may take, in milliseconds: service managers wait for ten seconds and then kill. */
const mostMs = 9_500;

let repository: FixtureRepository;
let host: GitHttpServer;
let hangs = true;
let server: ServerFixture;

beforeAll(async () => {
  repository = await makeRepository({
    files: {
      ...packFiles('beans', { root: 'packs/beans/' }),
      ...packFiles('leeks', { root: 'packs/leeks/' }),
    },
  });
  host = await serveGit(repository.url, {
    before: () => (hangs ? new Promise<void>(() => undefined) : undefined),
  });
  server = await startServer({
    config: ({ live }) => `repositories:
  Kitchen: { repo: ${repository.url}, subtree: true }
  Hanging: { repo: ${host.url}, subtree: true }
targets:
  default: { kind: directory, path: ${live} }
chat:
  web: { channels: [ops] }
`,
  });
}, 60_000);
afterAll(async () => {
  await server?.close();
  await host.close();
  await repository.remove();
});

/** Stops the server as a service manager does, and looks at how it went. */
async function stopCleanly(): Promise<void> {
  const { pid, output } = server;
  const postmaster = await postmasterPid();
  const begun = performance.now();
  const code = await server.stop();
  expect({ code, output: complaints(server.output.slice(output.length)) }).toEqual({ code: 0, output: [] });
  expect(performance.now() - begun).toBeLessThan(mostMs);
  expect(await isAlive(pid)).toBe(false);
  expect(await isAlive(postmaster)).toBe(false);
  expect(existsSync(join(server.dir, 'data', 'server.json'))).toBe(false);
}

async function database(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: await joinEmbedded(join(server.dir, 'data')) });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function query(statement: string): Promise<Record<string, unknown>[]> {
  const client = await database();
  const { rows } = await client.query<Record<string, unknown>>(statement);
  await client.end();
  return rows;
}

async function postmasterPid(): Promise<number> {
  const [row] = await query("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int as pid");
  return Number(row?.pid);
}

/** The lines of a log that would worry whoever reads it, and those that are no log at all. */
function complaints(text: string): string[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.filter((line) => !/^\{"level":(10|20|30),/.test(line));
}

/** Says a line in the room, without waiting for the answer. */
async function say(text: string): Promise<void> {
  const body = JSON.stringify({ text, as: 'ann' });
  await server.api('/rooms/ops/messages', { method: 'POST', body });
}

const statuses = async () =>
  (await query('select status from packtrain.deployments order by id')).map(({ status }) => status);

describe.skipIf(!canServeHttp)('SIGTERM (skipped where git http-backend is not installed)', () => {
  it('ends a server that has nothing to do', async () => {
    await stopCleanly();
    await server.start();
  });

  it('ends a server whose streams are followed', async () => {
    const { authorization = '' } = server.headers();
    const stream = await openStream(`${server.url}/api/v1/rooms/ops/stream?as=ann`, { authorization });
    await stopCleanly();
    await stream.ended;
    await server.start();
  });

  it('ends a server in the middle of many deployments, which go on after the next start', async () => {
    for (let i = 0; i < 10; i++) {
      // Not in a room, where whoever had to wait is asked for a phrase.
      await server.say(`pack deploy Kitchen ${i % 2 === 0 ? 'beans' : 'leeks'}`);
      await repository.commit(packFiles('beans', { root: 'packs/beans/', says: `beans ${i}` }));
      await repository.commit(packFiles('leeks', { root: 'packs/leeks/', says: `leeks ${i}` }));
    }
    await stopCleanly();
    await server.start();
    await expect.poll(async () => new Set(await statuses())).toEqual(new Set(['succeeded']));
    expect(await statuses()).toHaveLength(10);
  }, 60_000);

  it('ends a server while one deployment runs, one waits for its turn, one fetches, and a line is unanswered', async () => {
    const blocker = await database();
    await blocker.query('begin');
    await blocker.query('lock table packtrain.activations in share mode');
    for (const pack of ['beans', 'leeks'])
      await repository.commit(packFiles(pack, { root: `packs/${pack}/`, says: 'once more' }));
    // The last pack is recorded with the end, under the queue's lock, for which the next one would have to wait.
    await server.say('pack deploy Kitchen beans,leeks');
    const running = () => statuses().then((all) => all.at(-1));
    await expect.poll(running).toBe('running');
    await server.say('pack deploy Kitchen beans');
    await expect.poll(running).toBe('waiting');
    await say('!pack deploy Hanging leeks');
    await say('!pack diff Hanging leeks');
    await expect.poll(() => host.authorizations.length).toBeGreaterThan(0);

    await stopCleanly();
    await blocker.end();
    hangs = false;
    await server.start();

    const ended = async () => (await statuses()).slice(-3);
    await expect.poll(ended).toEqual(['succeeded', 'succeeded', 'succeeded']);
    const unanswered = () =>
      query(`select text from packtrain.room_messages line where not from_bot and not exists
        (select 1 from packtrain.room_messages answer where answer.reply_to = line.id)`);
    await expect.poll(unanswered).toEqual([]);
  }, 90_000);
});
