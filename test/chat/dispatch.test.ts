import { describe, expect, it } from 'vitest';
import type { AskContext } from '../../src/chat/asker.js';
import type { AccessRule } from '../../src/core/access.js';
import type { Actor } from '../../src/core/actor.js';
import { refuse } from '../../src/core/reason.js';
import { ok, refused } from '../../src/core/result.js';
import { ann, bob, configOf, endedOf, now, planOf, said } from './fixture.js';
import { stage } from './stage.js';

function rule(
  effect: AccessRule['effect'],
  more: Partial<AccessRule>,
  people: readonly string[] = ['bob'],
): AccessRule {
  const anything = { commands: [], repositories: [], packs: [], branches: [], targets: [], forced: false };
  return {
    effect,
    who: { people, groups: [], channels: [] },
    ...anything,
    place: 'packtrain.yaml:12',
    ...more,
  };
}

describe('a line in a chat', () => {
  it('that begins a deployment is answered by the deployment’s own reply, and by nothing else', async () => {
    const { say, deployments } = stage();
    expect(await say('!pack deploy house-packs beans feature/x', { id: 'm-1' })).toEqual([]);
    expect(deployments.requests).toEqual([
      {
        key: 'chat:web:m-1',
        intent: {
          kind: 'deploy',
          repository: 'house-packs',
          packs: { kind: 'named', packs: ['beans'] },
          ref: 'feature/x',
        },
        requester: ann,
        via: 'chat',
        origin: expect.objectContaining({ platform: 'web', channel: 'ops' }),
      },
    ]);
  });

  it('of somebody whom nothing proves is answered, but changes nothing and gives no way in', async () => {
    const { say, deployments, web } = stage();
    const isUnproved = true as const;
    const proves = /Nothing on web proves that you are ann.*Log in.*chats\.web\.trust_nicknames/s;
    expect(await say('!pack deploy house-packs beans', { isUnproved })).toEqual([
      expect.stringMatching(proves),
    ]);
    expect(await say('!pack login', { isUnproved, id: 'm-9' })).toEqual([expect.stringMatching(proves)]);
    expect(await say('!pack queue', { isUnproved, id: 'm-10' })).toEqual([expect.not.stringMatching(proves)]);
    expect(deployments.requests).toEqual([]);
    expect(web.whispered).toEqual([]);
  });

  it('that comes with a key that may only read is answered, but changes nothing, and no key gives a way in', async () => {
    const { dispatcher, deployments } = stage();
    const actor = { platform: 'api', userId: 'ci', name: 'ci' };
    const asking = { actor, via: 'api', byKey: { name: 'ci', mayChange: false } } as const;
    const codeOf = async (line: string, more: Partial<AskContext> = {}) =>
      (await dispatcher.runLine(line, { ...asking, key: line, ...more })).refusal?.code;
    expect(await codeOf('pack deploy house-packs beans')).toBe('key-only-reads');
    expect(await codeOf('pack queue')).toBeUndefined();
    const lock = { kind: 'lock', scope: { kind: 'everything' }, because: 'tests' } as const;
    const locked = await dispatcher.runIntent(lock, { ...asking, key: 'lock' });
    expect(locked.text).toContain('The key ci may only read. Use another one');
    expect(deployments.requests).toEqual([]);
    const byKey = { name: 'ci', mayChange: true };
    expect(await codeOf('pack login', { byKey })).toBe('key-signs-nobody-in');
    expect(await codeOf('pack deploy house-packs beans', { byKey })).toBeUndefined();
    expect(deployments.requests).toMatchObject([{ requester: actor, via: 'api' }]);
  });

  it('gives no way in where others may read the answer', async () => {
    const { say, web } = stage();
    Object.assign(web, { capabilities: { ...web.capabilities, isOverheard: true } });
    const said = await say('!pack login');
    expect(said).toEqual([expect.stringMatching(/on web is kept where others may read it.*packtrain login/)]);
    expect(web.whispered).toEqual([]);
    expect(await say('!pack deploy house-packs beans')).toEqual([]);
  });

  it('that is delivered twice deploys once', async () => {
    const { say, deployments } = stage();
    await say('!pack deploy house-packs beans', { id: 'm-2' });
    expect(await say('!pack deploy house-packs beans', { id: 'm-2' })).toEqual([]);
    expect(deployments.all.size).toBe(1);
  });

  it('that is refused is told why', async () => {
    const { say } = stage();
    expect(await say('!pack deploy hose-packs beans')).toEqual([
      'There is no repository hose-packs in the config. Did you mean house-packs?',
    ]);
  });

  it('that comes with many others is handled like them all', async () => {
    const { dispatcher, deployments, web } = stage();
    const lines = Array.from({ length: 20 }, (_, i) =>
      said(i % 2 === 0 ? '!pack deploy house-packs beans' : '!pack queue'),
    );
    await Promise.all(lines.map(dispatcher.handle));
    expect([deployments.all.size, web.posted.length]).toEqual([10, 10]);
  });

  it('that the bot wrote itself is left alone', async () => {
    const { say } = stage();
    expect(await say('!pack status', { fromSelf: true })).toEqual([]);
  });

  it('that is for another bot is left alone', async () => {
    const { say, dispatcher } = stage();
    expect(await say('!karma bob++')).toEqual([]);
    expect(await say('we should pack deploy beans')).toEqual([]);
    const isForBot = (text: string, addressed = false) => dispatcher.isForBot({ ...said(text), addressed });
    expect(await Promise.all(['!karma bob++', '!pack status'].map((line) => isForBot(line)))).toEqual([
      false,
      true,
    ]);
    expect([await isForBot('hello'), await isForBot('hello', true)]).toEqual([false, true]);
  });

  it('that is a near miss gets the closest command, where it was said', async () => {
    const { dispatcher, elsewhere } = stage();
    const origin = { platform: 'elsewhere', channel: 'C1', messageId: 'x7', thread: 't1' };
    await dispatcher.handle(said('!pck deploy house-packs', { id: 'x7', origin }));
    expect(elsewhere.posted).toEqual([
      {
        to: origin,
        key: 'answer:x7',
        text: "I don't know `!pck deploy house-packs`. Did you mean `!pack deploy house-packs`?",
      },
    ]);
  });

  it('that breaks something is answered with an apology that names the error in the log', async () => {
    const { say, deployments, errors } = stage();
    deployments.queue = async () => {
      throw new Error('the database is gone');
    };
    const [text] = await say('!pack queue');
    const id = /error ([0-9a-f]{8})/.exec(text ?? '')?.[1];
    expect(text).toMatch(/^Sorry, something broke on my side/);
    expect(errors).toEqual([
      { fields: expect.objectContaining({ errorId: id }), message: 'a command broke' },
    ]);
  });

  it('whose answer cannot be posted is only logged', async () => {
    const { dispatcher, web, errors } = stage();
    web.post = async () => {
      throw new Error('the platform is gone');
    };
    await dispatcher.handle(said('!pack queue'));
    await dispatcher.handle(said('!pack queue', { origin: { platform: 'nowhere', channel: 'x' } }));
    expect(errors.map((one) => one.message)).toEqual([
      'an answer could not be posted',
      'an answer could not be posted',
    ]);
  });

  it('never shows a secret, wherever it stands', async () => {
    const { say, ask } = stage();
    expect((await say('!pack list hunter2hunter2')).join()).toContain('•••');
    expect(JSON.stringify(await ask('pack status hunter2hunter2'))).not.toContain('hunter2');
  });
});

