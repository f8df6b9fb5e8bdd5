import { describe, expect, it } from 'vitest';
import { type Acted, renderActed } from '../../../src/chat/render/acted.js';
import { renderDeployment } from '../../../src/chat/render/deployment.js';
import { renderRepositories } from '../../../src/chat/render/list.js';
import { renderNotice } from '../../../src/chat/render/notices.js';
import { renderQueue } from '../../../src/chat/render/queue.js';
import { renderPackStatus, renderStatus } from '../../../src/chat/render/status.js';
import { clockTime } from '../../../src/chat/render/time.js';
import { renderWho } from '../../../src/chat/render/who.js';
import { renderWhy } from '../../../src/chat/render/why.js';
import { packtrainItself } from '../../../src/core/actor.js';
import type { ActingIntent } from '../../../src/core/intent.js';
import type { CallNotice, Notice } from '../../../src/core/notice.js';
import { refuse } from '../../../src/core/reason.js';
import type { Call, DeploymentView, LiveView, PackView } from '../../../src/deployments/service.js';
import {
  ann,
  bob,
  borrowOf,
  configOf,
  context,
  deploymentOf,
  endedOf,
  lockOf,
  minutesAgo,
  now,
  onWeb,
  planOf,
  sha,
  viewOf,
} from '../fixture.js';
import { expectGolden } from './golden.js';

const jjm = onWeb('jjm');
const moved = '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c';
const pack = { kind: 'pack', pack: 'beans' } as const;
const house = { kind: 'repository', repository: 'house-packs' } as const;
const everything = { kind: 'everything' } as const;
const pending = { pack: 'beans', status: 'pending' } as const;
const feature = planOf(['beans'], { revision: { ref: 'feature/x', sha }, isDefaultBranch: false });
const waiting = deploymentOf([pending], { status: 'waiting', waitingFor: 'turn', plan: feature });
const locked = deploymentOf([pending], { status: 'waiting', waitingFor: 'lock', plan: feature });
const held = { kind: 'borrow', borrow: borrowOf('beans') } as const;
const call: Call = { deployment: 42, requester: ann, phrase: 'alas! ear wax!', until: minutesAgo(-15) };
const back = { kind: 'return', pack: 'beans' } as const;
const liveNow: LiveView = {
  target: 'default',
  pack: 'beans',
  live: { repository: 'house-packs', revision: { ref: 'feature/decaf', sha }, tree: 't', release: '1' },
  deployment: 41,
  since: minutesAgo(50),
  by: 'bob',
};
const beansView: PackView = {
  target: 'default',
  pack: 'beans',
  live: liveNow,
  borrow: borrowOf('beans'),
  locks: [],
  queue: [viewOf(waiting, { heldBy: [held] })],
};

function reply(view: DeploymentView): string {
  return renderDeployment(view, context).text;
}

const many = Array.from({ length: 30 }, (_, i) => `actions/a${i}.py`);

