import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/plan.js';
import { warningText } from '../../src/core/plan-warning.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
let depot: Depot;
/** How often the target was asked for all that is live. */
let lists = 0;

// Apples come first by name, and need beans.
const apples = {
  ...packFiles('apples', { root: 'packs/apples/' }),
  'packs/apples/pack.yaml': `name: apples
description: Stuffs apples
version: 1.0.0
author: ann
dependencies:
  - beans=2.0.0
  - tea
`,
  'packs/apples/rules/lunch.yaml': `name: lunch
enabled: true
trigger:
  type: core.st2.CronTimer
  parameters: { hour: 12 }
action:
  ref: beans.cook
`,
  'packs/apples/actions/stuff.yaml':
    'name: stuff\nrunner_type: orquesta\nentry_point: workflows/stuff.yaml\n',
  'packs/apples/actions/workflows/stuff.yaml': `version: 1.0
tasks:
  soak:
    action: core.noop
  cook:
    action: beans.cook
`,
};

beforeAll(async () => {
  depot = await openDepot({
    databaseUrl: postgres.url,
    packs: ['beans', 'tea'],
    repository: 'prune: true',
    wrapTarget: (target) => ({
      ...target,
      list: () => {
        lists += 1;
        return target.list();
      },
    }),
  });
  await depot.repository.commit(apples);
});
afterAll(() => depot.close());

const deploying = (packs: string[], removes: string[] = []) =>
  ({
    kind: 'deploy',
    repository: 'Kitchen',
    packs: { kind: 'named', packs },
    ...(removes.length === 0 ? {} : { removes }),
  }) as const;

async function diffOf(...packs: string[]): Promise<Plan> {
  const diff = await depot.deployments.diff(deploying(packs));
  if (!diff.ok) throw new Error(JSON.stringify(diff.refusal));
  return diff.value.plan;
}

function saidOf(plan: Plan | undefined): readonly string[] {
  return (plan?.warnings ?? []).map(warningText);
}

