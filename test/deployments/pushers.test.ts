import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/core/actor.js';
import type { PushedBy } from '../../src/core/pusher.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { codeIn, type Harbour, join, openHarbour } from '../fixtures/harbour.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
let depot: Depot;
let harbour: Harbour;

const on = (platform: string, userId: string, name = userId): Actor => ({ platform, userId, name });
const ann = on('slack', 'U1', 'Ann A.');
const annOnIrc = on('irc', 'ann');
const mallory = on('slack', 'U666', 'Ann A.');
const pushedBy = (login: string, id: string): PushedBy => ({ host: 'github', name: login, login, id });

const people = 'people: { ann: { slack: U1, github: ann }, bob: { github: "id:17", slack: U2 } }\n';

beforeAll(async () => {
  depot = await openDepot({
    databaseUrl: postgres.url,
    repository: 'auto_deployment: { branch: main }\nannounce_channel: general\nannounce_after: 1h\n',
    config: `
hosts: { github: { webhook_secret: { env: HOOK_SECRET } } }
${people}admins: [bob]
`,
  });
  while ((await depot.pushes())[0]?.endedAt === undefined) await sleep(10);
});
afterAll(async () => {
  await depot.close();
});
beforeEach(() => {
  harbour = openHarbour(depot);
});
afterEach(async () => {
  await harbour.close();
});

/** Pushes beans, and gives the number of the deployment that waits for the lock on it. */
async function push(says: string, by: PushedBy | undefined): Promise<number> {
  const sha = await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says }));
  if (by !== undefined) await depot.pushers.notePushed({ repository: 'Kitchen', branch: 'main', sha, by });
  await depot.noteMoved('main', sha);
  let deployment: number | undefined;
  await expect
    .poll(
      async () => {
        deployment = (await depot.pushes()).find((one) => one.sha === sha)?.deployments[0];
        return deployment === undefined
          ? undefined
          : (await depot.deployments.get(deployment))?.deployment.waitingFor;
      },
      { timeout: 30_000 },
    )
    .toBe('lock');
  return deployment ?? 0;
}

const say: Harbour['say'] = (as, line, more) => harbour.say(as, line, more);

describe('what somebody pushes', () => {
  beforeAll(async () => {
    const lock = { kind: 'lock', scope: { kind: 'pack', pack: 'beans' }, because: 'tea' } as const;
    expect((await depot.askInChat(lock, 'jjm')).ok).toBe(true);
  });

  it('is theirs to cancel, by any of their accounts, and not anybody else’s', async () => {
    const number = await push('one', pushedBy('ann', '4711'));
    expect((await depot.pushes())[0]?.pusher).toEqual(pushedBy('ann', '4711'));
    expect((await say(mallory, `pack cancel ${number}`)).text).toMatch(/only admins may cancel by force/);
    await join(harbour, ann, annOnIrc);
    expect((await say(annOnIrc, `pack cancel ${number}`)).text).toMatch(/is being canceled/);
    expect((await depot.ended(number)).status).toBe('canceled');
  });

  it('is known by the id too, and by nobody whose login looks like one', async () => {
    const byId = await push('two', pushedBy('renamed', '17'));
    const bobOnSlack = on('slack', 'U2', 'bob');
    await depot.reconfigure({ more: `hosts: { github: {} }\n${people}admins: []\n` });
    expect((await say(ann, `pack cancel ${byId}`)).text).toMatch(/only admins may cancel by force/);
    expect((await say(bobOnSlack, `pack cancel ${byId}`)).text).toMatch(/is being canceled/);
    const byLogin = await push('three', pushedBy('17', '99'));
    expect((await say(bobOnSlack, `pack cancel ${byLogin}`)).text).toMatch(/only admins may cancel by force/);
    // Nobody is proved where no delivery told who pushed, whatever the author's name is.
    const unknown = await push('four', undefined);
    expect((await say(ann, `pack cancel ${unknown}`)).text).toMatch(/only admins may cancel by force/);
    await depot.reconfigure({});
  });
});