describe('the reply to a deployment', () => {
  it('tells what it waits for, when it is asked for a phrase, and what is borrowed', async () => {
    const lock = { kind: 'lock', pack: 'beans' } as const;
    await expectGolden('deployment-held', {
      'behind a borrow': reply(viewOf(waiting, { heldBy: [held] })),
      'behind a borrow and others, with an estimate': reply(
        viewOf(waiting, { heldBy: [held], ahead: [41, 40], expectedAt: minutesAgo(-25) }),
      ),
      'behind a borrow whose return does not work': reply(
        viewOf(waiting, {
          heldBy: [
            {
              kind: 'borrow',
              borrow: borrowOf('beans', { until: minutesAgo(5), attempts: 2, nextTryAt: minutesAgo(-4) }),
            },
          ],
        }),
      ),
      'behind a borrow whose repository is gone': reply(
        viewOf(waiting, { heldBy: [{ kind: 'borrow', borrow: { ...borrowOf('beans'), isStranded: true } }] }),
      ),
      'behind a borrow that is over, and whose repository is gone': reply(
        viewOf(waiting, {
          heldBy: [
            {
              kind: 'borrow',
              borrow: { ...borrowOf('beans', { until: minutesAgo(5), attempts: 2 }), isStranded: true },
            },
          ],
        }),
      ),
      'behind a lock': reply(viewOf(locked, { heldBy: [{ ...lock, lock: lockOf(pack) }] })),
      'behind a lock of a repository that ends by itself': reply(
        viewOf(locked, { heldBy: [{ ...lock, lock: lockOf(house, { until: minutesAgo(-60 * 20) }) }] }),
      ),
      'behind a lock of everything': reply(
        viewOf(locked, { heldBy: [{ ...lock, lock: lockOf(everything) }] }),
      ),
      'behind more than fits': reply(
        viewOf(waiting, {
          heldBy: ['beans', 'ears', 'tea', 'milk', 'salt', 'rice'].map((one) => ({
            kind: 'borrow',
            borrow: borrowOf(one),
          })),
        }),
      ),
      'it is asked for the phrase': reply(viewOf(waiting, { call })),
      'it is asked, and the branch moved': reply(
        viewOf(waiting, { call: { ...call, movedFrom: { ref: 'feature/x', sha: moved } } }),
      ),
      'it missed its turn': reply(viewOf(waiting, { ahead: [43], hasMissed: true })),
      'it expired': reply(viewOf(endedOf([pending], { status: 'expired', plan: feature }))),
      'it borrowed a pack': reply(
        viewOf(endedOf([{ pack: 'beans', status: 'live' }], { plan: feature }), {
          borrowed: [borrowOf('beans', { holder: ann, until: minutesAgo(-60) })],
        }),
      ),
      'it borrowed two packs': reply(
        viewOf(
          endedOf([
            { pack: 'beans', status: 'live' },
            { pack: 'ears', status: 'live' },
          ]),
          { borrowed: [borrowOf('beans'), borrowOf('ears')] },
        ),
      ),
    });
  });

  it('tells of a return like of any other deployment', async () => {
    const { plan: _, ...unplanned } = deploymentOf([], { intent: back, status: 'queued' });
    const went = { pack: 'beans', status: 'live' } as const;
    await expectGolden('deployment-return', {
      'just asked for': reply(viewOf(unplanned)),
      'asked for by force': reply(viewOf({ ...unplanned, intent: { ...back, force: true } })),
      'it waits': reply(
        viewOf(deploymentOf([pending], { intent: back, status: 'waiting' }), { ahead: [41] }),
      ),
      'it runs': reply(
        viewOf(
          deploymentOf([{ pack: 'beans', status: 'running', step: 'activate' }], {
            intent: back,
            via: 'timer',
          }),
        ),
      ),
      'it is back': reply(viewOf(endedOf([went], { intent: back, via: 'timer' }))),
      'the pack is gone from the branch': reply(
        viewOf(endedOf([{ pack: 'beans', status: 'removed' }], { intent: back, via: 'timer' })),
      ),
      'nothing was live before, by force': reply(
        viewOf(
          endedOf([{ pack: 'beans', status: 'removed' }], {
            intent: { ...back, force: true },
            plan: { ...feature, packs: feature.packs.map((one) => ({ ...one, removes: true })) },
          }),
        ),
      ),
      'it failed': reply(
        viewOf(
          endedOf(
            [{ pack: 'beans', status: 'failed', refusal: refuse('empty-repository', { repository: 'r' }) }],
            { intent: back, status: 'failed' },
          ),
        ),
      ),
      canceled: reply(viewOf(endedOf([pending], { intent: back, status: 'canceled', canceledBy: bob }))),
    });
  });
});

