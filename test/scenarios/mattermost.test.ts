import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeMattermost } from '../fixtures/chats/mattermost/fake.js';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';

const patience = { timeout: 30_000 };
const endpoint = 'https://packtrain.example.com/chats/mattermost';
const postgres = withPostgres();
let kitchen: FixtureRepository;
let mattermost: FakeMattermost;
let server: ServerFixture;

const beans = (says: string) => packFiles('beans', { root: 'packs/beans/', says });
const said = (to = 'ann') => mattermost.sees(to).filter(({ author }) => author === 'Packtrain');
const texts = () => said().map(({ text }) => text);
const hears = (words: RegExp) => expect.poll(() => texts().join('\n'), patience).toMatch(words);
const live = () => readFile(join(server.live, 'beans/actions/cook.sh'), 'utf8').catch(() => '');

beforeAll(async () => {
  kitchen = await makeRepository({ files: beans('hello') });
  await kitchen.commit(beans('decaf'), { branch: 'feature/decaf', from: 'refs/heads/main' });
  mattermost = await FakeMattermost.open();
  // An old server, so that an answer is soon too long.
  mattermost.mood.maxPostSize = 1_200;
  server = await startServer({
    databaseUrl: postgres.url,
    env: { MATTERMOST_TOKEN: mattermost.token, MATTERMOST_SLASH_TOKEN: mattermost.slashToken },
    config: ({ live: path }) => `repositories:
  Kitchen:
    repo: ${kitchen.url}
    subtree: true
    borrow: { return_after: 1h, warn_before: 59m }
targets:
  default: { kind: directory, path: ${path} }
chats:
  mattermost:
    url: ${mattermost.url}
    token: { env: MATTERMOST_TOKEN }
    endpoint_url: ${endpoint}
    slash_tokens: [{ env: MATTERMOST_SLASH_TOKEN }]
`,
  });
  mattermost.resolve = (url) => url.replace('https://packtrain.example.com', server.url);
});
afterAll(async () => {
  await server?.close();
  await mattermost?.close();
  await kitchen?.remove();
});

it('borrows a pack for a branch, warns with buttons, and gives it back when one is pressed', async () => {
  mattermost.says('ann', '!pack deploy Kitchen beans', { key: 'k1' });
  await hears(/✅ \*\*beans\*\* from \*\*Kitchen\*\* is live at `main@[0-9a-f]{7}`/);
  const { status } = await mattermost.commands('ann', '/pack deploy Kitchen beans feature/decaf for 30m', {
    url: endpoint,
  });
  expect(status).toBe(200);
  await expect.poll(live, patience).toContain('decaf');
  await expect
    .poll(() => said().flatMap(({ buttons }) => buttons), patience)
    .toEqual(['Extend by 30m', 'Return']);
  const warning = said().find(({ buttons }) => buttons.length > 0);
  expect(warning?.text).toContain('@ann');

  // Everybody may press; whose pack it is, Packtrain knows, and who pressed, Mattermost signs.
  expect(await mattermost.presses('bob', warning?.id ?? '', 'Return')).toBe(200);
  await expect.poll(() => said('bob').at(-1)?.text, patience).toMatch(/You may not: ann has borrowed beans/);
  expect(await mattermost.presses('ann', warning?.id ?? '', 'Return', { as: 'bob' })).toBe(401);
  expect(await live()).toContain('decaf');

  expect(await mattermost.presses('ann', warning?.id ?? '', 'Return')).toBe(200);
  await expect.poll(live, patience).toContain('hello');
  await hears(/✅ \*\*beans\*\* is back at `main@[0-9a-f]{7}`/);
  const now = () => said().find(({ id }) => id === warning?.id);
  await expect.poll(() => now()?.buttons, patience).toEqual([]);
  expect(now()?.text).toMatch(/\*\*beans\*\* is not borrowed any more/);
});

it('cuts an answer that is too long, and shows all of it to who is signed in', async () => {
  mattermost.says('bob', '@packtrain help', { key: 'help' });
  await expect.poll(() => said('bob').at(-1)?.text, patience).toMatch(/…\[all of it\]\(http/);
  const short = said('bob').at(-1)?.text ?? '';
  expect(short.length).toBeLessThanOrEqual(1_200);
  const page = /\((http[^()]+\/said\/\d+)\)/.exec(short)?.[1] ?? '';
  expect((await fetch(page)).status).toBe(401);

  mattermost.says('bob', 'login', { key: 'login', isDirect: true });
  const link = /http[^\s()]+\/login\?token=[\w-]+/;
  await expect.poll(() => said('bob').at(-1)?.text, patience).toMatch(link);
  expect(texts().join('\n')).not.toMatch(link);
  const { searchParams } = new URL(link.exec(said('bob').at(-1)?.text ?? '')?.[0] ?? '');
  const signedIn = await fetch(`${server.url}/login`, {
    method: 'POST',
    body: new URLSearchParams({ token: searchParams.get('token') ?? '' }),
    headers: { 'sec-fetch-site': 'same-origin' },
    redirect: 'manual',
  });
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const shown = await fetch(page, { headers: { cookie } });
  expect(shown.status).toBe(200);
  const all = await shown.text();
  expect(all).toContain('Said in mattermost');
  // What is cut off in the chat stands on the page.
  expect(short).not.toContain('pack login');
  expect(all).toContain('pack login');
});

it('takes no press that Mattermost was not given by Packtrain, and tells nobody its secrets', async () => {
  const [{ id, channel_id } = { id: '', channel_id: '' }] = mattermost.village.posts;
  const context = { value: 'return beans', proof: 'guessed' };
  expect((await mattermost.postPress('ann', { id, channel_id }, { url: endpoint, context })).status).toBe(
    401,
  );
  for (const secret of [mattermost.token, mattermost.slashToken]) expect(server.output).not.toContain(secret);
});
