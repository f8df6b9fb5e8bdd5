import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/core/actor.js';
import type { DeployIntent } from '../../src/core/intent.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { codeIn, type Harbour, join, openHarbour } from '../fixtures/harbour.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
const minute = 60_000;
let depot: Depot;
let harbour: Harbour;

const on = (platform: string, userId: string, name = userId): Actor => ({ platform, userId, name });
const annOnSlack = on('slack', 'U1', 'Ann A.');
const annOnIrc = on('irc', 'ann');
const annOnDiscord = on('discord', '42', 'annie');
const admin = on('slack', 'U9', 'eve');
const mallory = on('slack', 'U666', 'Ann A.');

beforeAll(async () => {
  depot = await openDepot({
    databaseUrl: postgres.url,
    config: 'admins: [slack:U9]\nqueue: { confirm_within: 15m }\n',
  });
  await depot.askAndWait({ kind: 'deploy', repository: 'Kitchen', packs: { kind: 'all' } });
  await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: 'decaf' }), {
    branch: 'decaf',
    from: 'refs/heads/main',
  });
});
afterAll(async () => {
  await depot.close();
});

beforeEach(() => {
  harbour = openHarbour(depot);
});
afterEach(async () => {
  await harbour.close();
  await depot.reconfigure({});
  await postgres.query('truncate packtrain.linked_accounts, packtrain.link_offers, packtrain.link_misses');
  await postgres.query("select pg_notify('packtrain_people', '')");
  await expect.poll(() => accountsOf(annOnSlack)).toEqual(['slack:U1']);
  await expect.poll(() => accountsOf(annOnIrc)).toEqual(['irc:ann']);
});

const say: Harbour['say'] = (as, line, more) => harbour.say(as, line, more);

async function accountsOf(actor: Actor): Promise<readonly string[]> {
  const { accounts } = await depot.deployments.whoIs(actor);
  return accounts.map(({ platform, userId }) => `${platform}:${userId}`);
}

async function restarted(awayMs?: number): Promise<void> {
  await harbour.close();
  await depot.restart(awayMs);
  harbour = openHarbour(depot);
}

