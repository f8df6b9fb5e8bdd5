import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { hold, standingStill } from '../fixtures/hold.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';

const postgres = withPostgres();
const filesOf = (packs: readonly string[], says: string) =>
  Object.assign({}, ...packs.map((pack) => packFiles(pack, { root: `packs/${pack}/`, says })));
let repository: FixtureRepository;
let server: ServerFixture;

/** Packs whose deployment is confirmed so many milliseconds before the first kill. */
const confirmed = [
  ['ears', 0],
  ['mint', 20],
  ['rice', 60],
] as const;
/** The same packs, given back so many milliseconds before the second. */
const given = [
  ['ears', 0],
  ['mint', 60],
  ['rice', 160],
] as const;
/** Packs that only a branch has, given back before the second, too: they are removed. */
const removed = [
  ['soup', 0],
  ['stew', 100],
] as const;
const main = ['beans', ...confirmed.map(([pack]) => pack)];

const config = (live: string) => `repositories:
  Kitchen: { repo: ${repository.url}, subtree: true, borrow: { return_after: 1h } }
targets:
  default: { kind: directory, path: ${live} }
admins: [ann]
chat:
  web: { channels: [ops] }
`;

beforeAll(async () => {
  repository = await makeRepository({ files: filesOf(main, 'main') });
  for (const branch of ['feature/x', 'feature/y'])
    await repository.commit(filesOf(main, branch), { branch, from: 'refs/heads/main' });
  for (const [pack] of removed)
    await repository.commit(filesOf([pack], pack), { branch: `feature/${pack}`, from: 'refs/heads/main' });
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

/** What somebody asked for last about a pack, as it stands. */
async function newestOf(name: string, pack: string): Promise<Record<string, unknown>> {
  const [row] = await postgres.query(
    `select d.id, d.status, d.waiting_for, q.phrase, q.confirmed_at from packtrain.deployments d
     left join packtrain.queue_entries q on q.deployment = d.id
     where d.requester->>'name' = $1 and $2 in (d.intent->>'pack', d.intent->'packs'->'packs'->>0)
     order by d.id desc limit 1`,
    [name, pack],
  );
  return row ?? {};
}

async function becomes(name: string, pack: string, expected: Record<string, unknown>): Promise<void> {
  await expect.poll(() => newestOf(name, pack)).toMatchObject(expected);
}

const called = { status: 'waiting', waiting_for: 'confirmation', phrase: expect.any(String) };

/** Who has borrowed a pack. */
const holders = async (pack: string) =>
  (
    await rows(
      `select holder->>'name' as name from packtrain.borrows where ended_at is null and pack = '${pack}'`,
    )
  ).map((r) => r.name);
const says = async (pack: string) =>
  /echo (.*)/.exec(await readFile(join(server.live, pack, 'actions', 'cook.sh'), 'utf8'))?.[1];

/** How often something went live as a pack. */
const activations = async (pack: string) =>
  Number((await rows(`select count(*)::int as n from packtrain.activations where pack = '${pack}'`))[0]?.n);

async function killAndStart(): Promise<void> {
  await server.kill();
  await server.start();
}

/** Something that somebody does so many milliseconds before the server is killed. */
interface Before {
  readonly moment: number;
  readonly what: () => Promise<void>;
}

/** Lets people do things, each at its moment before the server is killed. */
async function killAfter(things: readonly Before[]): Promise<void> {
  const longest = Math.max(...things.map(({ moment }) => moment));
  const doThem = things.map(async ({ moment, what }) => {
    await sleep(longest - moment);
    await what();
    await sleep(moment);
  });
  await Promise.all(doThem);
  await killAndStart();
}

async function heard(pattern: RegExp): Promise<number> {
  const said = await rows('select text from packtrain.room_messages where from_bot');
  return said.filter((row) => pattern.test(String(row.text))).length;
}

const calledForBeans = /^Say .*your deployment of \*beans\*/m;

async function confirm(name: string, pack: string): Promise<void> {
  await say(name, String((await newestOf(name, pack)).phrase));
  await expect
    .poll(async () => (await newestOf(name, pack)).waiting_for, { interval: 5 })
    .not.toBe('confirmation');
}

describe('a server that is killed', () => {
  it('has people who wait, and who say their phrases just before', async () => {
    const packs = confirmed.map(([pack]) => pack);
    await say('jjm', '!pack deploy Kitchen beans feature/x');
    await say('bob', `!pack deploy Kitchen ${packs.join(',')} feature/y`);
    await becomes('jjm', 'beans', { status: 'succeeded' });
    await becomes('bob', 'ears', { status: 'succeeded' });
    await say('bob', '!pack deploy Kitchen beans feature/y');
    for (const pack of packs) await say('jjm', `!pack deploy Kitchen ${pack} feature/x`);
    await becomes('bob', 'beans', { status: 'waiting', waiting_for: 'turn' });
    for (const pack of packs) await becomes('jjm', pack, { status: 'waiting', waiting_for: 'turn' });
    for (const pack of packs) await say('bob', `!pack return ${pack}`);
    for (const pack of packs) await becomes('jjm', pack, called);
    await killAfter(confirmed.map(([pack, moment]) => ({ moment, what: () => confirm('jjm', pack) })));
  });

  it('while somebody waits, lets them wait on and calls them when their turn comes', async () => {
    expect(await holders('beans')).toEqual(['jjm']);
    await say('jjm', '!pack return beans');
    await becomes('bob', 'beans', called);
  });

  it.each(confirmed)(
    'after the phrase was said and before it is done (%s, %i ms), does what was confirmed',
    async (pack) => {
      await becomes('jjm', pack, { status: 'succeeded' });
      expect(await holders(pack)).toEqual(['jjm']);
      expect(await says(pack)).toBe('feature/x');
    },
  );
});

describe('a server that is killed once more', () => {
  let phrase: unknown;
  const before = new Map<string, number>();

  it('has people who are called, and who give packs back just before', async () => {
    // Bob gets them again.
    for (const [pack] of confirmed) await say('jjm', `!pack return ${pack}`);
    for (const [pack] of confirmed) await expect.poll(() => holders(pack)).toEqual([]);
    for (const [pack] of given) await say('bob', `!pack deploy Kitchen ${pack} feature/y`);
    for (const [pack] of removed) await say('bob', `!pack deploy Kitchen ${pack} feature/${pack}`);
    for (const [pack] of [...given, ...removed]) {
      await expect.poll(() => holders(pack)).toEqual(['bob']);
      await becomes('bob', pack, { status: 'succeeded' });
      before.set(pack, await activations(pack));
    }
    phrase = (await newestOf('bob', 'beans')).phrase;
    await expect.poll(() => heard(calledForBeans)).toBe(1);
    await killAfter(
      [...given, ...removed].map(([pack, moment]) => ({
        moment,
        what: () => say('bob', `!pack return ${pack}`),
      })),
    );
  });

  it('while somebody is called, takes the same phrase after it, which was said once', async () => {
    expect((await newestOf('bob', 'beans')).phrase).toBe(phrase);
    await say('bob', String(phrase));
    await expect.poll(() => holders('beans')).toEqual(['bob']);
    await becomes('bob', 'beans', { status: 'succeeded' });
    expect(await says('beans')).toBe('feature/y');
    expect(await heard(calledForBeans)).toBe(1);
  });

  it.each(given)('while a pack is given back (%s, %i ms), gives it back once', async (pack) => {
    await expect.poll(() => holders(pack)).toEqual([]);
    await becomes('bob', pack, { status: 'succeeded' });
    expect(await says(pack)).toBe('main');
    expect(await activations(pack)).toBe(Number(before.get(pack)) + 1);
  });

  it.each(removed)('while a pack is removed (%s, %i ms), removes it', async (pack) => {
    await expect.poll(() => holders(pack)).toEqual([]);
    await becomes('bob', pack, { status: 'succeeded' });
    await expect(readFile(join(server.live, pack, 'pack.yaml'), 'utf8')).rejects.toThrow('ENOENT');
  });
});

describe('two servers on one database', () => {
  it('give back what is over once, and tell its holder once', async () => {
    const second = await startServer({ databaseUrl: postgres.url, config: () => config(server.live) });
    const told = (kind: string) => rows(`select id from packtrain.notices where notice->>'kind' = '${kind}'`);
    try {
      await say('jjm', '!pack deploy Kitchen ears feature/x for 5m');
      await expect.poll(() => holders('ears')).toEqual(['jjm']);
      await expect.poll(() => told('return-soon')).toHaveLength(1);
      await postgres.query(
        `update packtrain.borrows set until = $1 where ended_at is null and pack = 'ears'`,
        [new Date()],
      );
      await expect.poll(() => holders('ears')).toEqual([]);
      await expect.poll(() => told('returned')).toHaveLength(1);
      // Whoever looks for locks that are over has looked at the borrows just before: each of the two once more.
      const looking = await hold(postgres, 'lock table packtrain.locks in exclusive mode');
      await expect.poll(() => standingStill(postgres)).toBe(2);
      await looking.letGo();
      expect(await rows(`select id from packtrain.deployments where via = 'timer'`)).toHaveLength(1);
      for (const kind of ['return-soon', 'returned']) expect(await told(kind)).toHaveLength(1);
    } finally {
      await second.close();
    }
  });
});
