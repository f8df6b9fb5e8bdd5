import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderDeployment } from '../../../src/chat/render/deployment.js';
import type { Verdict } from '../../../src/core/check.js';
import type { Deployment, PackOutcome, PackStatus } from '../../../src/core/deployment.js';
import { packSteps } from '../../../src/core/deployment.js';
import { refuse } from '../../../src/core/reason.js';
import type { ChecksView } from '../../../src/deployments/service.js';
import {
  bob,
  context,
  deploymentOf,
  diffOf,
  endedOf,
  minutesAgo,
  now,
  packPlan,
  planOf,
  sha,
  viewOf,
} from '../fixture.js';
import { expectGolden } from './golden.js';

function textOf(deployment: Deployment, ahead: readonly number[] = []): string {
  return renderDeployment(viewOf(deployment, { ahead }), context).text;
}

const live = (pack: string): PackOutcome => ({ pack, status: 'live', step: 'verify' });
const unchanged = (pack: string): PackOutcome => ({ pack, status: 'unchanged' });
const pending = (pack: string): PackOutcome => ({ pack, status: 'pending' });
const skipped = (pack: string): PackOutcome => ({
  pack,
  status: 'skipped',
  refusal: refuse('canceled', { by: 'bob' }),
});
const invalid = (pack: string) =>
  refuse('pack-invalid', {
    pack,
    problems: [
      'pack.yaml:3:1 error The version 1.0 is not of the form x.y.z. Write one like 0.1.0.',
      'actions/clean.yaml:5:1 error The script actions/clean.py is not in the pack.',
    ],
  });
const failed = (pack: string): PackOutcome => ({ pack, status: 'failed', refusal: invalid(pack) });
const restored = (pack: string): PackOutcome => ({
  pack,
  status: 'restored',
  step: 'verify',
  refusal: refuse('release-incomplete', {
    target: 'default',
    pack,
    release: '42-1a2b',
    problem: 'pack.yaml is gone',
  }),
});
const running = (pack: string, step: (typeof packSteps)[number]): PackOutcome => ({
  pack,
  status: 'running',
  step,
});

const canary = { action: 'beans.check', parameters: {}, status: 'succeeded', result: {}, withinMs: 60_000 };
const tryingOut = planOf([], { packs: [packPlan('beans', { canary })] });
const red = refuse('canary-red', {
  ...{ target: 'production', pack: 'beans', action: 'beans.check', execution: '6b031f9c0b736c5fce8d2c51' },
  differences: ['it ended failed instead of succeeded'],
  last: 'the pot is cold',
});

function unplanned({ plan: _, startedAt: __, ...deployment }: Deployment): Deployment {
  return { ...deployment, status: 'queued', packs: [] };
}

function fresh(more: Partial<Deployment> = {}): Deployment {
  return { ...unplanned(deploymentOf([pending('beans')])), ...more };
}

const rollback = { kind: 'rollback', pack: 'beans' } as const;
const many = Array.from({ length: 500 }, (_, i) => `pack_${i}`);