describe('pack link', () => {
  it('joins two accounts once each has seen the other, and tells it to both and to nobody else', async () => {
    const offered = await say(annOnSlack, 'pack link');
    expect(offered).toMatchObject({ isPrivate: true });
    expect(offered.text).toMatch(/^Say `pack link \S+` to me as your other account/);

    const asked = await say(annOnIrc, `pack link ${codeIn(offered.text)}`);
    expect(asked).toMatchObject({ isPrivate: true });
    expect(asked.text).toContain('joins your account with `slack:U1` (*Ann A.*)');
    await expect
      .poll(() => harbour.whispered(annOnSlack))
      .toContainEqual(expect.stringMatching(/`irc:ann` \(\*ann\*\) has said your code/));
    expect(await accountsOf(annOnIrc)).toEqual(['irc:ann']);

    // As people type what they read on a telephone.
    const typed = codeIn(asked.text).toLowerCase().replace('-', '');
    const joined = await say(annOnSlack, `pack link ${typed}`);
    expect(joined).toEqual({
      isPrivate: true,
      text: '🔗 You are one person now with `irc:ann` and `slack:U1`. `pack whoami` tells who you are, `pack unlink` takes it back.',
    });
    await expect
      .poll(() => harbour.whispered(annOnIrc))
      .toContainEqual(expect.stringMatching(/`slack:U1` \(\*Ann A\.\*\) is one person with you now/));
    expect([...harbour.posted('slack'), ...harbour.posted('irc')]).toEqual([]);

    const who = await say(annOnIrc, 'pack whoami');
    expect(who.isPrivate).toBe(true);
    expect(who.text).toBe('You are `irc:ann`.\n• `slack:U1`, joined just now');

    await restarted();
    expect(await accountsOf(annOnSlack)).toEqual(['slack:U1', 'irc:ann']);
  });

  it('joins all that were joined with either, and tells each', async () => {
    await join(harbour, annOnSlack, annOnIrc);
    await join(harbour, annOnDiscord, annOnIrc);
    expect(await accountsOf(annOnSlack)).toEqual(['slack:U1', 'irc:ann', 'discord:42']);
    await expect
      .poll(() => harbour.whispered(annOnSlack))
      .toContainEqual(
        expect.stringMatching(
          /`discord:42` \(\*annie\*\) and `irc:ann` \(\*ann\*\) are one person with you now/,
        ),
      );
    expect((await say(annOnDiscord, `pack link`)).text).toMatch(/^Say/);
    expect(
      (await say(annOnSlack, `pack link ${codeIn((await say(annOnDiscord, 'pack link')).text)}`)).text,
    ).toBe(
      `${'`discord:42` is yours already.'.replaceAll('`', '')} See all your accounts with \`pack whoami\`.`,
    );
  });

  it('works for the own platforms, whose names are names of people then', async () => {
    await join(harbour, on('web', 'jjm'), on('irc', 'jjm_'));
    expect(await depot.deployments.whoIs(on('irc', 'jjm_'))).toMatchObject({ name: 'jjm' });
    expect((await say(on('irc', 'jjm_'), 'pack whoami')).text).toMatch(
      /^You are \*jjm\*, here as `irc:jjm_`\./,
    );
    // Two names of Packtrain's own can't be one person's.
    const code = codeIn((await say(on('web', 'bob'), 'pack link')).text);
    expect((await say(on('irc', 'jjm_'), `pack link ${code}`)).text).toMatch(
      /^These accounts are of bob and jjm, so they can't be one person's/,
    );
  });

  it('does nothing when somebody is talked into saying a code of another', async () => {
    const trap = codeIn((await say(mallory, 'pack link')).text);
    const warned = await say(annOnIrc, `pack link ${trap}`);
    expect(warned.text).toMatch(
      /with `slack:U666` .*\n.* If it is not, say this code to nobody, and nothing happens\./,
    );
    for (const guess of [trap, 'yes', 'AAAAA-AAAAA']) await say(mallory, `pack link ${guess}`);
    expect(await accountsOf(mallory)).toEqual(['slack:U666']);
  });

  it('does nothing when somebody else says a code that they have seen', async () => {
    const seen = codeIn((await say(annOnSlack, 'pack link')).text);
    const second = codeIn((await say(mallory, `pack link ${seen}`)).text);
    await expect
      .poll(() => harbour.whispered(annOnSlack))
      .toContainEqual(expect.stringMatching(/`slack:U666` .* has said your code/));
    // Their own second code is of no use to them, and ann's real account learns what happened.
    expect((await say(mallory, `pack link ${second}`)).text).toMatch(/^This code is for your other account/);
    expect((await say(annOnIrc, `pack link ${seen}`)).text).toMatch(/^slack:U666 has said this code already/);
    expect(await say(annOnIrc, `pack link ${second}`)).toMatchObject({
      isPrivate: true,
      text: expect.stringMatching(/^There is no such code/),
    });
    // A new code makes the old ones worthless.
    await say(annOnSlack, 'pack link');
    expect((await say(annOnSlack, `pack link ${second}`)).text).toMatch(/^There is no such code/);
    expect(await accountsOf(annOnSlack)).toEqual(['slack:U1']);
  });

  it('takes each code for ten minutes, and not one moment longer', async () => {
    const first = codeIn((await say(annOnSlack, 'pack link')).text);
    depot.passTime(10 * minute);
    expect((await say(annOnIrc, `pack link ${first}`)).text).toMatch(
      /^There is no such code, or its time is over/,
    );
    const again = codeIn((await say(annOnSlack, 'pack link')).text);
    const second = codeIn((await say(annOnIrc, `pack link ${again}`)).text);
    depot.passTime(10 * minute);
    expect((await say(annOnSlack, `pack link ${second}`)).text).toMatch(/^There is no such code/);
    expect(await accountsOf(annOnSlack)).toEqual(['slack:U1']);
  });

  it('lets nobody guess for long', async () => {
    const code = codeIn((await say(annOnSlack, 'pack link')).text);
    const wrong = async () => (await say(mallory, 'pack link AAAAA-AAAAA')).text;
    expect(await wrong()).toMatch(/You may try 4 times more/);
    for (let tries = 0; tries < 4; tries += 1) await wrong();
    expect(await wrong()).toBe('That were too many wrong codes. Try again in 15m.');
    // Not even with the right one, and not after a restart.
    await restarted();
    expect((await say(mallory, `pack link ${code}`)).text).toMatch(/^That were too many wrong codes/);
    depot.passTime(15 * minute);
    expect(await wrong()).toMatch(/^There is no such code/);
  });

  it('goes on after a restart at every point', async () => {
    const first = codeIn((await say(annOnSlack, 'pack link')).text);
    await restarted();
    const lost = codeIn((await say(annOnIrc, `pack link ${first}`)).text);
    await restarted();
    // The answer was lost with the server: the line is said again, and gets a code that works, in place of the lost one.
    const second = codeIn((await say(annOnIrc, `pack link ${first}`)).text);
    expect((await say(annOnSlack, `pack link ${lost}`)).text).toMatch(/^There is no such code/);
    const joined = await say(annOnSlack, `pack link ${second}`, { id: 'last' });
    await restarted();
    // The same line handed over again, as after a kill before it was done with, has done it.
    expect((await say(annOnSlack, `pack link ${second}`, { id: 'last' })).text).toBe(joined.text);
    expect((await say(annOnSlack, `pack link ${second}`)).text).toMatch(/^There is no such code/);
    expect(await accountsOf(annOnSlack)).toEqual(['slack:U1', 'irc:ann']);
  });

  it('takes a code once, of two who say it at the same moment', async () => {
    const code = codeIn((await say(annOnSlack, 'pack link')).text);
    const both = await Promise.all([mallory, annOnIrc].map((one) => say(one, `pack link ${code}`)));
    const won = both.filter(({ text }) => text.startsWith('This joins your account'));
    expect(won).toHaveLength(1);
    expect(both.filter(({ text }) => text.includes('has said this code already'))).toHaveLength(1);
    const second = codeIn(won[0]?.text ?? '');
    const twice = await Promise.all([1, 2].map(() => say(annOnSlack, `pack link ${second}`)));
    expect(twice.filter(({ text }) => text.startsWith('🔗'))).toHaveLength(1);
  });

  it('tells each chat by itself: one that is away holds up no other', async () => {
    harbour.hang('slack');
    await join(harbour, annOnIrc, annOnSlack);
    await join(harbour, annOnIrc, annOnDiscord);
    await expect
      .poll(() => harbour.whispered(annOnDiscord), { timeout: 30_000 })
      .toContainEqual(expect.stringMatching(/`irc:ann` .* is one person with you now/));
    const waiting = async () => {
      const rows = await postgres.query(
        "select distinct notice->'to'->>'platform' as to from packtrain.notices where posted_at is null",
      );
      return rows.map(({ to }) => to);
    };
    // It is marked as told once it was.
    await expect.poll(waiting, { timeout: 30_000 }).toEqual(['slack']);
    await postgres.query('update packtrain.notices set posted_at = now() where posted_at is null');
  });

  it('keeps codes as hashes only', async () => {
    const first = codeIn((await say(annOnSlack, 'pack link')).text);
    const second = codeIn((await say(annOnIrc, `pack link ${first}`)).text);
    await say(mallory, `pack link ${first}`);
    await say(annOnSlack, `pack link ${second}`);
    const tables = ['audit', 'acts', 'link_offers', 'linked_accounts', 'notices', 'events', 'replies'];
    for (const table of tables) {
      const rows = JSON.stringify(await postgres.query(`select * from packtrain.${table}`));
      for (const code of [first, second]) expect(rows, table).not.toContain(code);
    }
    const audited = await postgres.query(
      "select intent->>'with' as joins, refusal->>'code' as refusal from packtrain.audit where intent->>'kind' = 'link' order by id desc limit 4",
    );
    expect(audited.reverse()).toEqual([
      { joins: null, refusal: null },
      { joins: 'slack:U1', refusal: null },
      { joins: null, refusal: 'link-code-taken' },
      { joins: 'irc:ann', refusal: null },
    ]);
  });
});

