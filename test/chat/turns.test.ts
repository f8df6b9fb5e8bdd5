import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/config.js';
import type { Actor } from '../../src/core/actor.js';
import type { Repository } from '../../src/core/repository.js';
import { ann, bob, borrowOf, configOf, deploymentOf, lockOf, onWeb, said } from './fixture.js';
import { type Stage, stage } from './stage.js';

const jjm = onWeb('jjm');
const elsewhere = { platform: 'elsewhere', channel: 'C1' };
const awesome: Repository = {
  name: 'MyAwesomePackRepo',
  url: 'https://git.example.com/awesome.git',
  subtree: 'packs',
  target: 'default',
};
const story = configOf({ repositories: [[awesome.name, awesome]] });

/** A room in which jjm's deployment has had to wait and is called now. */
async function called(config: Config = story, phrase = 'alas! ear wax!'): Promise<Stage> {
  const one = stage(config);
  const line = '!pack deploy MyAwesomePackRepo AwesomePack Feature/factor-out-earwax-beans';
  await one.say(line, { author: jjm });
  one.deployments.call(1, phrase);
  return one;
}

function confirms({ deployments }: Stage) {
  return deployments.requests.filter((one) => one.intent.kind === 'confirm');
}

describe('a phrase in a channel', () => {
  it('completes the deployment, word for word as in the story', async () => {
    const room = await called();
    expect(await room.say('alas! ear wax!', { author: jjm, id: 'm-7' })).toEqual([
      '@jjm: Deploying *AwesomePack* from *MyAwesomePackRepo* for you…',
    ]);
    expect(confirms(room)).toEqual([
      {
        key: 'chat:web:m-7',
        intent: { kind: 'confirm', deployment: 1 },
        requester: jjm,
        via: 'chat',
        origin: expect.objectContaining({ platform: 'web', channel: 'ops' }),
      },
    ]);
  });

  it.each(['Alas ear wax', '_alas! ear wax!_', '!alas! ear wax!', '“alas! ear wax!” 👂'])(
    'is heard as %j',
    async (text) => {
      const room = await called();
      expect((await room.say(text, { author: jjm }))[0]).toMatch(/^@jjm: Deploying/);
    },
  );

  it('is heard when it is said to the bot itself, and in the room of the terminal', async () => {
    const room = await called();
    const { dispatcher, web } = room;
    expect((await room.say('alas! ear wax!', { author: jjm, addressed: true }))[0]).toMatch(/^@jjm: Dep/);
    const again = await called();
    const origin = { platform: 'terminal', channel: 'ops', messageId: 'x' };
    await again.dispatcher.handle(
      said('alas! ear wax!', { author: { ...jjm, platform: 'terminal' }, origin }),
    );
    expect(confirms(again)).toHaveLength(1);
    await dispatcher.handle(said('alas! ear wax!', { author: jjm, fromSelf: true }));
    expect(web.posted).toHaveLength(1);
  });

  it('is known to be answered before it is said, so that whoever says it from a script waits for that', async () => {
    const { dispatcher } = await called();
    const lines = ['alas! ear wax!', 'alas! ear wx', 'what is ear wax?', 'hello'];
    const answered = await Promise.all(lines.map((text) => dispatcher.isForBot(said(text, { author: jjm }))));
    expect(answered).toEqual([true, true, false, false]);
  });

  it('calls people by the form that a platform has', async () => {
    const room = stage(story, { mention: ({ userId }) => `<@${userId}>` });
    await room.say('!pack deploy MyAwesomePackRepo AwesomePack', { author: jjm });
    room.deployments.call(1, 'alas! ear wax!');
    expect((await room.say('alas! ear wax!', { author: jjm }))[0]).toMatch(/^<@jjm>: Deploying/);
  });

  it('does not count from somebody else', async () => {
    const room = await called();
    expect(await room.say('alas! ear wax!', { author: bob })).toEqual([
      'It is the turn of jjm (#1), so only jjm can say that.',
    ]);
    await room.say('!pack deploy MyAwesomePackRepo ears', { author: bob });
    room.deployments.call(2, 'behold! a teapot!');
    expect(await room.say('alas! ear wax!', { author: bob })).toEqual([
      'It is the turn of jjm (#1), so only jjm can say that. You are asked for _behold! a teapot!_.',
    ]);
    expect(confirms(room)).toEqual([]);
  });

  it('that is nearly right gets a hint', async () => {
    const room = await called();
    expect(await room.say('alas! ear was!', { author: jjm })).toEqual(['Nearly. Say _alas! ear wax!_']);
    expect(await room.say('alas! ear was!', { author: bob })).toEqual([]);
    expect(confirms(room)).toEqual([]);
  });

  it('that is said twice is told that it is under way', async () => {
    const room = await called();
    await room.say('alas! ear wax!', { author: jjm });
    expect(await room.say('alas! ear wax!', { author: jjm })).toEqual([
      'Deployment #1 is under way already.',
    ]);
    const events = await room.deployments.events(1);
    expect(events.filter(({ event }) => event.kind === 'confirmed')).toHaveLength(1);
  });

  it('that comes too late is told so', async () => {
    const room = await called();
    room.deployments.miss(1);
    expect((await room.say('alas! ear wax!', { author: jjm }))[0]).toMatch(
      /^The turn of deployment #1 has passed/,
    );
    room.deployments.call(1, 'behold! a teapot!');
    expect(await room.say('alas! ear wax!', { author: jjm })).toEqual([
      'The turn for that phrase has passed, and another one has come. Say _behold! a teapot!_',
    ]);
    expect(confirms(room)).toEqual([]);
  });

  it('that comes as the time runs out is refused by the door, and nothing else is said', async () => {
    const room = await called();
    const { deployments } = room;
    const { request } = deployments;
    deployments.request = async (asked) => {
      deployments.miss(1);
      return request(asked);
    };
    const answers = await room.say('alas! ear wax!', { author: jjm });
    expect(answers).toEqual([expect.stringMatching(/^The turn of deployment #1 has passed/)]);
  });

  it('of the config is heard like a built-in one', async () => {
    const room = await called({ ...story, queue: { ...story.queue, phrases: ['Make it so'] } }, 'Make it so');
    expect((await room.say('make it so!', { author: jjm }))[0]).toMatch(/^@jjm: Deploying/);
    expect(await room.say('make it so!', { author: jjm })).toEqual(['Deployment #1 is under way already.']);
  });

  it('is just talk where nobody is asked for it', async () => {
    const room = await called();
    await room.dispatcher.handle(
      said('alas! ear wax!', { author: jjm, origin: { ...elsewhere, messageId: 'y' } }),
    );
    expect(room.elsewhere.posted).toEqual([]);
    expect(
      await room.say('alas! ear wax!', { author: bob, origin: { platform: 'web', channel: 'b' } }),
    ).toEqual([]);
    expect(await room.say('what a day', { author: jjm })).toEqual([]);
    expect(confirms(room)).toEqual([]);
  });

  it('never stands in the way of a command, nor of the help for one that was mistyped', async () => {
    const room = await called(story, 'pack queue');
    expect((await room.say('!pack queue', { author: jjm }))[0]).toMatch(/open deployment/);
    expect((await room.say('!pack frobnicate', { author: jjm }))[0]).toMatch(/^I don't know/);
  });
});

describe('pack confirm and pack defer', () => {
  it('confirm without the phrase', async () => {
    const room = await called();
    expect((await room.say('!pack confirm', { author: bob }))[0]).toMatch(/^bob, no deployment waits for/);
    expect((await room.say('!pack confirm', { author: jjm }))[0]).toMatch(/^@jjm: Deploying \*AwesomePack\*/);
    expect((await room.ask('pack confirm 7', jjm)).refusal?.code).toBe('turn-passed');
  });

  it('want to know which one, where several wait', async () => {
    const room = await called();
    await room.say('!pack deploy MyAwesomePackRepo ears', { author: jjm });
    room.deployments.call(2, 'behold! a teapot!');
    expect(await room.say('!pack confirm', { author: jjm })).toEqual([
      'Several wait for your word: #1, #2. Say which one, as in `pack confirm 1`, or its phrase.',
    ]);
  });

  it('let the next one go first', async () => {
    const room = await called();
    expect(await room.say('!pack defer 1', { author: jjm })).toEqual([
      '*jjm*, [#1](http://bot/deployments/1) lets the next one go first.',
    ]);
  });
});

describe('borrows and locks', () => {
  it('are extended, given, stolen and returned in a line', async () => {
    const { say, deployments } = stage();
    deployments.borrowsNow.push(borrowOf('beans'));
    expect(await say('!pack extend beans 30m', { author: bob })).toEqual([
      '*beans* is yours on _feature/decaf_ until 12:40; `pack extend beans 30m` keeps it longer, `pack return beans` gives it back.',
    ]);
    expect(await say('!pack give beans to @ann', { author: bob })).toEqual([
      '*beans* is in the hands of *ann* now until 12:40.',
    ]);
    expect((await say('!pack steal beans'))[0]).toMatch(/^\*beans\* is yours on _feature\/decaf_ until/);
    expect(await say('!pack return beans')).toEqual([]);
    expect(deployments.requests.map((one) => one.intent)).toEqual([
      { kind: 'extend', pack: 'beans', by: 1_800_000 },
      { kind: 'give', pack: 'beans', to: 'ann' },
      { kind: 'steal', pack: 'beans' },
      { kind: 'return', pack: 'beans' },
    ]);
    expect((await say('!pack extend tea 30m'))[0]).toMatch(/^Nobody has borrowed tea\./);
  });

  it('give their data to those who ask by the API', async () => {
    const { ask, deployments } = stage();
    deployments.borrowsNow.push(borrowOf('beans'));
    const extended = await ask('pack extend beans 30m', bob);
    expect(extended.data).toMatchObject({ borrow: { pack: 'beans', until: '2026-03-01T12:40:00.000Z' } });
    expect(extended.deployment).toBeUndefined();
    expect((await ask('pack return beans', bob)).text).toMatch(/^⏳ Looking at the return of \*beans\*/);
    expect((await ask('pack why beans')).data).toMatchObject({ view: { borrow: { holder: bob } } });
    expect((await ask('pack who')).data).toMatchObject({ packs: [{ pack: 'beans' }], locks: [] });
  });

  it('are locked and unlocked by their names', async () => {
    const { say, deployments } = stage();
    deployments.makeLive('beans');
    expect(await say('!pack lock beans for 2h because we clean')).toEqual([
      '🔒 *beans* is locked by *ann* since 12:00 until 14:00, because _we clean_. `pack unlock beans` ends it.',
    ]);
    expect((await say('!pack status'))[0]).toContain('🔒 locked by *ann*');
    expect(await say('!pack unlock beans')).toEqual(['🔓 *beans* is unlocked.']);
    expect((await say('!pack unlock beans'))[0]).toMatch(/is not locked/);
    expect((await say('!pack lock Beans because we clean'))[0]).toMatch(/^🔒 \*beans\* is locked/);
    expect((await say('!pack who BEANS'))[0]).toContain('*beans* is locked by *ann*');
    expect(await say('!pack unlock pack BEANS')).toEqual(['🔓 *beans* is unlocked.']);
    expect((await say('!pack lock * because we clean'))[0]).toMatch(/^🔒 Everything is locked by \*ann\*/);
    expect((await say('!pack status'))[0]).toMatch(/^🔒 Everything is locked/);
  });

  it('ask what is meant by a name that is two things, or none', async () => {
    const { say, deployments } = stage();
    deployments.makeLive('house-packs');
    deployments.makeLive('doorbell', {
      live: { repository: 'doorbell', revision: { ref: 'main', sha: 'x' }, tree: 't', release: '1' },
    });
    deployments.makeLive('beans');
    expect(await say('!pack lock house-packs because x')).toEqual([
      'house-packs is the name of a repository and of a pack. Say `pack lock repository house-packs` for all of its packs, or `pack lock pack house-packs` for the one.',
    ]);
    expect(await say('!pack lock baens because x')).toEqual([
      'I know no pack and no repository baens. Did you mean beans? To lock a pack before it comes, say `pack lock pack baens`.',
    ]);
    expect((await say('!pack lock doorbell because x'))[0]).toMatch(/^🔒 Repository \*doorbell\* is locked/);
    await say('!pack lock pack house-packs because x');
    expect(await say('!pack unlock house-packs')).toEqual(['🔓 *house-packs* is unlocked.']);
    await say('!pack lock pack house-packs because x');
    await say('!pack lock repository house-packs because x');
    expect((await say('!pack unlock house-packs'))[0]).toMatch(/is the name of a repository and of a pack/);
  });
});

describe('pack why and pack who', () => {
  it('tell who holds what, and the one thing that blocks', async () => {
    const { say, deployments } = stage();
    deployments.makeLive('beans');
    deployments.borrowsNow.push(borrowOf('beans'));
    deployments.locksNow.push(lockOf({ kind: 'repository', repository: 'house-packs' }));
    deployments.block = { what: 'bob has borrowed it', owner: 'bob', command: 'pack return beans' };
    const waiting = deploymentOf([{ pack: 'beans', status: 'pending' }], { id: 1, status: 'waiting' });
    deployments.all.set(1, waiting);
    const [why] = await say('!pack why beans');
    expect(why).toMatch(/^❗ \*beans\*: bob has borrowed it\. \*bob\* can clear it: `pack return beans`\n/);
    const [who] = await say('!pack who');
    expect(who).toContain('• 🔒 Repository *house-packs* is locked by *bob*');
    expect(who).toContain('• ✋ *beans* is borrowed by *bob* on _feature/decaf_ since 11:10, until 12:10');
    expect((await say('!pack who beans'))[0]).toContain(
      '*ann* has a deployment open: see `pack queue beans`.',
    );
    expect((await say('!pack who baens'))[0]).toBe('No pack baens is live. Did you mean beans?');
    expect((await say('!pack why tea'))[0]).toMatch(/^No pack tea is live\./);
  });

  it('hide what a rule denies', async () => {
    const denied = { commands: [], repositories: [], packs: ['secret*'], branches: [], targets: [] };
    const who = { people: ['bob'], groups: [], channels: [] };
    const rules = [{ effect: 'deny' as const, who, ...denied, forced: false, place: 'packtrain.yaml:12' }];
    const { ask, deployments } = stage(configOf({ access: { rules } }));
    deployments.makeLive('beans');
    deployments.makeLive('secret_sauce');
    deployments.borrowsNow.push(borrowOf('secret_sauce'), borrowOf('beans'));
    deployments.locksNow.push(lockOf({ kind: 'pack', pack: 'secret_sauce' }));
    const shown = async (line: string, actor: Actor) => JSON.stringify(await ask(line, actor));
    for (const line of [
      'pack who',
      'pack status',
      'pack list',
      'pack who secret_sauze',
      'pack lock secret_sauze because x',
    ]) {
      expect(await shown(line, ann), line).toContain('secret_sauce');
      expect(await shown(line, bob), line).not.toContain('secret_sauce');
    }
    expect((await ask('pack why secret_sauce', bob)).refusal?.code).toBe('access-denied');
    expect((await ask('pack who secret_sauce', bob)).refusal?.code).toBe('access-denied');
    expect((await ask('pack who beans', bob)).text).toContain('borrowed by *bob*');
  });
});
