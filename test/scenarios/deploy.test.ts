import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';
import { joinRoom, type Talk } from '../fixtures/talk.js';

const postgres = withPostgres();
let kitchen: FixtureRepository;
let bell: FixtureRepository;
let empty: FixtureRepository;
let server: ServerFixture;
let room: Talk;

const inKitchen = (pack: string, says: string) => packFiles(pack, { root: `packs/${pack}/`, says });
const threePacks = (says: string) => ({
  ...inKitchen('beans', says),
  ...inKitchen('ears', says),
  ...inKitchen('weather', says),
});

beforeAll(async () => {
  kitchen = await makeRepository({ files: threePacks('hello') });
  bell = await makeRepository({ files: packFiles('bell', { says: 'ding' }), branch: 'trunk' });
  empty = await makeRepository();
  server = await startServer({
    databaseUrl: postgres.url,
    env: { FAR_TOKEN: 'far-t0ken-of-the-kitchen' },
    config: ({ live }) => `repositories:
  Kitchen: { repo: ${kitchen.url}, subtree: true }
  Bell: { repo: ${bell.url}, subtree: false }
  Empty: { repo: ${empty.url}, subtree: true }
  Far:
    repo: https://git.example.com/ops/far.git
    subtree: true
    credentials: { token: { env: FAR_TOKEN } }
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
  await Promise.all([kitchen, bell, empty].map((repository) => repository?.remove()));
});

/** What the action of a live pack says. */
async function says(pack: string): Promise<string> {
  const text = await readFile(join(server.live, pack, 'actions/cook.sh'), 'utf8');
  return text.replace(/^.*echo |\n$/gs, '');
}

describe('somebody deploys by chat', () => {
  it('one pack: its files are live, and one message tells it from the asking to the end', async () => {
    const reply = await room.ask('!pack deploy Kitchen beans');

    expect(reply.texts[0]).toMatch(/^⏳ .*\*beans\* from \*Kitchen\* for \*ann\*/);
    expect(reply.text).toMatch(
      /^✅ \*beans\* from \*Kitchen\* is live at `main@[0-9a-f]{7}`\.\n• new pack, 1\.0\.0 with 1 action, 1 alias, 1 rule\nFor \*ann\*, took \d+\.\d s · \[#1\]\(http/,
    );
    expect(await says('beans')).toBe('hello');
    expect(existsSync(join(server.live, 'ears'))).toBe(false);
    const messages = room.heard.filter((one) => one.deployment === reply.deployment);
    expect(new Set(messages.map((one) => one.id)).size).toBe(1);
  });

  it('without packs: those that differ from what is live', async () => {
    const reply = await room.ask('!pack deploy Kitchen');
    expect(reply.verdict).toMatch(/^✅ \*ears\* and \*weather\* from \*Kitchen\* are live/);
    expect(reply.text).toContain('Live as asked already: *beans*.');
  });

  it('`*`, all of them, which are live already', async () => {
    const reply = await room.ask('!pack deploy Kitchen *');
    expect(reply.verdict).toMatch(
      /^✅ Nothing to do: \*beans\*, \*ears\* and \*weather\* from \*Kitchen\* are live .* already/,
    );
  });

  it.each([
    ['by place', '!pack deploy Kitchen beans,ears one', 'one', ['beans', 'ears']],
    ['with spaces after commas', '!pack deploy Kitchen beans, ears two', 'two', ['beans', 'ears']],
    ['by name', '!pack deploy Kitchen packs beans branch three', 'three', ['beans']],
    ['by name, with spaces', '!pack deploy Kitchen packs beans, ears branch four', 'four', ['beans', 'ears']],
    ['by name, without a branch', '!pack deploy Kitchen packs beans', 'hello', ['beans']],
    ['by name, without packs', '!pack deploy Kitchen branch five', 'five', ['beans', 'ears', 'weather']],
    ['a branch with a slash', '!pack deploy Kitchen beans feature/six', 'feature/six', ['beans']],
    ['a branch with `=`', '!pack deploy Kitchen beans fix/a=b', 'fix/a=b', ['beans']],
    ['back to the default branch', '!pack deploy Kitchen *', 'hello', ['beans', 'ears', 'weather']],
  ])('%s', async (_, line, branch, packs) => {
    if (branch !== 'hello')
      await kitchen.commit(threePacks(branch.replaceAll(/\W/g, '-')), { branch, from: 'refs/heads/main' });

    const reply = await room.ask(line);

    expect(reply.verdict).toMatch(/^✅ .* live at /);
    expect(reply.verdict).toContain(branch === 'hello' ? '`main@' : `\`${branch}@`);
    for (const pack of packs) expect(await says(pack)).toBe(branch.replaceAll(/\W/g, '-'));
  });

  it('a repository that is one pack, from the default branch that its remote has', async () => {
    const reply = await room.ask('!pack deploy Bell');
    expect(reply.verdict).toMatch(/^✅ \*bell\* from \*Bell\* is live at `trunk@/);
    expect(await says('bell')).toBe('ding');
  });

  it('what was pushed by force, also the history that it left behind', async () => {
    const before = await bell.commit(packFiles('bell', { says: 'dong' }));
    await room.ask('!pack deploy Bell');
    await bell.commit(packFiles('bell', { says: 'forced' }), { orphan: true });

    const reply = await room.ask('!pack deploy Bell bell trunk');

    expect(reply.verdict).toMatch(/^✅ \*bell\*/);
    expect(await says('bell')).toBe('forced');
    const back = await room.ask('!pack rollback bell');
    expect(back.verdict).toContain(`is back at \`trunk@${before.slice(0, 7)}\``);
    expect(await says('bell')).toBe('dong');
  });

  it('from an empty repository: it says so, and deploys once there is something', async () => {
    const nothing = await room.ask('!pack deploy Empty');
    expect(nothing.verdict).toMatch(/^❌/);
    expect(nothing.text).toContain('Empty is empty: its remote has no branch yet.');
    await empty.commit(inKitchen('spoon', 'full'));
    expect((await room.ask('!pack deploy Empty')).verdict).toMatch(/^✅ \*spoon\* from \*Empty\* is live/);
  });
});