describe('pack deploy', () => {
  it('over the API gives the reply’s text and the number', async () => {
    const { ask } = stage();
    expect(await ask('pack deploy house-packs beans')).toEqual({
      text: '⏳ Looking at *beans* from *house-packs* for *ann*… [#1](http://bot/deployments/1)',
      deployment: 1,
      data: { deployment: 1, isNew: true },
    });
  });

  it('takes an intent too', async () => {
    const { dispatcher, deployments } = stage();
    const intent = { kind: 'rollback', pack: 'beans' } as const;
    const answer = await dispatcher.runIntent(intent, { actor: ann, via: 'cli', key: 'k' });
    expect(answer).toMatchObject({ deployment: 1, text: expect.stringContaining('rollback of *beans*') });
    expect(deployments.requests[0]).toEqual({ key: 'k', intent, requester: ann, via: 'cli' });
  });

  it('of a live pack needs no repository', async () => {
    const { say, deployments } = stage();
    deployments.makeLive('beans');
    await say('!pack deploy beans');
    await say('!pack deploy beans feature/x');
    await say('!pack deploy tea');
    const house = { kind: 'deploy', repository: 'house-packs', packs: { kind: 'named', packs: ['beans'] } };
    expect(deployments.requests.map((one) => one.intent)).toEqual([
      house,
      { ...house, ref: 'feature/x' },
      { kind: 'deploy', repository: 'tea', packs: { kind: 'differing' } },
    ]);
  });

  it('is refused with the rule and those who can', async () => {
    const { say } = stage(
      configOf({ access: { rules: [rule('deny', { commands: ['deploy'], because: 'ears are delicate' })] } }),
    );
    expect(await say('!pack deploy house-packs beans branch main', { author: bob })).toEqual([
      'You may not: packtrain.yaml:12 denies bob `deploy`, because ears are delicate. ann can.',
    ]);
  });
});