describe('the packs of a deployment, and their neighbours', () => {
  it('are told from which pack is not there, and what to type for it', async () => {
    expect(saidOf(await diffOf('apples'))).toEqual([
      '*apples* needs the pack *beans*, which is not live (`pack.yaml:6`, `actions/workflows/stuff.yaml:6` and `rules/lunch.yaml:7`). Deploy it with `pack deploy Kitchen beans`.',
      '*apples* needs the pack *tea*, which is not live (`pack.yaml:7`). Deploy it with `pack deploy Kitchen tea`.',
    ]);
  });

  it('go live each after those that it needs', async () => {
    const { id, status, plan } = await depot.askAndWait(deploying(['apples', 'beans']));
    expect(status).toBe('succeeded');
    expect(plan?.packs.map(({ pack }) => pack)).toEqual(['beans', 'apples']);
    expect(saidOf(plan)).toEqual([
      '*apples* needs the pack *tea*, which is not live (`pack.yaml:7`). Deploy it with `pack deploy Kitchen tea`.',
      '*apples* asks for `2.0.0` of *beans*, and `1.0.0` is there.',
    ]);
    const events = (await depot.deployments.events(id)).map(({ event }) => event);
    const ends = events.flatMap((event) =>
      event.kind === 'pack' && event.status === 'live' ? [event.pack] : [],
    );
    expect(ends).toEqual(['beans', 'apples']);
  });

  it('are not all read for a change that takes nothing away', async () => {
    await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: 'more' }));
    lists = 0;
    const { plan } = await depot.askAndWait(deploying(['beans']));
    expect(plan?.warnings).toBeUndefined();
    expect(lists).toBe(0);
  });

  it('still call an action that goes: the plan says where, and is carried out', async () => {
    await depot.repository.commit({
      'packs/beans/actions/cook.yaml': null,
      'packs/beans/aliases/cook.yaml': null,
      'packs/beans/rules/noon.yaml': null,
      'packs/beans/actions/boil.yaml': 'name: boil\nrunner_type: noop\n',
    });
    const where =
      '1 rule and 1 workflow elsewhere still call the removed action `beans.cook`: *apples* `actions/workflows/stuff.yaml:6` and *apples* `rules/lunch.yaml:7`.';
    expect(saidOf(await diffOf('beans'))).toEqual([where]);
    // The packs that stay are read as the plan has them, not as they are live.
    await depot.repository.commit({ 'packs/apples/rules/lunch.yaml': null });
    expect(saidOf(await diffOf('beans', 'apples'))).toContain(
      '1 workflow elsewhere still calls the removed action `beans.cook`: *apples* `actions/workflows/stuff.yaml:6`.',
    );
    const { status, plan } = await depot.askAndWait(deploying(['beans']));
    expect(status).toBe('succeeded');
    expect(saidOf(plan)).toEqual([where]);
    // On the way back the action is there again, and nobody misses it.
    expect((await depot.askAndWait({ kind: 'rollback', pack: 'beans' })).plan?.warnings).toBeUndefined();
  });

  it('take the same line: both aliases are named', async () => {
    await depot.repository.commit({
      'packs/tea/aliases/brew.yaml':
        'name: brew\naction_ref: tea.cook\nformats: ["cook apples slowly", "brew"]\n',
    });
    expect(saidOf(await diffOf('tea'))).toEqual([]);
    await depot.repository.commit({
      'packs/tea/aliases/brew.yaml':
        'name: brew\naction_ref: tea.cook\nformats: ["cook {{ what }} for {{ guests }}", "brew"]\n',
    });
    expect(saidOf(await diffOf('tea'))).toEqual([
      'Two aliases take the same line, say `cook tea for something minutes`: `cook {{ what }} for {{ guests }}` (alias `tea.brew`) and `cook tea for {{minutes}} minutes` (alias `tea.cook`). StackStorm refuses a line that two take.',
      'Two aliases take the same line, say `cook apples for something minutes`: `cook {{ what }} for {{ guests }}` (alias `tea.brew`) and `cook apples for {{minutes}} minutes` (alias `apples.cook`). StackStorm refuses a line that two take.',
      'Two aliases take the same line, say `cook beans for something minutes`: `cook {{ what }} for {{ guests }}` (alias `tea.brew`) and `cook beans for {{minutes}} minutes` (alias `beans.cook`). StackStorm refuses a line that two take.',
    ]);
  });

  it('need each other: that is said, and each still goes live', async () => {
    await depot.repository.commit({
      'packs/beans/policies/few.yaml':
        'name: few\nresource_ref: apples.cook\npolicy_type: action.concurrency\nparameters: { threshold: 1 }\n',
      'packs/tea/aliases/brew.yaml': null,
    });
    const { status, plan } = await depot.askAndWait(deploying(['apples', 'beans', 'tea']));
    expect(status).toBe('succeeded');
    expect(plan?.packs.map(({ pack }) => pack)).toEqual(['beans', 'tea', 'apples']);
    expect(plan?.warnings).toContainEqual({ kind: 'circle', packs: ['beans', 'apples'] });
  });

  it('are missed by those that stay when they are taken away', async () => {
    await depot.repository.commit({ 'packs/beans/pack.yaml': null, 'packs/tea/pack.yaml': null });
    const { status, plan } = await depot.askAndWait(deploying(['apples'], ['beans', 'tea']));
    expect(status).toBe('succeeded');
    expect(saidOf(plan)).toEqual([
      '1 pack.yaml elsewhere still names the removed pack *beans*: *apples* `pack.yaml:6`.',
      '1 pack.yaml elsewhere still names the removed pack *tea*: *apples* `pack.yaml:7`.',
    ]);
  });

  it('are named when they can not be read any more and something is taken away', async () => {
    await depot.reconfigure({ repository: 'Larder' });
    await depot.repository.commit(packFiles('tea', { root: 'packs/tea/' }));
    const fromLarder = { ...deploying(['tea']), repository: 'Larder' };
    expect((await depot.askAndWait(fromLarder)).status).toBe('succeeded');
    await depot.repository.commit({ 'packs/tea/rules/noon.yaml': null, 'packs/tea/actions/cook.yaml': null });
    // What was read before is remembered, also of a repository that is not configured any more.
    await depot.restart();
    const diff = await depot.deployments.diff(fromLarder);
    expect(saidOf(diff.ok ? diff.value.plan : undefined)).toEqual([
      'What *apples* names of other packs could not be read: the repository is not configured any more, or the commit is gone.',
    ]);
  });
});
