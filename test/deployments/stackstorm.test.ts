import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Deployment } from '../../src/core/deployment.js';
import type { Target } from '../../src/core/target.js';
import { timelineOf } from '../../src/web/timeline.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { mustBeOk } from '../targets/fixture.js';
import { type StackstormBed, stackstormBed } from '../targets/stackstorm-bed.js';

const postgres = withPostgres();
let bed: StackstormBed;
let depot: Depot;
let waiting: Target | undefined;

beforeAll(async () => {
  bed = await stackstormBed();
  depot = await openDepot({
    databaseUrl: postgres.url,
    packs: ['beans', 'ears'],
    // Another one while a story is about waiting.
    wrapTarget: () => new Proxy(bed.target, { get: (_, key) => Reflect.get(waiting ?? bed.target, key) }),
    repository: 'prune: true',
  });
});
afterAll(async () => {
  await depot.close();
  await bed.remove();
});

const deploy = { kind: 'deploy', repository: 'Kitchen', packs: { kind: 'differing' } } as const;

async function depotView(id: number): Promise<Deployment> {
  const view = await depot.deployments.get(id);
  if (view === undefined) throw new Error(`there is no #${id}`);
  return view.deployment;
}

async function linesOf(deployment: Deployment): Promise<string> {
  const events = await depot.deployments.events(deployment.id);
  return events
    .flatMap(({ event }) => (event.kind === 'log' ? [`${event.pack}: ${event.line}`] : []))
    .join('\n');
}

describe('a deployment into a StackStorm', () => {
  it('is registered, and shows what the server did on its page', async () => {
    await depot.repository.commit({ 'packs/beans/requirements.txt': 'requests==2.0\n' });
    const deployment = await depot.askAndWait(deploy);
    expect(deployment.status).toBe('succeeded');
    expect(bed.stack.state.refs('actions', 'beans')).toEqual(['beans.cook']);
    expect(await linesOf(deployment)).toContain('beans: st2.actions.python.SetupVirtualEnvironmentAction');
  });

  it('that fails leaves server and files as they were, and says why', async () => {
    await bed.stack.toggle('rules', 'beans.noon', false);
    bed.stack.pip.missing.add('no_such');
    await depot.repository.commit({
      ...packFiles('beans', { root: 'packs/beans/', version: '2.0.0' }),
      'packs/beans/requirements.txt': 'no_such==9\n',
    });
    const deployment = await depot.askAndWait(deploy);
    expect(deployment).toMatchObject({
      status: 'failed',
      packs: [
        { pack: 'beans', status: 'restored', step: 'register', refusal: { code: 'st2-virtualenv' } },
        { pack: 'ears', status: 'unchanged' },
      ],
    });
    expect(await linesOf(deployment)).toContain('No matching distribution found for no_such==9');
    expect(bed.stack.state.get('packs', 'beans')?.version).toBe('1.0.0');
    expect(bed.stack.state.get('rules', 'beans.noon')?.enabled).toBe(false);
    expect(bed.stack.state.virtualenvs.get('beans')).toMatchObject({ requirements: ['requests==2.0'] });
  });

  it('whose canary is red is taken back, with what it said on its page', async () => {
    const canary = 'canary:\n  action: cook\n  expect: { result: { result: { cups: 2 } } }\n';
    const before = bed.stack.state.snapshot('beans');
    const place = join(bed.folder.path, 'beans');
    const live = await readlink(place);
    bed.stack.result('beans.cook', () => ({
      status: 'succeeded',
      result: {
        stdout: 'two cups from https://ann:hunter2@kitchen.example.com',
        exit_code: 0,
        result: { cups: 1 },
      },
    }));
    await depot.repository.commit({
      ...packFiles('beans', { root: 'packs/beans/', version: '3.0.0' }),
      'packs/beans/requirements.txt': 'requests==2.0\n',
      'packs/beans/packtrain.yaml': canary,
    });
    const deployment = await depot.askAndWait(deploy);
    expect(deployment).toMatchObject({
      status: 'failed',
      packs: [
        { pack: 'beans', status: 'restored', step: 'canary', refusal: { code: 'canary-red' } },
        { pack: 'ears', status: 'unchanged' },
      ],
    });
    expect(await readlink(place)).toBe(live);
    expect(bed.stack.state.snapshot('beans')).toEqual(before);
    const lines = await linesOf(deployment);
    expect(lines).toContain('two cups from https://');
    expect(JSON.stringify([lines, deployment])).not.toContain('hunter2');
    expect(lines).toMatch(/result\.result\.cups is 1 instead of 2/);
    const stops = timelineOf(await depot.deployments.events(deployment.id)).stops;
    expect(stops).toContainEqual(
      expect.objectContaining({ label: 'Canary', pack: 'beans', state: 'failed' }),
    );
  });

  it('whose canary is green stays', async () => {
    bed.stack.result('beans.cook', () => ({ status: 'succeeded', result: { result: { cups: 2 } } }));
    const deployment = await depot.askAndWait(deploy);
    expect(deployment).toMatchObject({ status: 'succeeded', packs: [{ pack: 'beans', status: 'live' }, {}] });
    expect(bed.stack.state.get('packs', 'beans')?.version).toBe('3.0.0');
  });

  it('that is canceled while it waits for running actions ends soon, and switches nothing', async () => {
    const before = await readlink(join(bed.folder.path, 'beans'));
    const job = bed.stack.run('beans.cook');
    waiting = bed.open({ drain: { waitMs: 600_000, otherwise: 'give-up' } });
    await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', version: '4.0.0' }));
    const asked = await depot.ask(deploy);
    const { deployment: id } = mustBeOk(asked);
    const log = async () => await linesOf(await depotView(id));
    await vi.waitFor(async () => expect(await log()).toContain('waiting for 1 execution of beans'), {
      timeout: 30_000,
    });
    mustBeOk(await depot.ask({ kind: 'cancel', deployment: id }));
    expect((await depot.ended(id)).packs).toMatchObject([
      { pack: 'beans', status: 'skipped', refusal: { code: 'canceled' } },
      { pack: 'ears', status: 'unchanged' },
    ]);
    expect(await readlink(join(bed.folder.path, 'beans'))).toBe(before);
    expect(bed.stack.state.get('packs', 'beans')?.version).toBe('3.0.0');
    job.finish();
    waiting = undefined;
  });

  it('of a branch without the pack takes it from the server', async () => {
    await depot.repository.commit({ 'packs/beans/pack.yaml': null });
    const deployment = await depot.askAndWait({ ...deploy, removes: ['beans'] });
    expect(deployment.packs).toContainEqual(expect.objectContaining({ pack: 'beans', status: 'removed' }));
    expect(bed.stack.state.get('packs', 'beans')).toBeUndefined();
    expect(bed.stack.state.refs('actions', 'beans')).toEqual([]);
  });
});