describe('a broken pack in the middle', () => {
  it('never reads as success, and says what is live and what to mend', async () => {
    await kitchen.commit({
      ...threePacks('mended'),
      'packs/ears/pack.yaml': 'ref: ears\nname: ears\nversion: one\ndescription: x\nauthor: ann\n',
    });

    const reply = await room.ask('!pack deploy Kitchen *');

    expect(reply.verdict).toMatch(
      /^❌ Of 3 packs from \*Kitchen\*, 1 failed: \*ears\*\. The other 2 are live at `main@/,
    );
    expect(reply.text).not.toContain('✅');
    expect(reply.text).toMatch(/✗ .*ears.*packs\/ears\/pack\.yaml:3/s);
    expect([await says('beans'), await says('ears'), await says('weather')]).toEqual([
      'mended',
      'hello',
      'mended',
    ]);
    const history = await room.ask('!pack history ears');
    expect(history.text.split('\n')[1]).toContain('❌');
  });

  it('goes live once it is mended, alone', async () => {
    await kitchen.commit(threePacks('mended'));
    const reply = await room.ask('!pack deploy Kitchen');
    expect(reply.verdict).toMatch(/^✅ \*ears\* from \*Kitchen\* is live/);
  });
});

describe('a rollback', () => {
  it('puts what was live before back, and tells what that changes', async () => {
    const dark = packFiles('beans', { root: 'packs/beans/', says: 'dark', version: '2.0.0' });
    await kitchen.commit(dark, { branch: 'roast', from: 'refs/heads/main' });
    await room.ask('!pack deploy Kitchen beans roast');
    expect(await says('beans')).toBe('dark');

    const reply = await room.ask('!pack rollback beans');

    expect(reply.verdict).toMatch(/^✅ \*beans\* is back at `main@[0-9a-f]{7}`\.$/);
    expect(reply.text).toContain('version 2.0.0 → 1.0.0');
    expect(await says('beans')).toBe('mended');
  });
});

describe('somebody asks', () => {
  it('what would change, and nothing does', async () => {
    const more = { ...inKitchen('beans', 'more'), ...newAction('beans', 'grind') };
    await kitchen.commit(more, { branch: 'grinder', from: 'refs/heads/main' });

    const reply = await room.ask('!pack diff Kitchen beans grinder');

    expect(reply.text).toMatch(/^Deploying \*Kitchen\* at `grinder@[0-9a-f]{7}` would change \*beans\*:/);
    expect(reply.text).toContain('• new action `beans.grind`: Grinds them');
    expect(await says('beans')).toBe('mended');
  });

  it('for the line that clones a repository, and sees no token in it', async () => {
    const reply = await room.ask('!show git clone Far');
    expect(reply.text).toBe('`git clone https://git.example.com/ops/far.git`');
    expect((await room.ask('!show git clone Kitchen')).text).toBe(`\`git clone ${kitchen.url}\``);
  });

  it.each([
    ['!pck deploy Kitchen beans', 'Did you mean `!pack deploy Kitchen beans`?'],
    ['!pack deplyo Kitchen', 'Did you mean `!pack deploy Kitchen`?'],
    ['!pack deploy Kichen beans', 'Did you mean Kitchen?'],
    ['!pack deploy Kitchen baens', 'Did you mean beans?'],
    ['!pack deploy Kitchen beans mian', 'Did you mean main?'],
    ['!pack deploy Kitchen beans branch', 'lacks the branch'],
    ['!pack rollback baens', 'Did you mean beans?'],
    ['!pack xyzzy', 'Say `!pack help`'],
  ])('wrongly: %s is answered with what may have been meant', async (line, hint) => {
    expect((await room.ask(line)).text).toContain(hint);
  });

  it('something else of somebody else, and the bot keeps out of it', async () => {
    const others = [await room.say('!karma bob++'), await room.say('shall we deploy beans?')];
    await room.ask('!pack status');
    expect(room.heard.filter((one) => others.includes(one.replyTo ?? ''))).toEqual([]);
  });
});

describe('a busy room', () => {
  it('gets an answer to each of 20 lines that come at once', async () => {
    await kitchen.commit(threePacks('busy'));
    const lines = Array.from({ length: 20 }, (_, index) => {
      const kinds = ['deploy Kitchen', 'status', 'history beans', 'deploy Bell', 'list Kitchen'];
      return `!pack ${kinds[index % kinds.length]}`;
    });
    const ids = await Promise.all(lines.map((line, index) => room.say(line, `person${index}`)));
    const replies = await Promise.all(ids.map((id) => room.reply(id)));
    expect(replies.filter((one) => one.text === '')).toEqual([]);
    expect(await says('beans')).toBe('busy');
  });

  it('never hears itself: nothing that the bot said was taken for a line', async () => {
    const bots = new Set(room.heard.filter((one) => one.fromBot).map((one) => one.id));
    expect(bots.size).toBeGreaterThan(40);
    expect(room.heard.filter((one) => one.fromBot && bots.has(one.replyTo ?? ''))).toEqual([]);
  });
});

function newAction(pack: string, name: string) {
  return {
    [`packs/${pack}/actions/${name}.yaml`]: `name: ${name}
description: Grinds them
runner_type: local-shell-cmd
`,
  };
}
