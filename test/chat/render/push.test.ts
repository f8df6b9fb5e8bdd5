import { describe, expect, it } from 'vitest';
import { type PushView, renderPush } from '../../../src/chat/render/push.js';
import type { Deployment, PackOutcome } from '../../../src/core/deployment.js';
import { pushOf } from '../../../src/core/deployment.js';
import type { Push } from '../../../src/core/push.js';
import { refuse } from '../../../src/core/reason.js';
import type { DeploymentView } from '../../../src/deployments/service.js';
import { bob, context, deploymentOf, endedOf, minutesAgo, now, sha, viewOf } from '../fixture.js';
import { expectGolden } from './golden.js';

const push: Push = {
  id: 12,
  repository: 'house-packs',
  branch: 'main',
  before: '0'.repeat(40),
  sha,
  isForced: false,
  message: 'Let beans soak overnight\n\nThey are softer then.',
  author: 'ann',
  source: 'webhook',
  at: minutesAgo(1),
  parts: [{ key: 'all', packs: ['beans'], removes: [] }],
  held: [],
  gone: [],
  deployments: [42],
};

const intent = {
  kind: 'deploy',
  repository: 'house-packs',
  packs: { kind: 'named', packs: ['beans'] },
  ref: 'main',
  at: sha,
  push: 12,
} as const;

const pending = (pack: string): PackOutcome => ({ pack, status: 'pending' });
const live = (pack: string): PackOutcome => ({ pack, status: 'live', step: 'verify' });
const failed = (pack: string): PackOutcome => ({
  pack,
  status: 'failed',
  refusal: refuse('release-incomplete', {
    target: 'default',
    pack,
    release: '42-1a2b',
    problem: 'pack.yaml is gone',
  }),
});

function automatic(deployment: Deployment): Deployment {
  return { ...deployment, intent, via: 'push' };
}

function waiting(more: Partial<DeploymentView> = {}, also: Partial<Deployment> = {}): DeploymentView {
  const deployment = automatic({ ...deploymentOf([pending('beans')]), status: 'waiting', ...also });
  return viewOf(deployment, more);
}

function shown(view: Partial<PushView>, more: Partial<Push> = {}): string {
  const rendered = renderPush({ push: { ...push, ...more }, deployments: view.deployments ?? [] }, context);
  return [
    rendered.text,
    ...(rendered.failure === undefined ? [] : ['', 'and anew:', rendered.failure.text]),
  ].join('\n');
}

const ended = (packs: PackOutcome[], status: 'succeeded' | 'failed' | 'superseded' | 'canceled') =>
  viewOf(automatic(endedOf(packs, { status })));

const fact = (name: string, state: 'pending' | 'failure', url?: string) => ({
  ...{ sha, name, state, at: now },
  ...(url === undefined ? {} : { url }),
});

