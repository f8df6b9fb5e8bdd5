import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  callButtons,
  decodePress,
  draftButtons,
  encodePress,
  type Press,
  returnSoonButtons,
  waitingButtons,
} from '../../../src/chat/buttons/buttons.js';
import { mentionsOn } from '../../../src/chat/render/mentions.js';
import { renderNotice } from '../../../src/chat/render/notices.js';
import { type AskingNotice, callOutcome } from '../../../src/chat/render/settled.js';
import { outcomeOf } from '../../../src/chat/settle.js';
import type { Button } from '../../../src/core/chat.js';
import type { Call } from '../../../src/deployments/service.js';
import { ann, bob, borrowOf, context, deploymentOf, minutesAgo, now, sha, viewOf } from '../fixture.js';
import { expectGolden } from '../render/golden.js';
import { stage } from '../stage.js';

const until = minutesAgo(-15);
const pending = { pack: 'beans', status: 'pending' } as const;
const waiting = deploymentOf([pending], { status: 'waiting', waitingFor: 'confirmation' });
const call: Call = { deployment: 42, requester: ann, phrase: 'alas! ear wax!', until };
const called: AskingNotice = {
  kind: 'call',
  to: ann,
  deployment: 42,
  asked: 'deploy',
  packs: ['beans'],
  repository: 'house-packs',
  revision: { ref: 'feature/decaf', sha },
  phrase: 'alas! ear wax!',
  until: until.toISOString(),
};
const borrow = borrowOf('beans', { holder: bob });
const soon: AskingNotice = {
  kind: 'return-soon',
  to: bob,
  pack: 'beans',
  repository: 'house-packs',
  ref: 'feature/decaf',
  until: borrow.until.toISOString(),
};

function shown(text: string, buttons: readonly Button[] = []): string {
  const row = buttons.map(({ label, value, style }) => `[${label}](${value})${style ? ` ${style}` : ''}`);
  return [text, ...(row.length === 0 ? [] : [row.join('  ')])].join('\n');
}

describe('the value of a button', () => {
  const end = fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true });
  const number = fc.integer({ min: 1, max: 1_000_000 });
  const pack = fc.stringMatching(/^[a-z0-9_]{1,60}$/);
  const press: fc.Arbitrary<Press> = fc.oneof(
    fc.record({ kind: fc.constant('cancel'), deployment: number }),
    fc.record({ kind: fc.constantFrom('confirm', 'defer'), deployment: number, until: end }),
    fc.record({ kind: fc.constantFrom('extend', 'return'), pack, until: end }),
    fc.record({ kind: fc.constant('skip'), pack }),
  );

  it('says what it said when it comes back, in at most 100 characters', () => {
    fc.assert(
      fc.property(press, (one) => {
        const value = encodePress(one) ?? '';
        expect(value.length).toBeLessThanOrEqual(100);
        expect(decodePress(value)).toEqual(one);
      }),
    );
  });

  it('is nothing when somebody else made it up', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const press = decodePress(value);
        if (press !== undefined) expect(decodePress(encodePress(press) ?? '')).toEqual(press);
      }),
    );
    for (const value of [
      '',
      'confirm',
      'confirm 42',
      'cancel beans',
      'extend beans',
      'drop tables',
      'cancel 42 42 42',
    ])
      expect(decodePress(value), value).toBeUndefined();
    expect(encodePress({ kind: 'skip', pack: 'p'.repeat(100) })).toBeUndefined();
  });
});