describe('accounts that are one person’s', () => {
  const deploy = (ref?: string): DeployIntent => ({
    kind: 'deploy',
    repository: 'Kitchen',
    packs: { kind: 'named', packs: ['beans'] },
    ...(ref === undefined ? {} : { ref }),
  });
  let asked = 0;

  async function ask(requester: Actor, intent: DeployIntent): Promise<number> {
    asked += 1;
    const { platform } = requester;
    const accepted = await depot.deployments.request({
      key: `linking-${asked}`,
      intent,
      requester,
      via: 'chat',
      origin: { platform, channel: 'ops' },
    });
    if (!accepted.ok) throw new Error(JSON.stringify(accepted.refusal));
    return accepted.value.deployment;
  }

  async function waits(id: number, what: string): Promise<void> {
    await expect
      .poll(async () => (await depot.deployments.get(id))?.deployment.waitingFor, { timeout: 30_000 })
      .toBe(what);
  }

  afterEach(async () => {
    for (const { deployment } of await depot.deployments.queue()) {
      await say(admin, `pack cancel ${deployment.id}`);
      await depot.ended(deployment.id);
    }
    for (const { pack } of await depot.deployments.borrows()) await say(admin, `pack return ${pack} now`);
    await expect.poll(() => depot.deployments.borrows(), { timeout: 30_000 }).toEqual([]);
  });

  it('have borrowed what one of them has, and keep, extend and return it with any', async () => {
    await join(harbour, annOnSlack, annOnIrc);
    await depot.ended(await ask(annOnSlack, deploy('decaf')));
    expect((await say(annOnIrc, 'pack extend beans 30m')).text).toMatch(/^\*beans\* is yours on _decaf_/);
    expect((await say(mallory, 'pack extend beans 30m')).text).toMatch(/has borrowed beans, and only admins/);
    const audited = await postgres.query(
      "select actor->>'platform' as platform, person from packtrain.audit where intent->>'kind' = 'extend' order by id desc limit 2",
    );
    expect(audited).toEqual([
      { platform: 'slack', person: null },
      { platform: 'irc', person: expect.stringMatching(/^linked:\d+$/) },
    ]);
    const asks = await depot.deployments.list({ requester: 'irc:ann' });
    expect(asks.map(({ requester }) => requester.platform)).toEqual(['slack']);
    // The same branch again, from the other side, does not wait for its own borrow.
    expect((await depot.ended(await ask(annOnIrc, deploy('decaf')))).status).toBe('succeeded');
    const back = await depot.deployments.request({
      key: 'linking-return',
      intent: { kind: 'return', pack: 'beans' },
      requester: annOnIrc,
      via: 'chat',
    });
    expect(back.ok && (await depot.ended(back.value.deployment)).status).toBe('succeeded');
    expect(await depot.deployments.borrows()).toEqual([]);
  });

  it('let those go on who waited for themselves, as soon as they are joined', async () => {
    await depot.ended(await ask(annOnSlack, deploy('decaf')));
    const own = await ask(annOnIrc, deploy());
    await waits(own, 'turn');
    await join(harbour, annOnSlack, annOnIrc);
    const called = async () =>
      (await depot.deployments.calls()).find(({ deployment }) => deployment === own)?.phrase;
    await expect.poll(called, { timeout: 30_000 }).toBeDefined();
    // Called on IRC, where it was asked for; the word counts on Slack, too.
    const { text } = await say(annOnSlack, '', { text: (await called()) ?? '' });
    expect(text).toMatch(/Deploying \*beans\*/);
    expect((await depot.ended(own)).status).toBe('succeeded');
    await expect.poll(() => depot.deployments.borrows(), { timeout: 30_000 }).toEqual([]);
  });

  it('cancel and defer what one of them has asked for, without its number', async () => {
    await depot.ended(await ask(mallory, deploy('decaf')));
    const own = await ask(annOnSlack, deploy());
    await waits(own, 'turn');
    // Somebody of the same name on the same platform is somebody else.
    expect((await say(annOnIrc, 'pack cancel')).text).toMatch(/^ann, you have no open deployment/);
    await join(harbour, annOnIrc, annOnSlack);
    expect((await say(annOnIrc, 'pack cancel')).text).toMatch(new RegExp(`#${own}`));
    expect((await depot.ended(own)).status).toBe('canceled');
  });

  it('are found by any of their names when a pack is handed over, and called where they are', async () => {
    const bobOnSlack = on('slack', 'U2', 'bob');
    const bobOnIrc = on('irc', 'bobby');
    await join(harbour, bobOnSlack, bobOnIrc);
    await depot.ended(await ask(annOnSlack, deploy('decaf')));
    expect((await say(annOnSlack, 'pack give beans to @bobby')).text).toMatch(
      /^\*beans\* is in the hands of/,
    );
    await expect
      .poll(() => harbour.posted('slack'))
      .toContainEqual(expect.stringMatching(/^🤝 \[@bobby\]\(mention:U2\), \*Ann A\.\* gave you \*beans\*/));
    // Somebody elsewhere whose id is the name of somebody here is not meant.
    await say(on('discord', 'jo'), 'pack link');
    await say(on('slack', 'U3', 'Jo'), 'pack link');
    expect((await say(bobOnSlack, 'pack give beans @jo')).text).toMatch(/in the hands of \*Jo\*/);
    expect((await say(on('slack', 'U3', 'Jo'), 'pack give beans bobby')).text).toMatch(/in the hands of/);
    // Two of one name are told apart, not guessed.
    await say(on('slack', 'U4', 'Jo'), 'pack link');
    expect((await say(bobOnIrc, 'pack give beans jo')).text).toBe(
      'Several are called jo: discord:jo, slack:U3, slack:U4. Say which one, as in `discord:jo`.',
    );
    expect((await say(bobOnIrc, 'pack give beans slack:U4')).text).toMatch(/in the hands of \*Jo\*/);
  });

  it('are several people’s again after pack unlink, and all are told', async () => {
    await join(harbour, annOnSlack, annOnIrc);
    await join(harbour, annOnSlack, annOnDiscord);
    await depot.ended(await ask(annOnSlack, deploy('decaf')));
    expect(await say(annOnDiscord, 'pack unlink irc')).toEqual({
      isPrivate: true,
      text: '✂️ `irc:ann` is not joined any more.',
    });
    await expect
      .poll(() => harbour.whispered(annOnIrc))
      .toContainEqual(
        expect.stringMatching(/`irc:ann` \(\*ann\*\) is not joined with your accounts any more/),
      );
    expect((await say(annOnIrc, 'pack extend beans 10m')).text).toMatch(/has borrowed beans/);
    expect((await say(annOnDiscord, 'pack extend beans 10m')).text).toMatch(/is yours/);
    // Nobody is joined with themselves alone.
    expect((await say(annOnSlack, 'pack unlink')).text).toBe('✂️ `slack:U1` is not joined any more.');
    expect(await accountsOf(annOnDiscord)).toEqual(['discord:42']);
    expect((await say(annOnDiscord, 'pack unlink')).text).toMatch(/^discord:42 was not joined with yours/);
  });

  it('are taken apart by an admin, and by nobody else', async () => {
    await join(harbour, annOnSlack, annOnIrc);
    expect((await say(mallory, 'pack unlink irc:ann')).text).toMatch(/only admins may unlink by force/);
    expect((await say(admin, 'pack unlink irc:ann')).text).toMatch(/^✂️/);
    expect(await accountsOf(annOnSlack)).toEqual(['slack:U1']);
  });
});

