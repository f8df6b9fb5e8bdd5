import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckState } from '../../src/core/check.js';
import type { Deployment } from '../../src/core/deployment.js';
import type { HostApi } from '../../src/core/host.js';
import { warningText } from '../../src/core/plan-warning.js';
import { ok } from '../../src/core/result.js';
import { isWorthWaiting, type NeedState } from '../../src/deployments/needed.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { mustBeOk } from '../targets/fixture.js';

const postgres = withPostgres();
const patience = { timeout: 30_000, interval: 20 };
const hour = 3_600_000;
let depot: Depot;
let round = 0;

const api: HostApi = {
  facts: async () => ok([]),
  rights: async () => ok({}),
  setStatus: async () => ok(undefined),
};

// A pack of its own check is a deployment of its own, and apples come before bells by name.
beforeAll(async () => {
  depot = await openDepot({
    databaseUrl: postgres.url,
    packs: ['apples', 'bells'],
    config: 'admins: [ann, bob]\n',
    repository:
      "auto_deployment: { branch: main, poll_every: 24h, checks: { required: ['test ({pack})'] } }\n",
    dueEveryMs: 50,
    hostOf: () => ({ name: 'forge', path: 'kitchen', api, commitStatus: false, deploymentRecords: false }),
  });
  const first = await push();
  await pass('apples', 'bells');
  for (const id of Object.values(first)) await depot.ended(id);
});
afterAll(async () => await depot?.close());
beforeEach(() => {
  round += 1;
});

let sha = '';

/** Both packs anew; apples runs what bells has. */
const files = (bells = {}) => ({
  ...packFiles('apples', { root: 'packs/apples/', says: `round ${round}` }),
  'packs/apples/rules/on_ring.yaml':
    'name: on_ring\nenabled: true\ntrigger:\n  type: core.st2.webhook\n  parameters: { url: x }\naction:\n  ref: bells.cook\n',
  ...packFiles('bells', { root: 'packs/bells/', says: `round ${round}` }),
  ...bells,
});

/** Pushes, and gives the deployments of bells and of apples. */
async function push(bells = {}): Promise<{ readonly bells: number; readonly apples: number }> {
  sha = await depot.repository.commit(files(bells));
  await depot.noteMoved('main', sha);
  return await vi.waitFor(async () => {
    const [newest] = await depot.pushes();
    expect(newest).toMatchObject({ sha, deployments: { length: 2 } });
    const [first = 0, second = 0] = newest?.deployments ?? [];
    return { bells: first, apples: second };
  }, patience);
}

const tell = async (state: CheckState, ...packs: readonly string[]) =>
  await depot.checks.recordFacts(
    'Kitchen',
    packs.map((pack) => ({ sha, name: `test (${pack})`, state, at: new Date() })),
  );
const pass = (...packs: readonly string[]) => tell('success', ...packs);

async function now(id: number): Promise<Deployment> {
  const view = await depot.deployments.get(id);
  if (view === undefined) throw new Error(`there is no #${id}`);
  return view.deployment;
}

const untilWaitingFor = async (id: number, what: Deployment['waitingFor']) =>
  await vi.waitFor(
    async () => expect(await now(id)).toMatchObject({ status: 'waiting', waitingFor: what }),
    patience,
  );

const warningsOf = ({ plan }: Deployment) => (plan?.warnings ?? []).map(warningText);

describe('packs of one push that each have checks of their own', () => {
  it('go live in the order of what they need, however fast their checks are', async () => {
    const { bells, apples } = await push();
    expect((await now(apples)).intent).toMatchObject({
      after: [{ deployment: bells, pack: 'apples', on: 'bells' }],
    });
    await pass('apples');
    await untilWaitingFor(apples, 'packs');
    const why = await depot.deployments.why('apples');
    expect(why.ok && why.value.block).toEqual({
      what: `Deployment #${apples} goes after #${bells}, since apples needs bells.`,
      owner: '',
      command: 'pack why bells',
    });
    // It holds nothing meanwhile.
    expect((await depot.deployments.get(apples))?.ahead).toEqual([]);
    await pass('bells');
    const [first, second] = [await depot.ended(bells), await depot.ended(apples)];
    expect([first.status, second.status]).toEqual(['succeeded', 'succeeded']);
    expect(second.startedAt?.getTime()).toBeGreaterThanOrEqual(first.endedAt?.getTime() ?? Number.NaN);
    expect(warningsOf(second)).toEqual([]);
  });

  it('do not wait for one whose checks have failed: what is missed is said', async () => {
    const { bells, apples } = await push();
    await pass('apples');
    await untilWaitingFor(apples, 'packs');
    await tell('failure', 'bells');
    const done = await depot.ended(apples);
    expect(done.status).toBe('succeeded');
    expect(warningsOf(done)).toEqual([
      `*apples* needs *bells*, but #${bells}, which is to bring it, stands still: \`pack why bells\` tells more.`,
    ]);
    await pass('bells');
    expect((await depot.ended(bells)).status).toBe('succeeded');
  });

  it('do not wait for one that has ended without going live', async () => {
    const { bells, apples } = await push({ 'packs/bells/actions/cook.yaml': 'name: [' });
    await pass('apples', 'bells');
    expect((await depot.ended(bells)).status).toBe('failed');
    const done = await depot.ended(apples);
    expect(done.status).toBe('succeeded');
    expect(warningsOf(done)).toEqual([
      `*apples* needs *bells*, but #${bells} has not brought what was pushed of it: \`pack why bells\` tells more.`,
    ]);
  });

  it('do not wait for one that somebody holds', async () => {
    const { bells, apples } = await push();
    await depot.ask(
      { kind: 'lock', scope: { kind: 'pack', pack: 'bells' }, because: 'they are being tuned' },
      'bob',
    );
    await pass('apples', 'bells');
    const done = await depot.ended(apples);
    expect(done.status).toBe('succeeded');
    expect(warningsOf(done).join()).toContain(`#${bells}, which is to bring it, stands still`);
    await depot.ask({ kind: 'unlock', scope: { kind: 'pack', pack: 'bells' } }, 'bob');
    expect((await depot.ended(bells)).status).toBe('succeeded');
  });

  it('wait on after a restart, give way to a newer push, and can be canceled', async () => {
    const old = await push();
    await pass('apples');
    await untilWaitingFor(old.apples, 'packs');
    await depot.restart();
    round += 1;
    const fresh = await push();
    expect((await depot.ended(old.apples)).status).toBe('superseded');
    expect((await depot.ended(old.bells)).status).toBe('superseded');
    await pass('apples');
    await untilWaitingFor(fresh.apples, 'packs');
    await depot.restart();
    mustBeOk(await depot.ask({ kind: 'cancel', deployment: fresh.apples }));
    expect((await depot.ended(fresh.apples)).status).toBe('canceled');
    await pass('bells');
    expect((await depot.ended(fresh.bells)).status).toBe('succeeded');
  });

  it('wait for nothing that stands still, and no longer than an hour', () => {
    const needs = (...states: readonly NeedState[]) =>
      states.map((state) => ({ deployment: 1, pack: 'apples', on: 'bells', state }));
    expect(isWorthWaiting(needs('brought', 'coming'), 0)).toBe(true);
    expect(isWorthWaiting(needs('brought', 'coming'), hour - 1)).toBe(true);
    expect(isWorthWaiting(needs('brought', 'coming'), hour)).toBe(false);
    expect(isWorthWaiting(needs('brought', 'still', 'lost'), 0)).toBe(false);
  });
});
