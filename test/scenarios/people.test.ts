import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { codeIn } from '../fixtures/harbour.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';

const postgres = withPostgres();
let kitchen: FixtureRepository;
let server: ServerFixture;

beforeAll(async () => {
  kitchen = await makeRepository({ files: packFiles('beans', { root: 'packs/beans/' }) });
  await kitchen.commit(packFiles('beans', { root: 'packs/beans/', says: 'decaf' }), {
    branch: 'decaf',
    from: 'refs/heads/main',
  });
  server = await startServer({
    databaseUrl: postgres.url,
    config: ({ live }) => `repositories:
  Kitchen: { repo: ${kitchen.url}, subtree: true }
targets:
  default: { kind: directory, path: ${live} }
`,
  });
});
afterAll(async () => {
  await server?.close();
  await kitchen?.remove();
});

/** What a line is answered that an account of some chat says, with the key of this machine. */
async function say(as: string, line: string): Promise<string> {
  return (await server.say(`pack ${line}`, as)).text;
}

/** Ends the server at once, and starts another on what it left. */
async function killed(): Promise<void> {
  await server.kill();
  await server.start();
}

it('somebody’s accounts are joined across servers that are killed after each step, and share what they borrow', async () => {
  const first = codeIn(await say('slack:U1', 'link'));
  await killed();
  const second = codeIn(await say('irc:ann', `link ${first}`));
  await killed();
  expect(await say('slack:U1', `link ${second}`)).toMatch(
    /^🔗 You are one person now with `irc:ann` and `slack:U1`/,
  );
  await killed();
  expect(await say('irc:ann', 'whoami')).toMatch(/^You are `irc:ann`\.\n• `slack:U1`, joined just now/);

  const { deployment = 0 } = await server.say('pack deploy Kitchen beans decaf', 'slack:U1');
  expect((await server.ended(deployment)).status).toBe('succeeded');
  expect(await say('slack:U666', 'extend beans 30m')).toMatch(/has borrowed beans/);
  expect(await say('irc:ann', 'extend beans 30m')).toMatch(/^\*beans\* is yours on _decaf_/);

  // What another server has changed is known here as soon as the database says so.
  await postgres.query('delete from packtrain.linked_accounts');
  await postgres.query("select pg_notify('packtrain_people', '')");
  await expect
    .poll(() => say('irc:ann', 'extend beans 30m'), { timeout: 30_000 })
    .toMatch(/has borrowed beans/);
});