describe('a button that is pressed', () => {
  const press = (pressed: string, more = {}) => ({ pressed, ...more });
  const value = (one: Press) => encodePress(one) ?? '';

  it('is the same as the word of whoever pressed it', async () => {
    const { say, deployments, web } = stage();
    deployments.all.set(42, waiting);
    deployments.callsNow.push(call);
    expect(await say('', press(value({ kind: 'confirm', deployment: 42, until })))).toEqual([]);
    expect(deployments.requests.at(-1)).toMatchObject({
      intent: { kind: 'confirm', deployment: 42 },
      requester: ann,
      via: 'chat',
    });
    expect(web.whispered).toEqual([]);
  });

  it('is refused when what it was for is over, and only who pressed it is told so', async () => {
    const { say, deployments, web } = stage();
    deployments.borrowsNow.push(borrow);
    for (const stale of [
      value({ kind: 'confirm', deployment: 42, until }),
      value({ kind: 'extend', pack: 'beans', until: minutesAgo(-5) }),
      value({ kind: 'return', pack: 'ears', until: borrow.until }),
      'made up',
    ])
      expect(await say('', press(stale))).toEqual([]);
    expect(deployments.requests).toEqual([]);
    expect(web.whispered.map(({ text }) => text)).toEqual(Array(4).fill('What this button was for is over.'));
    expect(web.whispered.every(({ to }) => to === ann)).toBe(true);
  });

  it('tells whoever may not why', async () => {
    const { say, web } = stage();
    await say('', press(value({ kind: 'cancel', deployment: 7 })));
    expect(web.whispered).toHaveLength(1);
  });

  it('of a borrow asks for more time for exactly that borrow', async () => {
    const { say, deployments } = stage();
    deployments.borrowsNow.push(borrow);
    await say('', press(value({ kind: 'extend', pack: 'beans', until: borrow.until }), { author: bob }));
    expect(deployments.requests.at(-1)?.intent).toEqual({ kind: 'extend', pack: 'beans', by: 1_800_000 });
  });
});

describe('messages with buttons', () => {
  const deps = (more: {
    readonly calls?: readonly Call[];
    readonly borrows?: readonly (typeof borrow)[];
  }) => ({
    deployments: {
      calls: async () => more.calls ?? [],
      borrows: async () => more.borrows ?? [],
      get: async () => viewOf(deploymentOf([pending], { status: 'running' })),
    },
    people: () => [],
    clockwork: () => ({ now, timeZone: 'UTC' }),
  });

  it('stay as they are while it may still be done', async () => {
    expect(await outcomeOf(deps({ calls: [call] }), called)).toBeUndefined();
    expect(await outcomeOf(deps({ borrows: [borrow] }), soon)).toBeUndefined();
  });

  it('show what can be done, and then what came of it', async () => {
    const settled = async (notice: AskingNotice, more: Parameters<typeof deps>[0]) =>
      `${renderNotice(notice, context)}\n${await outcomeOf(deps(more), notice)}`;
    const later = { ...borrow, until: minutesAgo(-40) };
    const canceled = deploymentOf([pending], { status: 'canceled', canceledBy: ann });
    await expectGolden('buttons', {
      'a deployment that waits': shown('⏳ …', waitingButtons(42)),
      'a call': shown(renderNotice(called, context), callButtons(42, until)),
      'a call that was confirmed': await settled(called, {}),
      'a call that was deferred': callOutcome(
        deploymentOf([pending], { status: 'waiting', waitingFor: 'turn' }),
      ),
      'a call of what was canceled': callOutcome(canceled),
      'a borrow that ends soon': shown(renderNotice(soon, context), returnSoonButtons('beans', borrow.until)),
      'a borrow that was extended': await settled(soon, { borrows: [later] }),
      'a borrow that was returned': await settled(soon, {}),
      'a borrow that was given away': await settled(soon, { borrows: [{ ...later, holder: ann }] }),
      'a draft of one pack': shown('📝 …', draftButtons(['beans'])),
      'a draft of several packs': shown('📝 …', draftButtons(['beans', 'ears'])),
    });
  });
});

describe('who is called', () => {
  const people = [
    {
      name: 'ann',
      accounts: [
        { platform: 'web', userId: 'ann' },
        { platform: 'faraway', userId: 'U1' },
      ],
    },
  ];

  it('is mentioned by their account where they are told, also when they asked from elsewhere', () => {
    const mention = mentionsOn('faraway', people);
    expect(renderNotice({ ...called }, { ...context, ...(mention && { mention }) })).toContain(
      '[@ann](mention:U1)',
    );
    expect(mention?.({ platform: 'faraway', userId: 'U7', name: 'jjm [x](y)' })).toBe(
      '[@jjm xy](mention:U7)',
    );
    expect(mention?.(bob)).toBeUndefined();
    expect(mention?.({ platform: 'faraway', userId: 'a b', name: 'ann' })).toBeUndefined();
  });

  it('is called by name on our own platforms', () => expect(mentionsOn('web', people)).toBeUndefined());
});
