import { rmSync, symlinkSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { renderDeployment } from '../../src/chat/render/deployment.js';
import type { Deployment } from '../../src/core/deployment.js';
import type { Target } from '../../src/core/target.js';
import { nodeFiles } from '../../src/drivers/targets/directory/files.js';
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

let version = 0;

const register = { method: 'POST', path: '/packs/register' };
const always = Number.POSITIVE_INFINITY;
const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });

interface Misfortune {
  /** What goes wrong from here on. */
  readonly begin: () => void;
  /** How the target is opened for it. */
  readonly with?: Parameters<StackstormBed['open']>[0];
  /** Why it fails; absent where it goes well in the end. */
  readonly code?: string;
  /** What the reply says. */
  readonly says: RegExp;
  /** What became of the pack; restored unless given. */
  readonly status?: 'failed';
}

const nothing = () => undefined;
const marker = () => join(bed.folder.path, '.packtrain', 'owner');

/** Everything that is known to go wrong with a server; whatever does is told, and what was live stays or is back. */
const misfortunes: Readonly<Record<string, Misfortune>> = {
  'knows the key no more': {
    begin: nothing,
    with: { key: async () => 'another' },
    ...{ code: 'st2-key-refused', says: /does not know the key/, status: 'failed' },
  },
  'forbids to register': {
    begin: () => bed.stack.faults.on(register, { kind: 'error', status: 403, faultstring: 'bob may not' }),
    ...{ code: 'st2-forbidden', says: /does not allow \/packs\/register: bob may not/ },
  },
  'is behind a proxy that says 404 in HTML': {
    begin: () => bed.stack.faults.on(register, { kind: 'html', status: 404 }, always),
    ...{ code: 'st2-not-json', says: /with a page of HTML \(status 404/ },
  },
  'breaks in the middle of a registration, each time': {
    begin: () => {
      for (let time = 0; time < 3; time++) bed.stack.faults.whileRegistering({ kind: 'error', at: 'alias' });
    },
    ...{ code: 'st2-broken', says: /failed at \/packs\/register with status 500/ },
  },
  hangs: {
    begin: () => bed.stack.faults.on(register, { kind: 'hang' }, 3),
    with: { registerMs: 60 },
    ...{ code: 'st2-unreachable', says: /no answer within 0\.06 s/ },
  },
  'restarts while it registers': {
    begin: () =>
      bed.stack.faults.whileRegistering({ kind: 'restart', at: 'rule', ms: 5, away: 'bad-gateway' }),
    says: /live/,
  },
  'has no room left when it comes to the switch': {
    begin: nothing,
    with: { files: { ...nodeFiles, writeDurably: () => Promise.reject(full) } },
    ...{ code: 'target-full', says: /room/, status: 'failed' },
  },
  'registers only a part, and says nothing': {
    begin: () => bed.stack.faults.drop(/^alias /),
    ...{ code: 'st2-differs', says: /alias beans\.cook differs in description/ },
  },
  'another Packtrain looks after': {
    begin: () => symlinkSync('packtrain-that one', marker()),
    with: { owner: async () => 'this one' },
    ...{ code: 'st2-owned', says: /Another Packtrain \(packtrain-that one\) looks after/, status: 'failed' },
  },
};

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

  it.each(Object.entries(misfortunes))('into a server that %s', async (_, misfortune) => {
    const { begin, with: options = {}, code, says, status = 'restored' } = misfortune;
    const place = join(bed.folder.path, 'beans');
    const before = { link: await readlink(place), seen: bed.stack.state.snapshot('beans') };
    version += 1;
    const files = packFiles('beans', { root: 'packs/beans/', version: `9.${version}.0` });
    const alias = `name: cook\ndescription: Cooks ${version}\naction_ref: beans.cook\nformats: ["cook beans"]\n`;
    const changed = { 'packs/beans/aliases/cook.yaml': alias, 'packs/beans/packtrain.yaml': null };
    await depot.repository.commit({ ...files, ...changed });
    waiting = bed.open({ retryMs: 50, ...options });
    begin();
    const deployment = await depot.askAndWait({ ...deploy, packs: { kind: 'named', packs: ['beans'] } });
    waiting = undefined;
    bed.stack.faults.clear();
    rmSync(marker(), { force: true });
    if (code === undefined) {
      expect(deployment).toMatchObject({ status: 'succeeded', packs: [{ status: 'live' }] });
      expect(bed.stack.state.get('packs', 'beans')?.version).toBe(`9.${version}.0`);
      return;
    }
    expect(deployment.packs).toMatchObject([{ pack: 'beans', status, refusal: { code } }]);
    const context = { url: (id: number) => `/${id}`, now: new Date() };
    expect(renderDeployment({ deployment, ahead: [], heldBy: [] }, context).text).toMatch(says);
    expect(await readlink(place)).toBe(before.link);
    expect(bed.stack.state.snapshot('beans')).toEqual(before.seen);
  });

  it('of a branch without the pack takes it from the server', async () => {
    await depot.repository.commit({ 'packs/beans/pack.yaml': null });
    const deployment = await depot.askAndWait({ ...deploy, removes: ['beans'] });
    expect(deployment.packs).toContainEqual(expect.objectContaining({ pack: 'beans', status: 'removed' }));
    expect(bed.stack.state.get('packs', 'beans')).toBeUndefined();
    expect(bed.stack.state.refs('actions', 'beans')).toEqual([]);
  });
});
