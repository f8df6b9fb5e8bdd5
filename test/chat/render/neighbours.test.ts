import { describe, expect, it } from 'vitest';
import { renderDeployment } from '../../../src/chat/render/deployment.js';
import { renderDiff } from '../../../src/chat/render/diff.js';
import { renderPush } from '../../../src/chat/render/push.js';
import type { PackOutcome } from '../../../src/core/deployment.js';
import type { Plan } from '../../../src/core/plan.js';
import { concerns, type NamingPlace, type PlanWarning } from '../../../src/core/plan-warning.js';
import type { Push } from '../../../src/core/push.js';
import {
  context,
  deploymentOf,
  diffOf,
  endedOf,
  minutesAgo,
  packPlan,
  planOf,
  sha,
  viewOf,
} from '../fixture.js';
import { expectGolden } from './golden.js';

const rule = (pack: string, line: number): NamingPlace => ({
  pack,
  kind: 'rule',
  file: `rules/at_${line}.yaml`,
  line,
});
const workflow: NamingPlace = {
  pack: 'tea',
  kind: 'workflow',
  file: 'actions/workflows/brew.yaml',
  line: 12,
};
const inManifest: NamingPlace = { pack: 'beans', kind: 'dependency', file: 'pack.yaml', line: 7 };

const gone = { kind: 'still-named', pack: 'beans', what: 'action', ref: 'beans.cook' } as const;
const warnings = {
  'rules elsewhere call what goes': { ...gone, by: [rule('ears', 9), rule('ears', 21), rule('tea', 3)] },
  'many do': {
    ...gone,
    by: [9, 10, 11, 12, 13].map((line) => rule('ears', line)).concat(workflow, workflow),
  },
  'one waits for a trigger that goes': {
    ...gone,
    what: 'trigger',
    ref: 'beans.hungry',
    by: [rule('ears', 5)],
  },
  'one depends on a pack that goes': {
    ...gone,
    what: 'pack',
    ref: 'beans',
    by: [{ ...inManifest, pack: 'tea' }],
  },
  'its own workflow calls it': { ...gone, by: [{ ...workflow, pack: 'beans' }] },
  'it needs a pack that is to be had': {
    kind: 'missing-pack',
    pack: 'beans',
    needs: 'tea',
    by: [inManifest, { ...rule('beans', 4) }],
    from: 'house-packs',
  },
  'it needs a pack that nobody has': { kind: 'missing-pack', pack: 'beans', needs: 'tea', by: [inManifest] },
  'it needs another version': {
    kind: 'other-version',
    pack: 'beans',
    needs: 'tea',
    wanted: '2.0.0',
    found: '1.4.0',
  },
  'two packs need each other': { kind: 'circle', packs: ['beans', 'ears'] },
  'many packs need each other': {
    kind: 'circle',
    packs: ['beans', 'ears', 'tea', 'milk', 'honey', 'toast', 'jam', 'cake'],
  },
  'two aliases take one line': {
    kind: 'alias-clash',
    pack: 'beans',
    first: { pack: 'beans', alias: 'cook', line: 'cook {{ pot }}' },
    second: { pack: 'tea', alias: 'brew', line: 'cook {{ what }} {{ how = well }}' },
    example: 'cook something',
  },
  'two aliases have one line': {
    kind: 'alias-clash',
    pack: 'beans',
    first: { pack: 'beans', alias: 'cook', line: 'cook all' },
    second: { pack: 'tea', alias: 'brew', line: 'cook all' },
    example: 'cook all',
  },
  'a live pack could not be read': { kind: 'unread', packs: ['old_pack'] },
} as const satisfies Readonly<Record<string, PlanWarning>>;

const removed = packPlan('beans', {
  diff: diffOf('beans', {
    content: [
      { type: 'actions', name: 'cook', change: 'removed', description: 'Cooks beans' },
      {
        type: 'actions',
        name: 'stir',
        change: 'changed',
        description: 'Stirs',
        details: [{ kind: 'parameter', change: 'added', name: 'pot', required: true, attributes: [] }],
      },
      { type: 'aliases', name: 'x', change: 'removed', description: '', formats: ['deploy x'] },
    ],
  }),
});

const live: PackOutcome = { pack: 'beans', status: 'live', step: 'verify' };
const withPlan = (more: Partial<Plan>) => ({ plan: planOf([], { packs: [removed], ...more }) });
const textOf = (deployment: Parameters<typeof viewOf>[0]) =>
  renderDeployment(viewOf(deployment), context).text;

const push: Push = {
  id: 12,
  repository: 'house-packs',
  branch: 'main',
  before: '0'.repeat(40),
  sha,
  isForced: false,
  message: 'Let beans soak overnight',
  author: 'ann',
  source: 'webhook',
  at: minutesAgo(1),
  endedAt: minutesAgo(0),
  parts: [{ key: 'all', packs: ['beans'], removes: [] }],
  held: [],
  gone: [],
  deployments: [42],
};

describe('what a plan has to do with other packs', () => {
  it('reads well, each by itself', async () => {
    const each = Object.entries(warnings).map(([title, warning]) => {
      const [, , line = ''] = renderDiff(planOf(['beans'], { warnings: [warning] })).split(/\n(?=⚠️|\*)/u);
      return [title, line] as const;
    });
    await expectGolden('plan-warnings', Object.fromEntries(each));
  });

  it('reads well in a reply and in a diff', async () => {
    const all = withPlan({ warnings: Object.values(warnings) });
    const one = withPlan({ warnings: [warnings['rules elsewhere call what goes']] });
    const lines = [
      { pack: 'beans', line: 'cook {{ pot }}', description: 'Cooks *beans*' },
      { pack: 'beans', line: 'stir', description: '' },
      { pack: 'ears', line: 'of a pack that is not live', description: '' },
    ];
    const many = Array.from({ length: 9 }, (_, i) => ({ pack: 'beans', line: `cook ${i}`, description: '' }));
    await expectGolden('neighbours', {
      'what a deployment is about to do': textOf(deploymentOf([{ pack: 'beans', status: 'pending' }], one)),
      'what a deployment did': textOf(endedOf([live], one)),
      'many warnings': textOf(endedOf([live], all)),
      'a diff': renderDiff(one.plan),
      'a diff with many warnings': renderDiff(all.plan),
      "new lines in StackStorm's ChatOps": textOf(endedOf([live], withPlan({ chatopsLines: lines }))),
      'many new lines': textOf(endedOf([live], withPlan({ chatopsLines: many }))),
      'a push': renderPush(
        { push, deployments: [viewOf(endedOf([live], withPlan({ ...one.plan, chatopsLines: lines })))] },
        context,
      ).text,
      'new lines of a pack that failed': textOf(
        endedOf([{ ...live, status: 'restored' }], {
          ...withPlan({ chatopsLines: lines }),
          status: 'errored',
        }),
      ),
    });
  });

  it('is left out where a plan is narrowed to packs that it is not about', () => {
    const isMeant = (pack: string) => pack === 'beans';
    expect(concerns(warnings['many do'], isMeant)).toBe(true);
    expect(concerns({ ...warnings['many do'], pack: 'tea' }, isMeant)).toBe(false);
    expect(concerns(warnings['two packs need each other'], isMeant)).toBe(false);
    expect(concerns(warnings['a live pack could not be read'], isMeant)).toBe(true);
  });
});