describe('what packtrain.yaml says', () => {
  it('wins: accounts of two people are not joined, and count apart once it says so', async () => {
    await depot.reconfigure({ more: 'people: { ann: { slack: U1 }, bob: { slack: U2 } }\nadmins: [ann]\n' });
    await join(harbour, annOnSlack, annOnIrc);
    expect((await say(annOnIrc, 'pack whoami')).text).toBe(
      'You are *ann*, here as `irc:ann`.\n• `slack:U1`, joined just now',
    );
    const code = codeIn((await say(on('slack', 'U2', 'bob'), 'pack link')).text);
    expect((await say(annOnIrc, `pack link ${code}`)).text).toBe(
      "These accounts are of ann and bob, so they can't be one person's. If they are, ask the operator to put slack:U2 and yours under one name in `people`.",
    );
    await depot.reconfigure({ more: 'people: { ann: { slack: U1 }, bob: { irc: ann } }\nadmins: [ann]\n' });
    expect(await accountsOf(annOnIrc)).toEqual(['irc:ann']);
    expect((await say(annOnIrc, 'pack whoami')).text).toMatch(
      /^You are \*bob\*.*\n⚠️ Your accounts were joined, but they are of \*ann\* and \*bob\*, so they count apart\./,
    );
    expect((await say(annOnIrc, 'pack unlink')).text).toMatch(/^✂️/);
  });

  it('may let joined accounts share what belongs to them, but no rights', async () => {
    const rights = async () => (await say(annOnIrc, 'pack adopt nothing')).text;
    await depot.reconfigure({
      more: 'people: { ann: { slack: U1 } }\naccess: [{ allow: { people: [ann] }, commands: [adopt, link] }, { allow: everybody, commands: [link] }]\n',
    });
    await join(harbour, annOnSlack, annOnIrc);
    expect(await rights()).not.toMatch(/no rule allows/);
    await depot.reconfigure({
      more: 'linking: belongings\npeople: { ann: { slack: U1 } }\naccess: [{ allow: { people: [ann] }, commands: [extend] }]\n',
    });
    const extend = { kind: 'extend', pack: 'beans', by: minute } as const;
    const request = { key: 'rights', intent: extend, via: 'chat' } as const;
    expect(await depot.deployments.request({ ...request, requester: annOnIrc })).toMatchObject({
      refusal: { code: 'access-denied' },
    });
    expect(await depot.deployments.request({ ...request, requester: annOnSlack })).toMatchObject({
      refusal: { code: 'not-borrowed' },
    });
    expect(await accountsOf(annOnIrc)).toEqual(['irc:ann', 'slack:U1']);
    await depot.reconfigure({ more: 'linking: nothing\n' });
    expect(await accountsOf(annOnIrc)).toEqual(['irc:ann']);
    expect((await say(annOnIrc, 'pack link')).text).toMatch(/^Accounts can not be joined here/);
  });

  it('lets nobody join a nickname that counts without a proof', async () => {
    await join(harbour, annOnSlack, annOnIrc);
    await depot.reconfigure({
      more: "chats: { irc: { host: irc.example.com, nick: packtrain, join: ['#ops'], trust_nicknames: true } }\n",
    });
    // Whoever calls themselves ann is not ann of Slack by that.
    expect(await accountsOf(annOnIrc)).toEqual(['irc:ann']);
    expect((await say(annOnIrc, 'pack link')).text).toMatch(
      /^On irc names count without a proof, so whoever calls themselves ann would have your other accounts too/,
    );
  });
});
