import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, personOn } from '../fixtures/chats/xmpp/person.js';
import { noProsody, type Prosody, password, rooms, startProsody } from '../fixtures/chats/xmpp/prosody.js';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';

const patience = { timeout: 30_000 };
const room = `ops@${rooms.open}`;

describe.skipIf(noProsody !== undefined)(`a room on XMPP${noProsody ? `, ${noProsody}` : ''}`, () => {
  const postgres = withPostgres();
  let kitchen: FixtureRepository;
  let network: Prosody;
  let server: ServerFixture;
  let ann: Person;
  let bob: Person;
  let mallory: Person;

  const beans = (says: string) => packFiles('beans', { root: 'packs/beans/', says });
  /** What stands in the room by now, each message as it was corrected last. */
  const said = () =>
    ann
      .got()
      .filter(({ from }) => from === `${room}/packtrain`)
      .map(({ text }) => text)
      .join('\n---\n')
      .replaceAll('*', '');
  const hears = (words: RegExp) => expect.poll(said, patience).toMatch(words);
  const live = () => readFile(join(server.live, 'beans/actions/cook.sh'), 'utf8').catch(() => '');

  beforeAll(async () => {
    kitchen = await makeRepository({ files: beans('hello') });
    await kitchen.commit(beans('decaf'), { branch: 'feature/decaf', from: 'refs/heads/main' });
    await kitchen.commit(beans('strong'), { branch: 'feature/strong', from: 'refs/heads/main' });
    network = await startProsody();
    ann = await personOn(network.port, 'ann');
    bob = await personOn(network.port, 'bob');
    mallory = await personOn(network.port, 'mallory');
    for (const one of [ann, bob]) await one.joins(room);
    server = await startServer({
      databaseUrl: postgres.url,
      env: { XMPP_PASSWORD: password },
      config: ({ live: path }) => `repositories:
  Kitchen: { repo: ${kitchen.url}, subtree: true }
targets:
  default: { kind: directory, path: ${path} }
people:
  ann: { xmpp: ann@localhost }
  bob: { xmpp: bob@localhost }
admins: [ann]
chats:
  xmpp:
    jid: packtrain@localhost
    password: { env: XMPP_PASSWORD }
    host: 127.0.0.1
    port: ${network.port}
    tls: false
    join: [${room}]
    messages_at_once: 100
    messages_per_minute: 6000
`,
    });
  });
  afterAll(async () => {
    await server?.close();
    for (const one of [ann, bob, mallory]) await one?.logsOut();
    await network?.close();
    await kitchen?.remove();
  });

  it('borrows a pack for a branch, across kill -9, gives it back, and calls who waited by name and phrase', async () => {
    // What was said before it came for the first time is none of its business.
    await ann.meets(`${room}/packtrain`);
    await ann.says(room, '!pack deploy Kitchen beans');
    await hears(/beans\S* from \S*Kitchen\S* is live at/);

    await ann.says(room, '!pack deploy Kitchen beans feature/decaf for 1h');
    await expect.poll(live, patience).toContain('decaf');
    await hears(/feature\/decaf/);
    // One reply, corrected while it ran.
    expect(ann.got().some(({ from, changes }) => from === `${room}/packtrain` && changes > 0)).toBe(true);

    await server.kill();
    await bob.says(room, 'packtrain: pack deploy Kitchen beans feature/strong');
    await server.start();
    await hears(/Waiting to deploy beans[^\n]* for bob: ann has beans\.[^\n]* #3/);
    await bob.says(room, '!pack queue');
    await hears(/#3[^\n]*bob|bob[^\n]*#3/);
    expect(await live()).toContain('decaf');

    await ann.says(room, '!pack extend beans 1h');
    await hears(/beans\S* is yours on \S*feature\/decaf\S* until/);
    await ann.says(room, '!pack return beans');
    await expect.poll(live, patience).toContain('hello');
    expect(existsSync(join(server.live, 'beans/pack.yaml'))).toBe(true);

    await hears(
      /Say [^\n]+ to complete your deployment of beans from Kitchen branch \S*feature\/strong\S*\.\n\S*bob\S*, it is your turn/,
    );
    const phrase = /Say ([^\n]+) to complete/.exec(said())?.[1] ?? '';
    await ann.says(room, phrase);
    await hears(/It is the turn of bob \(#3\), so only bob can say that\./);
    await bob.says(room, phrase);
    await expect.poll(live, patience).toContain('strong');
    await hears(/For bob, took [^\n]+#3/);
    // Her return was the fourth; nothing was heard twice.
    expect(said()).not.toContain('#5');
  });

  it('takes nobody for bob who only bears his name, and whispers to one alone', async () => {
    await bob.leaves(room);
    await mallory.joins(room, { nick: 'bob' });
    ann.forget();
    await mallory.says(room, '!pack return beans');
    await hears(/You may not: bob has borrowed beans/);
    expect(await live()).toContain('strong');

    await bob.tells('packtrain@localhost', 'login');
    const alone = () => bob.got().filter(({ type }) => type === 'chat');
    await expect
      .poll(
        () =>
          alone()
            .map(({ text }) => text)
            .join('\n'),
        patience,
      )
      .toMatch(/login\?token=/);
    expect(
      mallory
        .got()
        .map(({ text }) => text)
        .join('\n'),
    ).not.toMatch(/login\?token=/);
  });
});