describe('the message about a push', () => {
  it('reads well at every moment', async () => {
    const borrow = {
      id: 1,
      ...{ target: 'default', pack: 'beans', repository: 'house-packs', ref: 'feature/x', holder: bob },
      ...{ deployment: 40, since: minutesAgo(10), until: minutesAgo(-50), overnight: false, attempts: 0 },
    };
    const verdict = {
      kind: 'wait',
      missing: ['lint'],
      pending: [fact('build', 'pending', 'https://ci.example.com/7')],
    } as const;
    const block = {
      kind: 'block',
      failed: [fact('test (beans)', 'failure', 'https://ci.example.com/8')],
    } as const;
    const checks = { since: minutesAgo(2), isLate: true, packs: [{ pack: 'beans', verdict }] };
    const done = { endedAt: now };
    await expectGolden('push', {
      'just pushed': shown({ deployments: [waiting({}, { status: 'queued' })] }),
      'on the way': shown({ deployments: [waiting({}, { status: 'running' })] }),
      live: shown({ deployments: [ended([live('beans')], 'succeeded')] }, done),
      'by force': shown({ deployments: [ended([live('beans')], 'succeeded')] }, { ...done, isForced: true }),
      'borrowed by somebody': shown({ deployments: [waiting({ heldBy: [{ kind: 'borrow', borrow }] })] }),
      'waiting for CI': shown({ deployments: [waiting({ checks }, { waitingFor: 'checks' })] }),
      'going after what it needs': shown({
        deployments: [
          waiting({ needs: [{ deployment: 41, pack: 'beans', on: 'ears' }] }, { waitingFor: 'packs' }),
        ],
      }),
      'failed by CI': shown({
        deployments: [
          waiting(
            { checks: { ...checks, packs: [{ pack: 'beans', verdict: block }] } },
            { waitingFor: 'checks' },
          ),
        ],
      }),
      'live in part': shown({ deployments: [ended([failed('beans'), live('ears')], 'failed')] }, done),
      'live after what was in the way was mended': shown(
        {
          deployments: [
            ended([failed('beans'), live('ears')], 'failed'),
            viewOf({ ...ended([live('beans')], 'succeeded').deployment, id: 43 }),
          ],
        },
        done,
      ),
      'overtaken by a newer one': shown(
        {
          deployments: [viewOf({ ...ended([pending('beans')], 'superseded').deployment, supersededBy: 13 })],
        },
        done,
      ),
      'not to be deployed': shown({}, { ...done, parts: [], deployments: [], nothing: 'skip-asked' }),
      'not to be made sense of': shown(
        {},
        {
          ...done,
          parts: [],
          deployments: [],
          refusal: refuse('pack-twice', { pack: 'beans', folders: ['packs/beans', 'packs/more'] }),
        },
      ),
      'not let in': shown(
        {},
        {
          ...done,
          deployments: [],
          parts: [
            {
              key: 'all',
              packs: ['beans', 'ears'],
              removes: [],
              refusal: refuse('access-denied', {
                rule: 'packtrain.yaml:12 denies Packtrain deploy',
                whoCan: ['ann'],
              }),
            },
          ],
        },
      ),
      'with packs that are gone, and held': shown(
        { deployments: [ended([live('beans')], 'succeeded')] },
        { ...done, gone: ['tea', 'milk'], held: ['ears'] },
      ),
    });
  });

  it('is finished once all its deployments have ended, and says nothing anew when nothing has failed', () => {
    const open = renderPush({ push, deployments: [waiting()] }, context);
    expect(open).toMatchObject({ isFinal: false });
    expect(open.failure).toBeUndefined();
    const over = { push: { ...push, endedAt: now }, deployments: [ended([live('beans')], 'succeeded')] };
    expect(renderPush(over, context)).toMatchObject({ isFinal: true });
    expect(pushOf(over.deployments[0]?.deployment ?? { intent })).toBe(12);
  });

  it('names who pushed where that is not the author, and calls them only when something failed', () => {
    const pusher = { host: 'github', name: 'ann-the-cook', login: 'ann-the-cook', id: '4711' };
    const people = [{ name: 'jjm', accounts: [{ platform: 'github', userId: 'id:4711' }] }];
    const mention = ({ userId }: { readonly userId: string }) => `[@jjm](mention:${userId})`;
    const parts = { push: { ...push, pusher }, deployments: [waiting()] };
    const first = (told: object) => renderPush(parts, { ...context, ...told }).text.split('\n')[0];
    expect(first({})).toContain('by *ann*, pushed by *ann-the-cook*, “');
    expect(first({ people, mention })).toContain('by *ann*, pushed by *jjm*, “');
    expect(first({ people: [{ ...people[0], name: 'ann' }] })).toContain('by *ann*, “');
    const bad = { ...parts, deployments: [ended([failed('beans')], 'failed')] };
    expect(renderPush(bad, { ...context, people, mention }).failure?.text).toMatch(
      /^❌ \[@jjm\]\(mention:id:4711\): Not all that was pushed/,
    );
    expect(renderPush(bad, { ...context, mention }).failure?.text).toMatch(/^❌ Not all/);
  });

  it('lets nobody write more of it by a commit message', () => {
    const message = '*x*](http://evil) `a\n✅ *all* is live';
    const { text } = renderPush({ push: { ...push, message }, deployments: [] }, context);
    expect(text.split('\n')).toHaveLength(1);
    expect(text).toContain('“x(http://evil) a”');
  });
});
