import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sentence } from '../../src/core/reason.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
let depot: Depot;

beforeAll(async () => {
  depot = await openDepot({ databaseUrl: postgres.url });
});
afterAll(async () => {
  await depot.close();
});

const deploy = (packs: string[], ref?: string) =>
  ({
    kind: 'deploy',
    repository: 'Kitchen',
    packs: { kind: 'named', packs },
    ...(ref ? { ref } : {}),
  }) as const;

describe('deploying', () => {
  it('makes a pack of the default branch live', async () => {
    const deployment = await depot.askAndWait(deploy(['beans']));

    expect(deployment).toMatchObject({ status: 'succeeded', packs: [{ pack: 'beans', status: 'live' }] });
    expect(await depot.read('beans', 'actions/cook.sh')).toContain('echo hello');
    expect(await depot.deployments.live('beans')).toMatchObject([
      { pack: 'beans', by: 'ann', deployment: deployment.id },
    ]);
  });

  it('deploys only what differs when no pack is named', async () => {
    await depot.repository.commit(packFiles('ears', { root: 'packs/ears/', says: 'wax' }));

    const deployment = await depot.askAndWait({
      kind: 'deploy',
      repository: 'kitchen',
      packs: { kind: 'differing' },
    });

    expect(deployment.packs.map((p) => [p.pack, p.status])).toEqual([
      ['ears', 'live'],
      ['weather', 'live'],
      ['beans', 'unchanged'],
    ]);
    expect(await depot.read('ears', 'actions/cook.sh')).toContain('echo wax');
  });

  it('deploys a branch, and rolls back to what was live before', async () => {
    await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says: 'more' }), {
      branch: 'feature/x',
      from: 'refs/heads/main',
    });
    const feature = await depot.askAndWait(deploy(['beans'], 'feature/x'));
    expect(feature.plan).toMatchObject({ revision: { ref: 'feature/x' }, isDefaultBranch: false });
    expect(await depot.read('beans', 'actions/cook.sh')).toContain('echo more');

    const back = await depot.askAndWait({ kind: 'rollback', pack: 'beans' });

    expect(back).toMatchObject({ status: 'succeeded', plan: { revision: { ref: 'main' } } });
    expect(await depot.read('beans', 'actions/cook.sh')).toContain('echo hello');
    const again = await depot.askAndWait({ kind: 'rollback', pack: 'beans' });
    expect(again).toMatchObject({ status: 'failed', refusal: { code: 'nothing-to-roll-back' } });

    // Deployed by name it counts as good again, so that it can be come back to.
    await depot.askAndWait(deploy(['beans'], 'feature/x'));
    await depot.askAndWait(deploy(['beans'], 'main'));
    const forth = await depot.askAndWait({ kind: 'rollback', pack: 'beans', to: 'feature/x' });
    expect(forth).toMatchObject({ status: 'succeeded', plan: { revision: { ref: 'feature/x' } } });
    await depot.askAndWait(deploy(['beans'], 'main'));
  });

  it('refuses a broken pack with its problems, and deploys the others', async () => {
    await depot.repository.commit(
      {
        ...packFiles('weather', { root: 'packs/weather/', says: 'rain' }),
        'packs/beans/pack.yaml': 'ref: beans\nname: beans\nversion: one\n',
      },
      { branch: 'broken', from: 'refs/heads/main' },
    );

    const deployment = await depot.askAndWait(deploy(['beans', 'weather'], 'broken'));

    expect(deployment.status).toBe('failed');
    expect(deployment.packs.map((p) => [p.pack, p.status])).toEqual([
      ['weather', 'live'],
      ['beans', 'failed'],
    ]);
    const refusal = deployment.packs[1]?.refusal;
    expect(refusal && sentence(refusal)).toContain('packs/beans/pack.yaml:3');
    expect(await depot.read('beans', 'actions/cook.sh')).toContain('echo hello');
  });

  it('says so where a canary can not be run, and deploys all the same; policy is not read from a pack', async () => {
    const file = 'packs/weather/packtrain.yaml';
    await depot.repository.commit({ [file]: 'canary: { action: core.noop }\n' });
    const deployment = await depot.askAndWait(deploy(['weather']));
    expect(deployment).toMatchObject({ status: 'succeeded', packs: [{ pack: 'weather', status: 'live' }] });
    expect(deployment.plan?.packs[0]?.warnings).toEqual([
      "its canary core.noop is not run: the target default can't run actions",
    ]);
    await depot.repository.commit({ [file]: 'admins: [bob]\n' });
    const policy = await depot.askAndWait(deploy(['weather']));
    expect(policy.packs).toMatchObject([{ pack: 'weather', status: 'failed' }]);
    const refusal = policy.packs[0]?.refusal;
    expect(refusal && sentence(refusal)).toContain(`${file}:1:1 error admins is not read from here`);
  });

  it('refuses what is not there with what may have been meant', async () => {
    const pack = await depot.askAndWait(deploy(['baens']));
    expect(pack.refusal).toMatchObject({ code: 'no-such-pack', params: { near: ['beans'] } });
    const ref = await depot.askAndWait(deploy(['beans'], 'feature/y'));
    expect(ref.refusal).toMatchObject({ code: 'unknown-ref', params: { near: ['feature/x'] } });
    const repository = await depot.ask({ ...deploy(['beans']), repository: 'Kichen' });
    expect(repository).toMatchObject({
      ok: false,
      refusal: { code: 'unknown-repository', params: { near: ['Kitchen'] } },
    });
  });

  it('keeps its events and its history over a restart', async () => {
    const before = await depot.deployments.list({ pack: 'beans' });
    await depot.restart();
    expect(await depot.deployments.list({ pack: 'beans' })).toEqual(before);
    const [newest] = before;
    const events = await depot.deployments.events(newest?.id ?? 0);
    expect(events.at(-1)?.event).toMatchObject({ kind: 'ended' });
  });
});
