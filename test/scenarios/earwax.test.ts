import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';

const postgres = withPostgres();
const branch = 'Feature/factor-out-earwax-beans';
let repository: FixtureRepository;
let server: ServerFixture;

beforeAll(async () => {
  repository = await makeRepository({ files: packFiles('awesomepack', { root: 'packs/awesomepack/' }) });
  await repository.commit(packFiles('awesomepack', { root: 'packs/awesomepack/', says: 'ear wax' }), {
    branch,
    from: 'refs/heads/main',
  });
  await repository.commit(packFiles('awesomepack', { root: 'packs/awesomepack/', says: 'other' }), {
    branch: 'feature/other',
    from: 'refs/heads/main',
  });
  server = await startServer({
    databaseUrl: postgres.url,
    config: ({ live }) => `repositories:
  MyAwesomePackRepo: { repo: ${repository.url}, subtree: true }
targets:
  default: { kind: directory, path: ${live} }
chat:
  web: { channels: [ops] }
queue:
  phrases: ["alas! ear wax!"]
`,
  });
});
afterAll(async () => {
  await server.close();
  await repository.remove();
});

let spoken = 0;

async function say(as: string, text: string): Promise<void> {
  spoken += 1;
  const body = JSON.stringify({ text, as, key: `line-${spoken}` });
  const response = await server.api('/rooms/ops/messages', { method: 'POST', body });
  expect(response.status).toBe(200);
}

/** What the bot has said in the room, oldest first, as it stands now. */
async function heard(): Promise<string[]> {
  const rows = await postgres.query('select text from packtrain.room_messages where from_bot order by id');
  return rows.map((row) => String(row.text));
}

async function hear(pattern: RegExp): Promise<string> {
  await expect.poll(async () => (await heard()).some((text) => pattern.test(text))).toBe(true);
  return (await heard()).findLast((text) => pattern.test(text)) ?? '';
}

const firstLine = (text: string) => text.split('\n')[0];

it('tells whose turn it is, waits for the phrase, and goes on with the word of the right one', async () => {
  await say('ann', '!pack deploy MyAwesomePackRepo awesomepack feature/other');
  await hear(/is live at `feature\/other@/);
  await say('jjm', `!pack deploy MyAwesomePackRepo awesomepack ${branch}`);
  const waits = await hear(/Waiting to deploy .*Feature\/factor-out-earwax-beans/);
  expect(waits).toContain('*ann*');

  await say('ann', '!pack return awesomepack');
  const call = await hear(/^Say /m);
  expect(firstLine(call)).toBe(
    'Say _alas! ear wax!_ to complete your deployment of *awesomepack* from *MyAwesomePackRepo* branch _Feature/factor-out-earwax-beans_.',
  );

  await say('bob', 'alas! ear wax!');
  expect(await hear(/not your turn|'s turn|turn of/i)).toContain('jjm');
  await say('jjm', 'Alas, EAR wax…');
  const answer = await hear(/^@jjm: Deploying/);
  expect(firstLine(answer)).toBe('@jjm: Deploying *awesomepack* from *MyAwesomePackRepo* for you…');

  await hear(/is live at `Feature\/factor-out-earwax-beans@/);
  const file = join(server.live, 'awesomepack', 'actions', 'cook.sh');
  expect(await readFile(file, 'utf8')).toContain('ear wax');

  await say('jjm', 'alas! ear wax!');
  await say('jjm', '!pack who');
  expect(await hear(/awesomepack.*jjm/s)).toContain('jjm');
});