describe('a notice', () => {
  const story: CallNotice = {
    kind: 'call',
    to: jjm,
    deployment: 42,
    asked: 'deploy',
    packs: ['AwesomePack'],
    repository: 'MyAwesomePackRepo',
    revision: { ref: 'Feature/factor-out-earwax-beans', sha },
    phrase: 'alas! ear wax!',
    until: minutesAgo(-15).toISOString(),
  };

  it('calls for the phrase word for word as in the story', () => {
    expect(renderNotice(story, context).split('\n')[0]).toBe(
      'Say _alas! ear wax!_ to complete your deployment of *AwesomePack* from *MyAwesomePackRepo* branch _Feature/factor-out-earwax-beans_.',
    );
  });

  it('calls whom it is for, by the form that the platform notices', () => {
    const mention = () => '<@U7>';
    expect(renderNotice(story, context)).toContain('\n@jjm, it is your turn until 12:15.');
    expect(renderNotice(story, { ...context, mention })).toContain('\n<@U7>, it is your turn');
  });

  it('reads well, whatever it tells', async () => {
    const about = { to: ann, pack: 'beans', repository: 'house-packs', ref: 'feature/x' };
    const until = minutesAgo(-10).toISOString();
    const main = { ref: 'main', sha };
    const wait = { kind: 'wait-ended', to: jjm, deployment: 42, packs: ['beans'] } as const;
    const bobs = { kind: 'borrow', id: 7, pack: 'beans', holder: bob } as const;
    const bobsLock = { kind: 'lock', id: 7, scope: house, by: bob } as const;
    const ahead = { kind: 'deployment', id: 41 } as const;
    const edited = {
      kind: 'drift',
      ...{ target: 'production', pack: 'beans', repository: 'house-packs', revision: main },
    } as const;
    const notices: Readonly<Record<string, Notice>> = {
      'files were edited on the server': {
        ...edited,
        drift: {
          kind: 'files',
          files: [
            { path: 'actions/cook.py', how: 'changed' },
            { path: 'actions/cook.py.orig', how: 'added' },
            { path: 'rules/noon.yaml', how: 'lost' },
          ],
        },
      },
      'many files were edited': {
        ...edited,
        drift: { kind: 'files', files: many.map((path) => ({ path, how: 'changed' })) },
      },
      'something else was put there': { ...edited, drift: { kind: 'replaced', found: 'a folder' } },
      'it was taken away': { ...edited, drift: { kind: 'gone' } },
      'the call for the phrase': story,
      'the call where the branch moved': {
        ...story,
        movedFrom: { ref: story.revision.ref, sha: moved },
        commits: [{ sha, subject: 'Take the *beans* out of [the](http://ear)', author: 'jjm' }],
      },
      'the call for a commit': { ...story, revision: { ref: sha.slice(0, 7), sha } },
      'the call for a rollback': { ...story, asked: 'rollback', packs: ['beans'], revision: main },
      'the call for a return': { ...story, asked: 'return', packs: ['beans'], revision: main },
      'the turn passed': { kind: 'missed', to: jjm, deployment: 42, packs: ['beans'], isExpired: false },
      'the turn passed again': { kind: 'missed', to: jjm, deployment: 42, packs: ['beans'], isExpired: true },
      'the return comes near': { kind: 'return-soon', ...about, until, goesTo: main },
      'the return comes near, who knows whereto': { kind: 'return-soon', ...about, until },
      'the return will remove the pack': { kind: 'return-soon', ...about, until, removes: true },
      'the return comes near, and its repository is gone': {
        kind: 'return-soon',
        ...about,
        until,
        isStranded: true,
      },
      'the pack is back': { kind: 'returned', ...about, deployment: 43, revision: main, why: 'time' },
      'the pack is back as asked': {
        kind: 'returned',
        ...about,
        deployment: 43,
        revision: main,
        why: 'asked',
      },
      'the pack is removed': { kind: 'returned', ...about, deployment: 43, why: 'time' },
      'the return failed': {
        kind: 'return-failed',
        ...about,
        because: refuse('empty-repository', { repository: 'house-packs' }),
        nextTryAt: until,
      },
      'the return failed, as its repository is gone': {
        kind: 'return-failed',
        ...about,
        because: refuse('repository-gone', { pack: 'beans', repository: 'house-packs' }),
        nextTryAt: until,
      },
      'the pack was given': { kind: 'given', ...about, from: bob, until },
      'the pack was given away by somebody else': { kind: 'stolen', ...about, by: bob, givenTo: jjm },
      'the pack was stolen': { kind: 'stolen', ...about, by: bob },
      'somebody unlocked': { kind: 'lock-ended', to: ann, scope: pack, because: 'cleaning', by: bob },
      'the lock timed out': { kind: 'lock-ended', to: ann, scope: everything, because: 'cleaning' },
      'the borrow that was waited for ended': { ...wait, ended: [bobs], still: [] },
      'the lock that was waited for ended': { ...wait, ended: [bobsLock], still: [] },
      'the deployment ahead ended': { ...wait, ended: [ahead], still: [] },
      'what was waited for ended, and other things did not': {
        ...wait,
        ended: [bobs],
        still: [{ kind: 'lock', id: 8, scope: everything, by: ann }, ahead],
      },
      'the lock ended for a push': { ...wait, to: packtrainItself, ended: [bobsLock], still: [] },
    };
    await expectGolden(
      'notices',
      Object.fromEntries(
        Object.entries(notices).map(([title, notice]) => {
          // What is stored is read back from JSON.
          const stored: Notice = JSON.parse(JSON.stringify(notice));
          return [title, renderNotice(stored, context)];
        }),
      ),
    );
  });
});

