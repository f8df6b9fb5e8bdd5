import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wrongsNow, wrongTellings } from '../fixtures/borrow-checks.js';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';

const postgres = withPostgres();
const runs = Number(process.env.PACKTRAIN_MODEL_RUNS ?? 1);
let repository: FixtureRepository;
let server: ServerFixture;
let spoken = 0;

beforeAll(async () => {
  const files = ['beans', 'ears'].map((pack) => packFiles(pack, { root: `packs/${pack}/` }));
  repository = await makeRepository({ files: Object.assign({}, ...files) });
  for (const branch of ['feature/x', 'feature/y']) {
    const changed = ['beans', 'ears'].map((pack) =>
      packFiles(pack, { root: `packs/${pack}/`, says: branch }),
    );
    await repository.commit(Object.assign({}, ...changed), { branch, from: 'refs/heads/main' });
  }
  server = await startServer({
    databaseUrl: postgres.url,
    config: ({ live }) => `repositories:
  Kitchen: { repo: ${repository.url}, subtree: true, borrow: { return_after: 1h } }
targets:
  default: { kind: directory, path: ${live} }
admins: [ann]
chat:
  web: { channels: [ops] }
queue: { confirm_within: 4s }
`,
  });
});
afterAll(async () => {
  await server.close();
  await repository.remove();
});

const who = fc.constantFrom('ann', 'bob', 'jjm');
const packs = fc.constantFrom('beans', 'ears', 'beans,ears');
const branch = fc.constantFrom('', ' feature/x', ' feature/y');
const line = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(packs, branch).map(([p, b]) => `!pack deploy Kitchen ${p}${b}`) },
  { weight: 2, arbitrary: packs.map((p) => `!pack return ${p.split(',')[0]}`) },
  { weight: 1, arbitrary: packs.map((p) => `!pack lock ${p.split(',')[0]} because lunch`) },
  { weight: 1, arbitrary: packs.map((p) => `!pack unlock ${p.split(',')[0]}`) },
  { weight: 1, arbitrary: fc.constantFrom('!pack cancel', '!pack defer', '!pack steal beans') },
);
const happening = fc.oneof(
  { weight: 8, arbitrary: fc.record({ who, line }) },
  { weight: 3, arbitrary: fc.constant({ phrase: true as const }) },
  { weight: 1, arbitrary: fc.constant({ kill: true as const }) },
);
const stories = fc.array(fc.record({ happening, pauseMs: fc.constantFrom(0, 30, 150, 600) }), {
  minLength: 12,
  maxLength: 16,
  size: 'max',
});

async function say(as: string, text: string): Promise<void> {
  spoken += 1;
  const body = JSON.stringify({ text, as, key: `model-${spoken}` });
  expect((await server.api('/rooms/ops/messages', { method: 'POST', body })).status).toBe(200);
}

/** Everybody who is asked says their phrase. */
async function sayPhrases(): Promise<void> {
  const asked = await postgres.query(
    `select q.phrase, d.requester->>'name' as name from packtrain.queue_entries q
     join packtrain.deployments d on d.id = q.deployment where q.phrase is not null and q.confirmed_at is null`,
  );
  for (const { phrase, name } of asked) await say(String(name), String(phrase));
}

async function happen(one: { who: string; line: string } | { phrase: true } | { kill: true }): Promise<void> {
  if ('line' in one) return await say(one.who, one.line);
  if ('phrase' in one) return await sayPhrases();
  await server.kill();
  await server.start();
}

async function names(statement: string): Promise<string[]> {
  return (await postgres.query(statement)).map((row) => String(row.name));
}

/** An admin unlocks and gives back everything, and all phrases are said: then all must end by itself. */
async function calmDown(): Promise<void> {
  for (let round = 0; round < 40; round++) {
    for (const name of await names('select name from packtrain.locks where ended_at is null'))
      await say('ann', `!pack unlock ${name}`);
    await sayPhrases();
    await sleep(500);
    expect(await wrongsNow(postgres.query)).toEqual([]);
    const open = await names('select id as name from packtrain.deployments where ended_at is null');
    const borrowed = await names('select pack as name from packtrain.borrows where ended_at is null');
    if (open.length === 0 && borrowed.length === 0) return;
    if (round % 4 === 3) for (const name of borrowed) await say('ann', `!pack return ${name}`);
  }
  throw new Error(
    `something waits for ever: ${JSON.stringify(await postgres.query('select * from packtrain.queue_entries'))}`,
  );
}

it(
  'keeps its promises to people in a room, however often it is killed',
  async () => {
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        for (const { happening: one, pauseMs } of story) {
          await happen(one);
          await sleep(pauseMs);
          expect(await wrongsNow(postgres.query)).toEqual([]);
        }
        await calmDown();
        expect(await wrongTellings(postgres.query)).toEqual([]);
        // Every answer in the room is the last one.
        await expect
          .poll(() => names('select deployment as name from packtrain.replies where not is_final'))
          .toEqual([]);
        expect(await names('select id as name from packtrain.notices where posted_at is null')).toEqual([]);
      }),
      { numRuns: runs, endOnFailure: true },
    );
  },
  60_000 + runs * 60_000,
);
