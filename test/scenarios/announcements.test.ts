import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';
import { joinRoom, type Talk } from '../fixtures/talk.js';

const postgres = withPostgres();
let kitchen: FixtureRepository;
let server: ServerFixture;
let room: Talk;

beforeAll(async () => {
  const files = (pack: string) => packFiles(pack, { root: `packs/${pack}/` });
  kitchen = await makeRepository({ files: { ...files('beans'), ...files('ears') } });
  server = await startServer({
    databaseUrl: postgres.url,
    config: ({ live }) => `repositories:
  Kitchen:
    repo: ${kitchen.url}
    subtree: true
    auto_deployment: { branch: main, notify_channel: ops, poll_every: 1s }
    announce_channel: general
targets:
  default: { kind: directory, path: ${live} }
chat:
  web: { channels: [general, ops] }
`,
  });
  room = await joinRoom(server, { room: 'general' });
});
afterAll(async () => {
  room?.leave();
  await server?.close();
  await kitchen?.remove();
});

it('tells what a push brings, in one message for all its packs, and nothing twice', async () => {
  const told = () => room.heard.map(({ text }) => text);
  const first =
    /^📣 There is news of 2 packs from \*Kitchen\*\.\n\n🎉 \*beans\* is new: .*\n\n🎉 \*ears\* is new: /su;
  await expect.poll(told, { timeout: 30_000 }).toEqual([expect.stringMatching(first)]);
  await kitchen.commit({
    'packs/beans/aliases/tea.yaml': 'name: tea\naction_ref: beans.cook\nformats: ["tea"]\n',
    '.changes/tea.md': '---\nbeans: minor\n---\nThere is **tea** now: say `tea`.\n',
  });
  const tea = '✨ What is new in *beans* 1.0.0:\n• There is *tea* now: say `tea`.';
  await expect.poll(told, { timeout: 30_000 }).toEqual([expect.stringMatching(first), tea]);
  const { text } = await server.say('pack announce preview beans');
  expect(text).toBe('There is nothing to announce of *beans*: what is live has no news.');
  room.leave();
  await server.kill();
  await server.start();
  await server.ended((await server.say('pack deploy Kitchen beans')).deployment ?? 0);
  expect(await postgres.query('select state from packtrain.announcements')).toEqual([
    { state: 'sent' },
    { state: 'sent' },
  ]);
});