describe('the reply to a deployment', () => {
  it('reads well while it is open', async () => {
    const intent = {
      kind: 'deploy',
      repository: 'house-packs',
      packs: { kind: 'differing' },
      ref: 'feature/x_',
    } as const;
    await expectGolden('deployment-open', {
      'just asked for': textOf(fresh()),
      'asked for with a branch': textOf(
        fresh({
          intent: { ...intent, packs: { kind: 'named', packs: ['beans', 'ears'] }, ref: 'feature/decaf' },
        }),
      ),
      'asked for without packs': textOf(fresh({ intent })),
      'asked for with all packs': textOf(fresh({ intent: { ...intent, packs: { kind: 'all' } } })),
      'by a push': textOf(fresh({ via: 'push', intent: { ...intent, ref: 'main' } })),
      'a rollback, just asked for': textOf(fresh({ intent: rollback })),
      'a rollback to a revision': textOf(fresh({ intent: { ...rollback, to: '0a1b2c3' } })),
      'its turn is near': textOf(deploymentOf([pending('beans')], { status: 'queued' })),
      'it waits for one': textOf(
        deploymentOf([pending('beans')], { status: 'waiting', waitingFor: 'turn' }),
        [41],
      ),
      'it waits for several': textOf(
        deploymentOf([pending('beans'), pending('ears')], { status: 'waiting', waitingFor: 'turn' }),
        [41, 40, 39, 38, 37],
      ),
      'it waits for a lock': textOf(
        deploymentOf([pending('beans')], { status: 'waiting', waitingFor: 'lock' }),
      ),
      'it waits for checks': textOf(
        deploymentOf([pending('beans')], { status: 'waiting', waitingFor: 'checks' }),
      ),
      'one pack is copied': textOf(deploymentOf([running('beans', 'stage')])),
      'several packs are on their way': textOf(
        deploymentOf([live('beans'), running('ears', 'activate'), pending('tea'), unchanged('milk')]),
      ),
      'one of them failed': textOf(deploymentOf([live('beans'), failed('ears'), running('tea', 'verify')])),
      'it has warnings': textOf(
        deploymentOf([pending('beans')], {
          plan: planOf([], {
            packs: [
              packPlan('beans', {
                warnings: [
                  'actions/stir.yaml:3:1 StackStorm no longer has the runner run-local. Use local-shell-cmd.',
                ],
              }),
            ],
          }),
        }),
      ),
      'its canary is run': textOf(
        deploymentOf([{ ...running('beans', 'verify'), step: 'canary' }], { plan: tryingOut }),
      ),
      'a rollback runs': textOf(deploymentOf([running('beans', 'activate')], { intent: rollback })),
      'it is being canceled': textOf(deploymentOf([pending('beans')], { status: 'queued', canceledBy: bob })),
    });
  });

  it('reads well while it waits for checks, and when somebody has them ignored', async () => {
    const fact = (name: string, state: 'pending' | 'failure', more = {}) => {
      return { sha, name, state, at: now, ...more };
    };
    const link = { url: 'https://ci.example.org/7' };
    const waits = (verdict: Verdict, more: Partial<ChecksView> = {}) => {
      const deployment = deploymentOf([pending('beans')], { status: 'waiting', waitingFor: 'checks' });
      const checks = { since: minutesAgo(5), isLate: false, packs: [{ pack: 'beans', verdict }], ...more };
      return renderDeployment(viewOf(deployment, { checks }), context).text;
    };
    const because = {
      kind: 'deploy',
      repository: 'house-packs',
      packs: { kind: 'named', packs: ['beans'] },
      ignoringChecks: 'the build machine is on fire',
    } as const;
    const unheard = { kind: 'wait', missing: ['build', 'test (beans)'], pending: [] } as const;
    const until = minutesAgo(-10).toISOString();
    await expectGolden('deployment-checks', {
      'nothing was heard yet': waits(unheard),
      'one is under way': waits({
        kind: 'wait',
        missing: ['build'],
        pending: [fact('test (beans)', 'pending', link)],
      }),
      'it takes too long': waits(unheard, { isLate: true }),
      'the host limits its callers': waits(unheard, {
        trouble: refuse('host-limits', { host: 'forge', until }),
      }),
      'one failed': waits({ kind: 'block', failed: [fact('build', 'failure', link)] }),
      'ignoring them, on its way': textOf(deploymentOf([running('beans', 'stage')], { intent: because })),
      'ignoring them, live': textOf(endedOf([live('beans')], { intent: because })),
    });
  });

  it('reads well once it has ended', async () => {
    const newPack = packPlan('beans', {
      diff: {
        ...diffOf('beans', { content: packPlan('beans').diff.content }),
        version: { before: null, after: '1.0.0' },
      },
    });
    const sick = refuse('step-failed', {
      step: 'stage',
      pack: 'beans',
      message: 'git archive ended with 128',
    });
    await expectGolden('deployment-ended', {
      'one pack went live': textOf(endedOf([live('beans')])),
      'a new pack went live': textOf(endedOf([live('beans')], { plan: planOf([], { packs: [newPack] }) })),
      'three packs went live, one was live already': textOf(
        endedOf([live('beans'), live('ears'), live('tea'), unchanged('milk')]),
      ),
      'with warnings': textOf(
        endedOf([live('beans')], {
          plan: planOf([], { packs: [packPlan('beans', { warnings: ['a', 'b', 'c', 'd'] })] }),
        }),
      ),
      'with a canary': textOf(endedOf([live('beans')], { plan: tryingOut })),
      'with canaries': textOf(
        endedOf([live('beans'), live('ears')], {
          plan: planOf([], { packs: [...tryingOut.packs, packPlan('ears')] }),
        }),
      ),
      'the canary was red': textOf(
        endedOf([{ ...restored('beans'), step: 'canary', refusal: red }], {
          plan: tryingOut,
          status: 'failed',
        }),
      ),
      'by a push': textOf(endedOf([live('beans')], { via: 'push' })),
      'nothing to do': textOf(endedOf([unchanged('beans')])),
      'nothing to do for many': textOf(endedOf(many.map(unchanged))),
      'one of three failed': textOf(
        endedOf([live('beans'), failed('ears'), live('tea')], { status: 'failed' }),
      ),
      'two of three failed': textOf(
        endedOf([restored('beans'), failed('ears'), live('tea')], { status: 'errored' }),
      ),
      'the only pack was refused': textOf(endedOf([failed('ears')], { status: 'failed' })),
      'the only pack was restored': textOf(endedOf([restored('beans')], { status: 'errored' })),
      'the only pack failed and could not be restored': textOf(
        endedOf(
          [
            {
              pack: 'beans',
              status: 'failed',
              refusal: refuse('restore-failed', {
                pack: 'beans',
                cause: 'pack.yaml is gone.',
                why: 'The disk is full.',
              }),
            },
          ],
          { status: 'errored' },
        ),
      ),
      'all failed': textOf(endedOf([failed('beans'), failed('ears')], { status: 'failed' })),
      'the repository is unknown': textOf(
        fresh({
          status: 'failed',
          endedAt: now,
          intent: {
            kind: 'deploy',
            repository: 'house-packs',
            packs: { kind: 'differing' },
            ref: 'feature/dekaf',
          },
          refusal: refuse('unknown-ref', {
            repository: 'house-packs',
            ref: 'feature/dekaf',
            near: ['feature/decaf'],
          }),
        }),
      ),
      'the workflow broke': textOf(endedOf([pending('beans')], { status: 'errored', refusal: sick })),
      'the workflow broke half-way': textOf(
        endedOf([live('beans'), running('ears', 'stage')], { status: 'errored', refusal: sick }),
      ),
      'something broke after all were live': textOf(
        endedOf([live('beans')], { status: 'errored', refusal: sick }),
      ),
      'canceled before anything changed': textOf(
        endedOf([pending('beans')], { status: 'canceled', canceledBy: bob }),
      ),
      'canceled while it was planned': textOf(fresh({ status: 'canceled', canceledBy: bob, endedAt: now })),
      'canceled on its way': textOf(
        endedOf([live('beans'), skipped('ears'), skipped('tea')], { status: 'failed', canceledBy: bob }),
      ),
      'canceled on its way after a failure': textOf(
        endedOf([live('beans'), failed('ears'), skipped('tea')], { status: 'failed', canceledBy: bob }),
      ),
      expired: textOf(endedOf([pending('beans')], { status: 'expired' })),
      superseded: textOf(endedOf([pending('beans')], { status: 'superseded', via: 'push' })),
      'rolled back': textOf(endedOf([live('beans')], { intent: rollback })),
      'not rolled back': textOf(
        fresh({
          intent: rollback,
          status: 'failed',
          endedAt: now,
          refusal: refuse('nothing-to-roll-back', { pack: 'beans' }),
        }),
      ),
      'rolled back and failed': textOf(endedOf([restored('beans')], { intent: rollback, status: 'errored' })),
      'a rollback was canceled': textOf(
        endedOf([pending('beans')], { intent: rollback, status: 'canceled', canceledBy: bob }),
      ),
      '500 packs went live': textOf(endedOf(many.map(live))),
      '500 packs, two failed': textOf(
        endedOf(
          many.map((pack, i) => (i === 7 || i === 400 ? failed(pack) : live(pack))),
          { status: 'failed' },
        ),
      ),
    });
  });

  it('mentions who asked where a chat can', () => {
    const deployment = endedOf([live('beans')]);
    const { text } = renderDeployment(viewOf(deployment), { ...context, mention: ({ name }) => `@${name}` });
    expect(text).toContain('For @ann, took');
  });

  it('does not change while only time passes, so that nothing is edited for it', () => {
    for (const deployment of [fresh(), deploymentOf([running('beans', 'stage')]), endedOf([live('beans')])]) {
      const later = { ...context, now: new Date(now.getTime() + 86_400_000) };
      expect(renderDeployment(viewOf(deployment, { ahead: [3] }), later)).toEqual(
        renderDeployment(viewOf(deployment, { ahead: [3] }), context),
      );
    }
  });

  it('has a bar that is full only when all packs are live', () => {
    const barOf = (deployment: Deployment) => renderDeployment(viewOf(deployment), context).progress;
    expect(barOf(fresh())).toEqual({ done: 0, total: 1, since: minutesAgo(5) });
    expect(barOf(deploymentOf([live('beans'), running('ears', 'register'), pending('tea')]))).toEqual({
      done: 6,
      total: 12,
      since: minutesAgo(5),
    });
    const trying: PackOutcome = { ...running('beans', 'verify'), step: 'canary' };
    expect(barOf(deploymentOf([trying], { plan: tryingOut }))).toMatchObject({ done: 4, total: 5 });
    const { endedAt } = endedOf([]);
    expect(barOf(endedOf([unchanged('beans')]))).toEqual({
      done: 1,
      total: 1,
      since: minutesAgo(5),
      until: endedAt,
    });
    expect(barOf(endedOf([live('beans'), failed('ears')], { status: 'failed' }))).toEqual({
      done: 4,
      total: 8,
      since: minutesAgo(5),
      until: endedAt,
    });
  });

  it('is short for any number of packs, says the verdict first, and never calls a failure a success', () => {
    const statuses: readonly PackStatus[] = [
      'pending',
      'running',
      'live',
      'unchanged',
      'failed',
      'restored',
      'skipped',
    ];
    const problem = fc.string({ minLength: 1, maxLength: 400 });
    const outcome = fc.record({
      status: fc.constantFrom(...statuses),
      step: fc.constantFrom(...packSteps),
      problem,
    });
    const status = fc.constantFrom(
      'queued',
      'waiting',
      'running',
      'succeeded',
      'failed',
      'errored',
      'canceled',
      'expired',
      'superseded',
    );
    const flags = fc.record({
      status,
      isRollback: fc.boolean(),
      isCanceled: fc.boolean(),
      warnings: fc.array(problem, { maxLength: 3 }),
      ref: problem,
    });
    fc.assert(
      fc.property(
        fc.array(outcome, { maxLength: 40 }),
        flags,
        (outcomes, { status, isRollback, isCanceled, warnings, ref }) => {
          const packs = outcomes.map(({ status: one, step, problem: p }, i): PackOutcome => {
            const bad = one === 'failed' || one === 'restored';
            return {
              pack: `pack_${i}`,
              status: one,
              step,
              ...(bad ? { refusal: refuse('pack-invalid', { pack: `pack_${i}`, problems: [p, p, p] }) } : {}),
            };
          });
          const plan = planOf([], {
            revision: { ref, sha: '0'.repeat(40) },
            packs: packs.map(({ pack }) => packPlan(pack, { warnings })),
          });
          const deployment = deploymentOf(packs, {
            plan,
            status,
            endedAt: now,
            ...(isRollback ? { intent: rollback } : {}),
            ...(isCanceled ? { canceledBy: bob } : {}),
          });
          const { text, isFinal } = renderDeployment(viewOf(deployment, { ahead: [1, 2] }), context);
          expect(text.length).toBeLessThan(2_500);
          expect(text).toContain('[#42]');
          const isGood = packs.every((one) => one.status === 'live' || one.status === 'unchanged');
          if (isFinal) expect(text.startsWith('✅')).toBe(isGood && status === 'succeeded');
        },
      ),
    );
  });
});
