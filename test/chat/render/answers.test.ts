import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandTable } from '../../../src/chat/commands/table.js';
import { renderDiff } from '../../../src/chat/render/diff.js';
import { renderCommandHelp, renderHelp } from '../../../src/chat/render/help.js';
import { renderHistory } from '../../../src/chat/render/history.js';
import { renderRepositories, renderRepository, renderUnreachable } from '../../../src/chat/render/list.js';
import { bold, clip, code, em } from '../../../src/chat/render/markdown.js';
import { renderQueue } from '../../../src/chat/render/queue.js';
import { renderCanceling, renderClone, renderLogin } from '../../../src/chat/render/small.js';
import { renderPackStatus, renderStatus } from '../../../src/chat/render/status.js';
import { ago, took } from '../../../src/chat/render/time.js';
import type { Deployment } from '../../../src/core/deployment.js';
import { refuse } from '../../../src/core/reason.js';
import type { LiveView } from '../../../src/deployments/service.js';
import {
  bob,
  configOf,
  context,
  deploymentOf,
  endedOf,
  minutesAgo,
  now,
  packPlan,
  planOf,
  sha,
  url,
  viewOf,
} from '../fixture.js';
import { expectGolden } from './golden.js';

const invalid = refuse('pack-invalid', {
  pack: 'tea',
  problems: ['pack.yaml:1:1 error The pack has no version.'],
});

function liveOf(pack: string, more: Partial<LiveView> = {}): LiveView {
  const live = { repository: 'house-packs', revision: { ref: 'main', sha }, tree: 't', release: '1' };
  return { target: 'default', pack, live, deployment: 41, since: minutesAgo(180), by: 'ann', ...more };
}

const many = Array.from({ length: 500 }, (_, i) => `pack_${i}`);
const runs = deploymentOf([
  { pack: 'beans', status: 'live' },
  { pack: 'ears', status: 'running', step: 'activate' },
]);
const waits = deploymentOf([{ pack: 'beans', status: 'pending' }], {
  id: 43,
  status: 'waiting',
  requester: bob,
  requestedAt: minutesAgo(1),
});
const { plan: _, ...planned } = deploymentOf([]);
const plans: Deployment = {
  ...planned,
  id: 44,
  status: 'queued',
  intent: { kind: 'rollback', pack: 'tea' },
  requestedAt: now,
};
const queue = [viewOf(runs), viewOf(waits, { ahead: [42] }), viewOf(plans)];

