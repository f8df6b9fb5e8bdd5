import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';
import { holdPacks, joinRoom, type Talk } from '../fixtures/talk.js';

const postgres = withPostgres();
let kitchen: FixtureRepository;
let server: ServerFixture;
let room: Talk;
let letGo: () => Promise<void>;

const beans = (says: string) => packFiles('beans', { root: 'packs/beans/', says });
const ears = (says: string) => packFiles('ears', { root: 'packs/ears/', says });

beforeAll(async () => {
  kitchen = await makeRepository({ files: { ...beans('hello'), ...ears('hello') } });
  await kitchen.commit(beans('decaf'), { branch: 'feature/decaf', from: 'refs/heads/main' });
  server = await startServer({
    databaseUrl: postgres.url,
    config: ({ live }) => `repositories:
  Kitchen: { repo: ${kitchen.url}, subtree: true }
targets:
  default: { kind: directory, path: ${live} }
chat:
  web: { channels: [ops] }
`,
  });
  room = await joinRoom(server);
});
afterAll(async () => {
  room?.leave();
  await server?.close();
  await kitchen?.remove();
});
beforeEach(async () => {
  letGo = await holdPacks(server.live, 'beans', 'ears');
});
afterEach(() => letGo());

/** Waits until somebody's turn has come and says the word for it. */
async function confirm(line: Awaited<ReturnType<Talk['say']>>, as: string): Promise<void> {
  await room.shows(line, /your turn|Say _|phrase/i);
  expect((await room.ask('!pack confirm', as)).text).toMatch(/^@\w+: Deploying/);
}

/** Gives the beans back, so that the next story finds them free. */
async function giveBack(as: string): Promise<void> {
  expect((await room.reply(await room.say('!pack return beans', as))).verdict).toMatch(/^[✅↩]/u);
}

async function says(pack: string): Promise<string> {
  return readFile(join(server.live, pack, 'actions/cook.sh'), 'utf8');
}

describe('two people want the same pack', () => {
  it('the second waits, sees who is ahead, and then goes live', async () => {
    const anns = await room.say('!pack deploy Kitchen beans', 'ann');
    await room.shows(anns, /^🚂/);
    const bobs = await room.say('!pack deploy Kitchen beans feature/decaf', 'bob');
    const waiting = await room.shows(bobs, /Waiting/);
    expect(waiting).toMatch(
      /^⏳ Waiting to deploy \*beans\* from \*Kitchen\* at `feature\/decaf@[0-9a-f]{7}` for \*bob\*: next in line, after \[#1\]/,
    );
    const queue = await room.ask('!pack queue', 'jjm');
    expect(queue.text).toMatch(
      /^2 open deployments, 1 running:\n1\. .*\*ann\*.*\n2\. .*\*bob\*: waits(?: until about \d\d:\d\d(?: tomorrow)?)?, after/,
    );

    await letGo();

    expect((await room.reply(anns)).verdict).toMatch(/^✅ \*beans\* from \*Kitchen\* is live at `main@/);
    await confirm(bobs, 'bob');
    const bobsEnd = await room.reply(bobs);
    expect(bobsEnd.verdict).toMatch(/^✅ \*beans\* from \*Kitchen\* is live at `feature\/decaf@/);
    expect(bobsEnd.text).toContain('For *bob*');
    expect(await says('beans')).toContain('decaf');
    await giveBack('bob');
  });

  it('others with other packs pass by', async () => {
    await kitchen.commit(beans('hello again'));
    const first = await room.say('!pack deploy Kitchen beans main', 'ann');
    await room.shows(first, /^🚂/);
    const second = await room.say('!pack deploy Kitchen beans feature/decaf', 'bob');
    await room.shows(second, /Waiting/);
    const other = await room.say('!pack deploy Kitchen ears', 'jjm');
    await room.shows(other, /^🚂/);
    await letGo();
    await confirm(second, 'bob');
    for (const line of [first, second, other]) expect((await room.reply(line)).verdict).toMatch(/^✅/);
    await giveBack('bob');
  });
});

describe('somebody who waits', () => {
  it('cancels, and nothing was changed for them', async () => {
    await kitchen.commit(beans('hello to cancel'));
    const anns = await room.say('!pack deploy Kitchen beans main', 'ann');
    await room.shows(anns, /^🚂/);
    const bobs = await room.say('!pack deploy Kitchen beans feature/decaf', 'bob');
    await room.shows(bobs, /Waiting/);

    const cancel = await room.ask('!pack cancel', 'bob');

    expect(cancel.text).toMatch(/^🛑 \*bob\*, \[#\d+\]\(.*\) (is being|was) canceled\./);
    const end = await room.reply(bobs);
    expect(end.verdict).toBe(
      '🛑 The deployment of *beans* from *Kitchen* was canceled by *bob*. Nothing was changed.',
    );
    await letGo();
    expect((await room.reply(anns)).verdict).toMatch(/^✅/);
    expect(await says('beans')).toContain('hello');
  });

  it('has nothing to cancel once it is done', async () => {
    expect((await room.ask('!pack cancel', 'bob')).text).toMatch(/^\*?bob\*?, you have no open deployment\./);
  });
});