describe('a code of pack link that is pushed', () => {
  const account = async (actor: Actor) =>
    (await depot.deployments.whoIs(actor)).accounts.map(({ platform, userId }) => `${platform}:${userId}`);

  it('joins an account of the Git host once its owner says so', async () => {
    const jo = on('slack', 'U7', 'jo');
    const offered = await say(jo, 'pack link');
    const code = codeIn(offered.text);
    expect(offered.text).toContain(`push a branch called \`packtrain-link-${code}\``);
    await depot.pushers.noteCode({ code, by: pushedBy('jo-the-cook', '71') });
    await expect
      .poll(() => harbour.whispered(jo))
      .toContainEqual(
        expect.stringMatching(
          /`github:id:71` \(\*jo-the-cook\*\) has pushed your code\. If that is you, say the line with it here/,
        ),
      );
    expect(await account(jo)).toEqual(['slack:U7']);
    expect((await say(jo, `pack link ${code}`)).text).toMatch(
      /^🔗 You are one person now with `github:id:71`/,
    );
    expect(await account(jo)).toEqual(['slack:U7', 'github:id:71']);
    const number = await push('five', pushedBy('jo-the-cook', '71'));
    expect((await say(jo, `pack cancel ${number}`)).text).toMatch(/is being canceled/);
  });

  it('brings nobody along: an account of somebody’s is not joined, nor by who was first', async () => {
    const code = codeIn((await say(mallory, 'pack link')).text);
    // By the config, and joined before.
    for (const by of [pushedBy('ann', '4711'), pushedBy('x', '17'), pushedBy('jo-the-cook', '71')]) {
      await depot.pushers.noteCode({ code, by });
      expect((await say(mallory, `pack link ${code}`)).text).toMatch(/^This code is for your other account/);
    }
    await depot.pushers.noteCode({ code, by: pushedBy('mallory', '666') });
    await depot.pushers.noteCode({ code, by: pushedBy('other', '667') });
    // Who pushes first is asked about; nobody else takes the place.
    await expect
      .poll(() => harbour.whispered(mallory))
      .toContainEqual(expect.stringMatching(/`github:id:666`/));
    expect((await say(on('slack', 'U8'), `pack link ${code}`)).text).toMatch(
      /^github:id:666 has said this code/,
    );
    await say(mallory, `pack link ${code}`);
    expect(await account(mallory)).toEqual(['slack:U666', 'github:id:666']);
  });

  it('joins an account of a host with one person, also when it has pushed the codes of two', async () => {
    const [kim, trickster] = [on('slack', 'U10', 'kim'), on('slack', 'U11', 'kim')];
    const own = codeIn((await say(kim, 'pack link')).text);
    const trap = codeIn((await say(trickster, 'pack link')).text);
    for (const code of [trap, own]) await depot.pushers.noteCode({ code, by: pushedBy('kim', '72') });
    expect((await say(kim, `pack link ${own}`)).text).toMatch(/^🔗/);
    expect((await say(trickster, `pack link ${trap}`)).text).toMatch(/^github:id:72 is somebody's already/);
    expect(await account(trickster)).toEqual(['slack:U11']);
    expect(await account(kim)).toEqual(['slack:U10', 'github:id:72']);
  });

  it('is worth nothing where the host proves nobody, nor after too many wrong ones', async () => {
    const eve = on('slack', 'U5', 'eve');
    const code = codeIn((await say(eve, 'pack link')).text);
    await depot.pushers.noteCode({ code, by: { host: 'generic', name: 'eve' } });
    for (let tries = 0; tries < 5; tries += 1)
      await depot.pushers.noteCode({ code: 'AAAAA-AAAAA', by: pushedBy('eve', '5') });
    await depot.pushers.noteCode({ code, by: pushedBy('eve', '5') });
    expect((await say(eve, `pack link ${code}`)).text).toMatch(/^This code is for your other account/);
  });
});