describe('what the bot answers', () => {
  it('reads well', async () => {
    const live = [liveOf('beans'), liveOf('ears', { since: minutesAgo(3), by: 'bob', deployment: 40 })];
    const elsewhere = liveOf('beans', { target: 'prod', since: new Date('2025-01-02T00:00:00Z') });
    const doorbell = configOf().repositories.get('doorbell');
    const house = configOf().repositories.get('house-packs');
    if (doorbell === undefined || house === undefined) throw new Error('the fixture lacks a repository');
    const canary = { action: 'beans.check', parameters: {}, status: 'succeeded', result: {}, withinMs: 1 };
    const two = planOf(['beans'], {
      packs: [
        packPlan('beans', { canary }),
        packPlan('ears', { from: liveOf('ears').live, warnings: ['actions/a.yaml:1 odd'] }),
      ],
      unchanged: ['milk'],
      refused: [{ pack: 'tea', refusal: invalid }],
    });
    const drift = {
      drift: { kind: 'files', files: [{ path: 'actions/cook.py', how: 'changed' }] },
      since: now,
    } as const;
    await expectGolden('answers', {
      'status of all': renderStatus({ live, open: queue }, context),
      'status with nothing live': renderStatus({ live: [], open: [] }, context),
      'status of many': renderStatus({ live: many.map((pack) => liveOf(pack)), open: [] }, context),
      'status of all, one edited on its server': renderStatus(
        { live: [{ ...liveOf('beans'), drift }, liveOf('ears')], open: [] },
        context,
      ),
      'status of a pack edited on its server': renderPackStatus(
        'beans',
        { live: [{ ...liveOf('beans'), drift }], open: [] },
        context,
      ),
      'status of a pack': renderPackStatus('beans', { live: [liveOf('beans')], open: [] }, context),
      'status of a pack on two targets': renderPackStatus(
        'beans',
        { live: [liveOf('beans'), elsewhere], open: queue.slice(1, 2) },
        context,
      ),
      'status of a pack that goes live for the first time': renderPackStatus(
        'beans',
        { live: [], open: queue.slice(0, 1) },
        context,
      ),
      queue: renderQueue(queue, context),
      'queue of a pack': renderQueue(queue.slice(0, 1), context, 'beans'),
      'empty queue': renderQueue([], context),
      history: renderHistory(
        [
          runs,
          endedOf([{ pack: 'beans', status: 'live' }]),
          endedOf(
            [
              { pack: 'beans', status: 'live' },
              { pack: 'tea', status: 'failed', refusal: invalid },
            ],
            { id: 41, status: 'failed' },
          ),
          endedOf([{ pack: 'tea', status: 'failed', refusal: invalid }], {
            id: 40,
            status: 'failed',
            requestedAt: minutesAgo(60 * 26),
          }),
          endedOf([{ pack: 'beans', status: 'pending' }], {
            id: 39,
            status: 'canceled',
            canceledBy: bob,
            requester: bob,
          }),
          endedOf([{ pack: 'beans', status: 'live' }], {
            id: 38,
            intent: { kind: 'rollback', pack: 'beans' },
          }),
          {
            ...plans,
            status: 'failed',
            endedAt: now,
            refusal: refuse('nothing-to-roll-back', { pack: 'tea' }),
          },
        ],
        context,
      ),
      'history of a pack': renderHistory([endedOf([{ pack: 'beans', status: 'live' }])], context, {
        pack: 'beans',
      }),
      'no history': renderHistory([], context, { pack: 'beans' }),
      'list of repositories': renderRepositories([
        { repository: house, live },
        { repository: { ...doorbell, autoDeployment: { branch: 'main' } }, live: [] },
      ]),
      'list of a repository': renderRepository('house-packs', two, [liveOf('milk')]),
      'list of a repository that cannot be reached': renderUnreachable(
        'house-packs',
        live,
        refuse('host-unknown', { host: 'git.example.com', port: 22 }),
      ),
      'diff of one pack': renderDiff(planOf(['beans'])),
      'diff of several': renderDiff(two),
      'diff of many': renderDiff(planOf(many)),
      'diff of nothing': renderDiff(planOf([], { unchanged: ['beans'] })),
      'diff of a pack that is refused': renderDiff(
        planOf([], { refused: [{ pack: 'tea', refusal: invalid }] }),
      ),
      help: renderHelp(commandTable, '!'),
      'help for deploy': renderCommandHelp(commandTable[0] ?? never(), '!', ['ship {{packs}}']),
      clone: renderClone('https://git.example.com/house-packs.git'),
      login: renderLogin('http://bot/login?token=abc'),
      cancel: renderCanceling(42, url(42), 'ann'),
    });
  });

  it('is short, however much there is', () => {
    const lives = many.map((pack) => liveOf(pack));
    const open = many.map((_pack, i) => viewOf({ ...runs, id: i }, { ahead: many.map((_p, n) => n) }));
    const texts = [
      renderStatus({ live: lives, open }, context),
      renderQueue(open, context),
      renderDiff(planOf(many)),
      renderRepository('house-packs', planOf(many), lives),
    ];
    for (const text of texts) expect(text.length).toBeLessThan(7_000);
  });
});

function never(): never {
  throw new Error('the table is empty');
}

describe('the words for time', () => {
  it.each([
    [0, '0.0 s'],
    [430, '0.4 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [59_600, '1 min'],
    [185_000, '3 min 5 s'],
    [3_720_000, '1 h 2 min'],
    [183_600_000, '2 d 3 h'],
    [-5, '0.0 s'],
  ])('%i ms take %s', (ms, text) => expect(took(ms)).toBe(text));

  it.each([
    [0, 'just now'],
    [1, '1 minute ago'],
    [3, '3 minutes ago'],
    [50, '1 hour ago'],
    [60 * 23, '1 day ago'],
    [60 * 24 * 6, '6 days ago'],
    [60 * 24 * 60, 'on 2025-12-31'],
    [-10, 'just now'],
  ])('%i minutes back is %s', (minutes, text) => expect(ago(minutesAgo(minutes), now)).toBe(text));
});

describe('chat Markdown', () => {
  it('cannot be broken by a name', () => {
    expect(bold('ann* [x](http://evil)\n*b')).toBe('*ann x(http://evil) b*');
    expect(code('a`b\nc')).toBe("`a'b c`");
    expect([em('feature/a_b'), em('_a/b'), em('a_/b'), em('a*b')]).toEqual([
      '_feature/a_b_',
      '`_a/b`',
      '`a_/b`',
      '`a*b`',
    ]);
  });

  it('is cut without leaving a mark open', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(fc.constantFrom('a `b c` ', 'word ', '[x](http://y) ')),
        fc.integer({ min: 10, max: 60 }),
        (tail, parts, max) => {
          const text = clip(parts.join('') + tail.replace(/[`[\]()]/g, ''), max);
          expect(text.length).toBeLessThanOrEqual(max);
          expect((text.split('`').length - 1) % 2).toBe(0);
          expect(/\[[^\]]*$|\]\([^)]*$/.test(text)).toBe(false);
        },
      ),
    );
  });
});
