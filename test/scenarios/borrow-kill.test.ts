import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';

const postgres = withPostgres();
const root = { root: 'packs/beans/' };
let repository: FixtureRepository;
let server: ServerFixture;

const config = (live: string) => `repositories:
  Kitchen: { repo: ${repository.url}, subtree: true, borrow: { return_after: 1h } }
targets:
  default: { kind: directory, path: ${live} }
admins: [ann]
chat:
  web: { channels: [ops] }
`;

beforeAll(async () => {
  repository = await makeRepository({ files: packFiles('beans', { ...root, says: 'main' }) });
  for (const branch of ['feature/x', 'feature/y'])
    await repository.commit(packFiles('beans', { ...root, says: branch }), {
      branch,
      from: 'refs/heads/main',
    });
  server = await startServer({ databaseUrl: postgres.url, config: ({ live }) => config(live) });
});
afterAll(async () => {
  await server.close();
  await repository.remove();
});

let spoken = 0;

/** Says something in the room; a chat does not wait for the answer. */
async function say(as: string, text: string): Promise<void> {
  spoken += 1;
  const body = JSON.stringify({ text, as, key: `kill-${spoken}` });
  expect((await server.api('/rooms/ops/messages', { method: 'POST', body })).status).toBe(200);
}

async function rows(statement: string): Promise<Record<string, unknown>[]> {
  return await postgres.query(statement);
}

/** The newest deployment of somebody, as it stands. */
async function newestOf(name: string): Promise<Record<string, unknown>> {
  const [row] = await postgres.query(
    `select d.id, d.status, d.waiting_for, q.phrase, q.confirmed_at from packtrain.deployments d
     left join packtrain.queue_entries q on q.deployment = d.id
     where d.requester->>'name' = $1 order by d.id desc limit 1`,
    [name],
  );
  return row ?? {};
}

async function becomes(name: string, expected: Record<string, unknown>): Promise<void> {
  await expect.poll(() => newestOf(name)).toMatchObject(expected);
}

const holders = async () =>
  (await rows(`select holder->>'name' as name from packtrain.borrows where ended_at is null`)).map(
    (r) => r.name,
  );
const says = async () =>
  /echo (.*)/.exec(await readFile(join(server.live, 'beans', 'actions', 'cook.sh'), 'utf8'))?.[1];

async function killAndStart(): Promise<void> {
  await server.kill();
  await server.start();
}

async function heard(pattern: RegExp): Promise<number> {
  const said = await rows('select text from packtrain.room_messages where from_bot');
  return said.filter((row) => pattern.test(String(row.text))).length;
}

describe('a server that is killed', () => {
  it('while somebody waits, lets them wait on and calls them when their turn comes', async () => {
    await say('jjm', '!pack deploy Kitchen beans feature/x');
    await becomes('jjm', { status: 'succeeded' });
    await say('bob', '!pack deploy Kitchen beans feature/y');
    await becomes('bob', { status: 'waiting', waiting_for: 'turn' });
    await killAndStart();
    expect(await holders()).toEqual(['jjm']);
    await say('jjm', '!pack return beans');
    await becomes('bob', { status: 'waiting', waiting_for: 'confirmation', phrase: expect.any(String) });
  });

  it('while somebody is called, takes the same phrase after it, which was said once', async () => {
    const { phrase } = await newestOf('bob');
    await expect.poll(() => heard(/^Say .*your deployment/m)).toBe(1);
    await killAndStart();
    expect((await newestOf('bob')).phrase).toBe(phrase);
    await say('bob', String(phrase));
    await expect.poll(holders).toEqual(['bob']);
    await becomes('bob', { status: 'succeeded' });
    expect(await says()).toBe('feature/y');
    expect(await heard(/^Say .*your deployment/m)).toBe(1);
  });

  it.each([0, 20, 60])(
    'after the phrase was said and before it is done (%i ms), does what was confirmed',
    async (moment) => {
      await say('jjm', '!pack deploy Kitchen beans feature/x');
      await becomes('jjm', { status: 'waiting', waiting_for: 'turn' });
      await say('bob', '!pack return beans');
      await becomes('jjm', { waiting_for: 'confirmation', phrase: expect.any(String) });
      const { phrase } = await newestOf('jjm');
      await say('jjm', String(phrase));
      await expect
        .poll(async () => (await newestOf('jjm')).waiting_for, { interval: 5 })
        .not.toBe('confirmation');
      await sleep(moment);
      await killAndStart();
      await becomes('jjm', { status: 'succeeded' });
      expect(await holders()).toEqual(['jjm']);
      expect(await says()).toBe('feature/x');
      // Bob has it again, for the next one who waits.
      await say('jjm', '!pack return beans');
      await expect.poll(holders).toEqual([]);
      await say('bob', '!pack deploy Kitchen beans feature/y');
      await expect.poll(holders).toEqual(['bob']);
    },
  );

  it.each([0, 30, 80])('while a pack is given back (%i ms), gives it back once', async (moment) => {
    if ((await holders()).length === 0) {
      await say('bob', '!pack deploy Kitchen beans feature/y');
      await expect.poll(holders).toEqual(['bob']);
    }
    const before = await rows('select count(*)::int as n from packtrain.activations');
    await say('bob', '!pack return beans');
    await sleep(moment);
    await killAndStart();
    await expect.poll(holders).toEqual([]);
    await becomes('bob', { status: 'succeeded' });
    expect(await says()).toBe('main');
    const after = await rows('select count(*)::int as n from packtrain.activations');
    expect(Number(after[0]?.n)).toBe(Number(before[0]?.n) + 1);
  });

  it.each([0, 40])('while a pack is removed (%i ms), removes it', async (moment) => {
    const files = packFiles('soup', { root: 'packs/soup/', says: String(moment) });
    await repository.commit(files, { branch: `feature/soup-${moment}`, from: 'refs/heads/main' });
    await say('bob', `!pack deploy Kitchen soup feature/soup-${moment}`);
    await expect.poll(holders).toEqual(['bob']);
    await becomes('bob', { status: 'succeeded' });
    await say('bob', '!pack return soup');
    await sleep(moment);
    await killAndStart();
    await expect.poll(holders).toEqual([]);
    await becomes('bob', { status: 'succeeded' });
    await expect(readFile(join(server.live, 'soup', 'pack.yaml'), 'utf8')).rejects.toThrow('ENOENT');
  });
});

describe('two servers on one database', () => {
  it('give back what is over once, and tell its holder once', async () => {
    const second = await startServer({ databaseUrl: postgres.url, config: () => config(server.live) });
    try {
      await say('jjm', '!pack deploy Kitchen beans feature/x for 3s');
      await expect.poll(holders).toEqual(['jjm']);
      await expect.poll(holders).toEqual([]);
      const told = (kind: string) =>
        rows(`select id from packtrain.notices where notice->>'kind' = '${kind}'`);
      await expect.poll(() => told('returned')).toHaveLength(1);
      // Time for the other one to do it a second time.
      await sleep(2_000);
      expect(await rows(`select id from packtrain.deployments where via = 'timer'`)).toHaveLength(1);
      for (const kind of ['return-soon', 'returned']) expect(await told(kind)).toHaveLength(1);
    } finally {
      await second.close();
    }
  });
});
