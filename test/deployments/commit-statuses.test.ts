import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeployIntent } from '../../src/core/intent.js';
import { tellHosts } from '../../src/deployments/checks/statuses.js';
import type { Runner } from '../../src/deployments/runner.js';
import { openHost } from '../../src/drivers/hosts/open.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { fakeToken, github } from '../fixtures/hosts-api/dialects.js';
import { type FakeHost, serveHost } from '../fixtures/hosts-api/fake.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';

const postgres = withPostgres();
const patience = { timeout: 15_000 };
let host: FakeHost;
let depot: Depot;
let telling: Runner;

beforeAll(async () => {
  host = await serveHost(github);
  const clock = { now: () => depot.now() };
  const token = async () => fakeToken;
  const { api } = openHost('github', { name: 'forge', apiUrl: host.apiUrl, clock, token });
  if (api === undefined) throw new Error('it has no API');
  depot = await openDepot({
    databaseUrl: postgres.url,
    packs: ['beans', 'ears'],
    hostOf: () => ({
      name: 'forge',
      path: host.repository,
      api,
      commitStatus: true,
      deploymentRecords: true,
    }),
  });
  telling = tell();
});
afterAll(async () => {
  await telling.stop();
  await depot.close();
  await host.close();
});

function tell(): Runner {
  const pageOf = (id: number) => `https://p.example.org/deployments/${id}`;
  return depot.tell((parts) => tellHosts({ ...parts, pageOf, tryAgainMs: 50 }));
}

const deploy = (...packs: string[]): DeployIntent => ({
  kind: 'deploy',
  repository: 'Kitchen',
  packs: { kind: 'named', packs },
});

const shownOn = (sha: string) => host.statuses.filter((status) => status.sha === sha);
const newest = (sha: string) => expect.poll(() => shownOn(sha).at(-1), patience);

async function push(files: Parameters<Depot['repository']['commit']>[0]): Promise<string> {
  return await depot.repository.commit(files);
}

describe('a deployment', () => {
  it('is shown on its commit with a link to its page, and kept as a record of the host’s own', async () => {
    const sha = await push(packFiles('beans', { root: 'packs/beans/', says: 'one' }));
    const { id } = await depot.askAndWait(deploy('beans'));
    const url = `https://p.example.org/deployments/${id}`;
    await newest(sha).toEqual({ sha, state: 'success', description: 'Live: beans.', url });
    const records = () => [...host.records.values()].filter((record) => record.sha === sha);
    await expect.poll(() => records().map(({ states }) => states.at(-1)), patience).toEqual(['success']);
    expect(records()[0]?.environment).toBe('default');
  });

  it('that failed is not covered up by one of another pack of the same commit', async () => {
    const sha = await push({
      ...packFiles('ears', { root: 'packs/ears/', says: 'two' }),
      'packs/beans/pack.yaml': ': [',
    });
    await depot.askAndWait(deploy('beans'));
    await newest(sha).toMatchObject({ state: 'failure' });
    const good = await depot.askAndWait(deploy('ears'));
    expect(good.status).toBe('succeeded');
    await newest(sha).toMatchObject({ state: 'failure', description: expect.stringContaining('beans') });
  });

  it('waits for no host, and is shown once the host takes it again', async () => {
    host.mood = 'breaks';
    const sha = await push(packFiles('beans', { root: 'packs/beans/', says: 'three' }));
    expect(await depot.askAndWait(deploy('beans'))).toMatchObject({ status: 'succeeded' });
    const tried = () => postgres.query('select * from packtrain.commit_statuses where tries > 0');
    await expect.poll(tried, patience).not.toEqual([]);
    expect(shownOn(sha)).toEqual([]);
    host.mood = 'well';
    depot.passTime(3_600_000);
    await newest(sha).toMatchObject({ state: 'success' });
  });

  it('is told once: what was said already is not said again', async () => {
    const open = () => postgres.query('select * from packtrain.commit_statuses where not is_final');
    await expect.poll(open, patience).toEqual([]);
    const before = host.statuses.length;
    await telling.stop();
    telling = tell();
    const sha = await push(packFiles('ears', { root: 'packs/ears/', says: 'four' }));
    await depot.askAndWait(deploy('ears'));
    await newest(sha).toMatchObject({ state: 'success' });
    expect(host.statuses.slice(before).every((status) => status.sha === sha)).toBe(true);
  });
});
