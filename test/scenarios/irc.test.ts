import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ngircd, noNgircd, startNgircd } from '../fixtures/chats/irc/ngircd.js';
import { type Person, personOn, saidTo } from '../fixtures/chats/irc/person.js';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';

const patience = { timeout: 30_000 };

describe.skipIf(noNgircd !== undefined)(`a channel on IRC${noNgircd ? `, ${noNgircd}` : ''}`, () => {
  const postgres = withPostgres();
  let kitchen: FixtureRepository;
  let network: Ngircd;
  let server: ServerFixture;
  let ann: Person;
  let bob: Person;

  const beans = (says: string) => packFiles('beans', { root: 'packs/beans/', says });
  const said = () =>
    saidTo(ann)
      .join('\n')
      .replace(/(?!\n)\p{Cc}/gu, '');
  const hears = (words: RegExp) => expect.poll(said, patience).toMatch(words);
  const live = () => readFile(join(server.live, 'beans/actions/cook.sh'), 'utf8').catch(() => '');

  beforeAll(async () => {
    kitchen = await makeRepository({ files: beans('hello') });
    await kitchen.commit(beans('decaf'), { branch: 'feature/decaf', from: 'refs/heads/main' });
    await kitchen.commit(beans('strong'), { branch: 'feature/strong', from: 'refs/heads/main' });
    network = await startNgircd();
    ann = await personOn(network.port, 'ann', '#ops');
    bob = await personOn(network.port, 'bob', '#ops');
    server = await startServer({
      databaseUrl: postgres.url,
      config: ({ live: path }) => `repositories:
  Kitchen: { repo: ${kitchen.url}, subtree: true }
targets:
  default: { kind: directory, path: ${path} }
chats:
  irc:
    host: 127.0.0.1
    port: ${network.port}
    tls: false
    join: ["#ops"]
    trust_nicknames: true
    lines_at_once: 100
    lines_per_minute: 6000
`,
    });
    while (!ann.got.some((one) => one.from === 'packtrain')) await sleep(5);
  });
  afterAll(async () => {
    await server?.close();
    await ann?.leave();
    await bob?.leave();
    await network?.close();
    await kitchen?.remove();
  });

  it('borrows a pack for a branch, gives it back, and calls who waited by name and phrase', async () => {
    ann.says('#ops', '!pack deploy Kitchen beans');
    await hears(/beans\S* from \S*Kitchen\S* is live at/);

    ann.says('#ops', '!pack deploy Kitchen beans feature/decaf for 1h');
    await expect.poll(live, patience).toContain('decaf');
    await hears(/decaf/);

    bob.says('#ops', 'packtrain: pack deploy Kitchen beans feature/strong');
    await hears(/Waiting to deploy beans[^\n]* for bob: ann has beans\.[^\n]* #3/);
    bob.says('#ops', '!pack queue');
    await hears(/#3[^\n]*bob|bob[^\n]*#3/);
    expect(await live()).toContain('decaf');

    ann.says('#ops', '!pack extend beans 1h');
    await hears(/beans\S* is yours on \S*feature\/decaf\S* until/);
    ann.says('#ops', '!pack return beans');
    await expect.poll(live, patience).toContain('hello');
    expect(existsSync(join(server.live, 'beans/pack.yaml'))).toBe(true);

    await hears(
      /Say [^\n]+ to complete your deployment of beans from Kitchen branch feature\/strong\.\nbob, it is your turn/,
    );
    const phrase = /Say ([^\n]+) to complete/.exec(said())?.[1] ?? '';
    ann.says('#ops', phrase);
    await hears(/It is the turn of bob \(#3\), so only bob can say that\./);
    bob.says('#ops', phrase);
    await hears(/beans from Kitchen is live at `feature\/strong@[^\n]+/);
    await hears(/For bob, took [^\n]+#3/);
    expect(await live()).toContain('strong');
    for (const { text } of ann.got) expect(Buffer.byteLength(text)).toBeLessThan(512);
  });

  it('answers a question in private, and whispers what only one may read', async () => {
    bob.says('packtrain', 'login');
    await expect.poll(() => saidTo(bob).join('\n'), patience).toMatch(/login\?token=|\/login/);
    expect(said()).not.toMatch(/login\?token=/);
  });
});