describe('who holds what', () => {
  it('reads well in answers', async () => {
    const acted = (intent: ActingIntent, more: Partial<Acted> = {}) =>
      renderActed({ intent, actor: jjm, number: 0, ...more }, context);
    const mine = borrowOf('beans', { holder: jjm });
    await expectGolden('acted', {
      'the phrase was said': acted(
        { kind: 'confirm', deployment: 42 },
        { number: 42, deployment: deploymentOf([pending], { requester: jjm }) },
      ),
      'the phrase of a rollback was said': acted(
        { kind: 'confirm', deployment: 42 },
        { number: 42, deployment: deploymentOf([pending], { intent: { kind: 'rollback', pack: 'beans' } }) },
      ),
      'the phrase of a return was said': acted(
        { kind: 'confirm', deployment: 42 },
        { number: 42, deployment: deploymentOf([pending], { intent: back }) },
      ),
      deferred: acted({ kind: 'defer' }, { number: 42 }),
      extended: acted({ kind: 'extend', pack: 'beans', by: 60_000 }, { borrow: mine }),
      given: acted({ kind: 'give', pack: 'beans', to: 'bob' }, { borrow: borrowOf('beans') }),
      stolen: acted({ kind: 'steal', pack: 'beans' }, { borrow: mine }),
      locked: acted(
        { kind: 'lock', scope: pack, because: 'x' },
        { lock: lockOf(pack, { by: jjm, since: now, until: minutesAgo(-120) }) },
      ),
      'everything locked': acted(
        { kind: 'lock', scope: everything, because: 'x' },
        { lock: lockOf(everything, { by: jjm, since: now }) },
      ),
      unlocked: acted({ kind: 'unlock', scope: house }),
      canceled: acted({ kind: 'cancel' }, { number: 42 }),
    });
  });

  it('reads well where it is asked for', async () => {
    const doc = configOf().repositories.get('house-packs');
    if (doc === undefined) throw new Error('the fixture lacks a repository');
    const holders = { borrows: [borrowOf('beans')], locks: [lockOf(house)] };
    const free = { target: 'default', pack: 'ears', locks: [], queue: [] };
    const ended = endedOf([{ pack: 'beans', status: 'live' }], { id: 41, requester: bob, plan: feature });
    const why = { view: beansView, newest: { ref: 'main', sha: moved }, history: [waiting, ended] };
    await expectGolden('holds', {
      'who holds what': renderWho(
        { packs: [beansView, free], locks: [lockOf(everything), lockOf(house)] },
        context,
      ),
      'who holds a pack': renderWho({ packs: [beansView], locks: [], pack: 'beans' }, context),
      'who holds a pack that nobody holds': renderWho({ packs: [free], locks: [], pack: 'ears' }, context),
      'who holds what, when nobody does': renderWho({ packs: [free], locks: [] }, context),
      'why a pack is held': renderWhy(
        {
          ...why,
          block: { what: 'bob has borrowed it until 12:10', owner: 'bob', command: 'pack return beans' },
        },
        context,
      ),
      'why a pack is locked': renderWhy(
        {
          view: { ...free, live: { ...liveNow, pack: 'ears' }, locks: [lockOf(house)] },
          newest: { ref: 'main', sha },
          history: [],
          block: {
            what: 'house-packs is locked',
            owner: 'bob',
            command: 'pack unlock repository house-packs',
          },
        },
        context,
      ),
      'why a pack is free': renderWhy({ view: free, history: [] }, context),
      'the queue with turns': renderQueue(
        [
          viewOf(waiting, { call }),
          viewOf(waiting, { heldBy: [held], ahead: [40], expectedAt: minutesAgo(-25) }),
          viewOf(locked, { heldBy: [{ kind: 'lock', lock: lockOf(pack), pack: 'beans' }] }),
          viewOf(locked),
        ],
        context,
      ),
      'status of all': renderStatus({ live: [liveNow], open: [], ...holders }, context),
      'status of all while everything is locked': renderStatus(
        { live: [liveNow], open: [], borrows: [], locks: [lockOf(everything)] },
        context,
      ),
      'status of a pack': renderPackStatus('beans', { live: [liveNow], open: [], ...holders }, context),
      'list of repositories': renderRepositories([{ repository: doc, live: [liveNow] }], {
        ...holders,
        context,
      }),
    });
  });
});

describe('a time of day', () => {
  it.each([
    [-10, 'UTC', '12:10'],
    [-10, 'Asia/Kolkata', '17:40'],
    [-60 * 20, 'UTC', '08:00 tomorrow'],
    [60 * 20, 'UTC', '16:00 yesterday'],
    [-60 * 24 * 9, 'UTC', '12:00 on 10 March 2026'],
    [60 * 12, 'UTC', '00:00'],
  ])('%i minutes ago in %s is %s', (minutes, timeZone, text) => {
    expect(clockTime(minutesAgo(minutes), { now, timeZone })).toBe(text);
  });
});