describe('pack cancel', () => {
  it('says so in a word; the deployment’s reply tells the rest', async () => {
    const { say, deployments } = stage();
    await say('!pack deploy house-packs beans');
    expect(await say('!pack cancel')).toEqual([
      '🛑 *ann*, [#1](http://bot/deployments/1) is being canceled.',
    ]);
    expect(deployments.all.get(1)?.canceledBy).toEqual(ann);
  });

  it('refuses what cannot be canceled', async () => {
    const { say, deployments } = stage();
    deployments.all.set(1, endedOf([{ pack: 'beans', status: 'live' }], { id: 1 }));
    expect(await say('!pack cancel')).toEqual([
      'ann, you have no open deployment. See everybody’s with `pack queue`, and say `pack cancel` with its number.',
    ]);
    expect((await say('!pack cancel 1'))[0]).toMatch(/^Deployment #1 has already succeeded\./);
    expect((await say('!pack cancel 7'))[0]).toMatch(/^There is no deployment #7\./);
  });
});

describe('pack status, history and queue', () => {
  it('tell what is live, what was and what will be, as text and as data', async () => {
    const { ask, deployments } = stage();
    deployments.makeLive('beans');
    deployments.all.set(1, endedOf([{ pack: 'beans', status: 'live' }], { id: 1 }));
    await ask('pack deploy house-packs beans');
    const status = await ask('status beans');
    expect(status.text).toBe(
      '*beans* `main@1a2b3c4` from *house-packs*, just now by *ann* ([#1](http://bot/deployments/1))',
    );
    expect(status.data).toMatchObject({ live: [{ pack: 'beans', since: now.toISOString() }], open: [] });
    expect((await ask('pack history beans')).text).toMatch(/^The newest deployments of \*beans\*:\n• \[#1\]/);
    expect((await ask('pack queue')).text).toMatch(/^1 open deployment, 0 running:\n1\. \[#2\]/);
  });

  it('know a pack that was misspelt', async () => {
    const { say, deployments } = stage();
    deployments.makeLive('beans');
    expect(await say('!pack status baens')).toEqual(['No pack baens is live. Did you mean beans?']);
    expect(await say('!pack history baens')).toEqual(['No pack baens is live. Did you mean beans?']);
    expect(await say('!pack history tea')).toEqual(['Nothing of *tea* was deployed yet.']);
    expect(await say('!pack queue tea')).toEqual(['Nothing runs or waits for *tea*.']);
  });

  it('hide what a rule denies, in lists too', async () => {
    const rules = [rule('deny', { packs: ['secret*'] })];
    const { ask, deployments } = stage(configOf({ access: { rules } }));
    deployments.makeLive('beans');
    deployments.makeLive('secret_sauce');
    deployments.all.set(
      1,
      endedOf(
        [
          { pack: 'beans', status: 'live' },
          { pack: 'secret_sauce', status: 'live' },
        ],
        { id: 1 },
      ),
    );
    deployments.plan = () => ok(planOf(['beans', 'secret_sauce']));
    for (const line of [
      'pack status',
      'pack history',
      'pack list',
      'pack list house-packs',
      'pack status secret_sauze',
    ]) {
      expect(JSON.stringify(await ask(line, ann)), line).toContain(
        line === 'pack history' ? '#1' : 'secret_sauce',
      );
      expect(JSON.stringify(await ask(line, bob)), line).not.toContain('secret_sauce');
    }
    expect((await ask('pack status secret_sauce', bob)).refusal?.code).toBe('access-denied');
    expect((await ask('pack diff house-packs', bob)).refusal?.code).toBe('access-denied');
    expect((await ask('pack diff house-packs', ann)).text).toContain('secret_sauce');
  });
});

describe('pack diff and list', () => {
  it('show what deploying would change', async () => {
    const { say, deployments } = stage();
    const asked: unknown[] = [];
    deployments.plan = (intent) => {
      asked.push(intent);
      return ok(planOf(['beans']));
    };
    expect((await say('!pack diff house-packs beans feature/x'))[0]).toMatch(
      /^Deploying \*house-packs\* at `main@1a2b3c4` would change \*beans\*:/,
    );
    expect((await say('!pack list house-packs'))[0]).toMatch(/^\*house-packs\* has 1 pack at/);
    expect(asked).toEqual([
      {
        kind: 'deploy',
        repository: 'house-packs',
        packs: { kind: 'named', packs: ['beans'] },
        ref: 'feature/x',
      },
      { kind: 'deploy', repository: 'house-packs', packs: { kind: 'all' } },
    ]);
    expect(deployments.requests).toEqual([]);
  });

  it('say why a repository cannot be looked at, and what is known of it', async () => {
    const { ask, deployments } = stage();
    deployments.makeLive('beans');
    deployments.plan = () => refused(refuse('empty-repository', { repository: 'house-packs' }));
    const list = await ask('pack list house-packs');
    expect([list.refusal?.code, list.text]).toEqual([
      'empty-repository',
      expect.stringContaining('• ✓ *beans*, live at'),
    ]);
    expect((await ask('pack diff house-packs')).text).toMatch(/^house-packs is empty/);
  });
});

describe('pack help', () => {
  it('lists only what the asker may do', async () => {
    const rules = [rule('deny', { commands: ['rollback', 'cancel'] })];
    const { ask } = stage(configOf({ access: { rules } }));
    const names = async (who: Actor) => {
      const { data } = await ask('pack help', who);
      return (data as { commands: { name: string }[] }).commands.map((one) => one.name);
    };
    expect(await names(ann)).toEqual(expect.arrayContaining(['deploy', 'rollback', 'cancel', 'help']));
    expect(await names(bob)).not.toContain('rollback');
    expect((await ask('pack help', bob)).text).not.toContain('pack cancel');
  });

  it('tells more of one command, by any of its names, with the formats of the config', async () => {
    const { ask } = stage(configOf({ formats: [['deploy', ['ship {{packs}}']]] }));
    expect((await ask('pack help deploy')).text).toContain('• `!ship {{packs}}`');
    expect((await ask('pack help clone')).text).toMatch(
      /^Shows the line that clones a repository\. Say:\n• `!show git clone/,
    );
    expect((await ask('pack help "pack deploy"')).text).toMatch(/^Makes packs of a repository live/);
    expect((await ask('pack help delpoy')).text).toBe(
      "I don't know `!pack help delpoy`. Did you mean `!pack help deploy`?",
    );
  });
});

describe('pack login', () => {
  it('whispers the link', async () => {
    const { say, web } = stage();
    expect(await say('!pack login', { id: 'm-9', author: bob })).toEqual([]);
    expect(web.whispered).toEqual([
      {
        to: bob,
        key: 'answer:m-9',
        text: '[Sign in to the web pages](http://bot/login?token=bob-token). The link is yours alone, good once, for 15 minutes.',
      },
    ]);
  });
});

describe('show git clone', () => {
  it.each([
    ['https://git.example.com/p.git', 'git clone https://git.example.com/p.git'],
    ['https://ann:pa55word@git.example.com/p.git', 'git clone https://git.example.com/p.git'],
    ['https://ghp_0123456789@git.example.com/p.git', 'git clone https://git.example.com/p.git'],
    ['git@git.example.com:st2/p.git', 'git clone git@git.example.com:st2/p.git'],
    ['ssh://git@git.example.com:2222/p.git', 'git clone ssh://git@git.example.com:2222/p.git'],
    ['ssh://git:pa55word@git.example.com/p.git', 'git clone ssh://git@git.example.com/p.git'],
    ['/srv/my packs.git', "git clone '/srv/my packs.git'"],
  ])('of %s', async (remote, line) => {
    const repository = { name: 'p', url: remote, subtree: false, target: 'default' } as const;
    const { say } = stage(configOf({ repositories: [['p', repository]] }));
    expect(await say('!show git clone P')).toEqual([`\`${line}\``]);
  });
});
