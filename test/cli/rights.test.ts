import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkRights } from '../../src/cli/doctor/rights.js';
import type { HostConfig } from '../../src/config/config.js';
import type { Repository } from '../../src/core/repository.js';
import { openHost } from '../../src/drivers/hosts/open.js';
import { fakeToken, gitea, github } from '../fixtures/hosts-api/dialects.js';
import { type FakeHost, serveHost } from '../fixtures/hosts-api/fake.js';

let good: FakeHost;
let reading: FakeHost;

beforeAll(async () => {
  good = await serveHost(github);
  reading = await serveHost(gitea);
});
afterAll(async () => {
  await good.close();
  await reading.close();
});

function hostOf(name: string, kind: HostConfig['kind'], { apiUrl }: FakeHost): HostConfig {
  const shows = { commitStatus: true, deploymentRecords: false };
  return { name, kind, apiUrl, domains: [`${name}.example.org`], token: { env: `${name}_TOKEN` }, ...shows };
}

function repository(name: string, domain: string): Repository {
  const autoDeployment = { branch: 'main', checks: { required: ['build'], allowFailures: [] } };
  return {
    name,
    url: `https://${domain}/kitchen/packs.git`,
    subtree: false,
    target: 'default',
    autoDeployment,
  };
}

/** What the doctor says of some repositories, with these environment variables. */
async function findings(repositories: readonly Repository[], env: Record<string, string>) {
  const hosts = new Map(
    [hostOf('good', 'github', good), hostOf('reading', 'gitea', reading)].map((host) => [host.name, host]),
  );
  return await checkRights(
    { repositories: new Map(repositories.map((one) => [one.name, one])), hosts },
    { openHost: ({ token: _, ...config }, parts) => openHost(config.kind, { ...config, ...parts }) },
    (name) => env[name],
  );
}

const tokens = { good_TOKEN: fakeToken, reading_TOKEN: fakeToken };

describe('the doctor, about checks', () => {
  it('finds a token that is taken, one that may only read, and a repository without a host', async () => {
    const some = ['good', 'reading', 'none'].map((name) => repository(name, `${name}.example.org`));
    expect(await findings(some, tokens)).toMatchObject([
      { name: 'checks of good', state: 'ok' },
      { name: 'checks of reading', state: 'warning', what: expect.stringContaining('may read') },
      { name: 'checks of none', state: 'failed' },
    ]);
  });

  it('finds a token that is missing or wrong, without showing it', async () => {
    const one = [repository('good', 'good.example.org')];
    for (const env of [{}, { good_TOKEN: 'stale-token' }]) {
      const found = await findings(one, env);
      expect(found).toMatchObject([
        { state: 'failed', what: expect.stringContaining('does not take the token') },
      ]);
      expect(JSON.stringify(found)).not.toContain('stale-token');
    }
  });
});
