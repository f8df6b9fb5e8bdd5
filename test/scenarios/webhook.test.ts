import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveriesSchema } from '../../src/cli/contract.js';
import { canServeHttp, type GitHttpServer, serveGit } from '../fixtures/git-http.js';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { proofOf, savedPost } from '../fixtures/hosts.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';

const secret = 'k1tchen-webhook-s3cret';
const token = 'k1tchen-api-t0ken';
const why = canServeHttp ? '' : ' (skipped: this git has no http-backend)';
const patient = { timeout: 30_000, interval: 50 };

describe.skipIf(!canServeHttp)(`a server that its Git host posts to${why}`, () => {
  const postgres = withPostgres();
  let kitchen: FixtureRepository;
  let git: GitHttpServer;
  let server: ServerFixture;
  let first = '';

  beforeAll(async () => {
    kitchen = await makeRepository({ files: {} });
    first = await push('one');
    git = await serveGit(kitchen.url);
    server = await startServer({
      databaseUrl: postgres.url,
      env: { HOOK_SECRET: secret, API_TOKEN: token },
      config: ({ live }) => `repositories:
  Kitchen:
    repo: ${git.url}
    subtree: true
    auto_deployment: { branch: main, checks: { required: [build] }, poll_every: 1h }
hosts:
  gitea: { domains: [127.0.0.1], webhook_secret: { env: HOOK_SECRET }, token: { env: API_TOKEN }, api_url: '${git.origin}/api/v1' }
targets:
  default: { kind: directory, path: ${live} }
`,
    });
  });
  afterAll(async () => {
    await server?.close();
    await git?.close();
    await kitchen?.remove();
  });

  const push = (says: string) => kitchen.commit(packFiles('beans', { root: 'packs/beans/', says }));
  const live = () => readFile(join(server.live, 'beans/actions/cook.sh'), 'utf8').catch(() => '');

  /** Posts a saved delivery as the host would, about this repository and commit. */
  async function deliver(name: string, sha: string, id: string, key = secret): Promise<number> {
    const saved = savedPost('gitea', name);
    const body = { ...JSON.parse(saved.body), sha, after: sha, context: 'build' };
    body.repository = {
      ...body.repository,
      clone_url: git.url.toUpperCase().replace('HTTP', 'http'),
      ssh_url: '',
    };
    const text = JSON.stringify(body);
    const headers = { ...saved.headers, ...proofOf('gitea', text, key), 'x-gitea-delivery': id };
    const { host: _, ...others } = headers as Record<string, string>;
    const answer = await fetch(`${server.url}/webhooks/gitea`, {
      method: 'POST',
      headers: others,
      body: text,
    });
    return answer.status;
  }

  it('deploys the first commit once its check has passed', async () => {
    expect(await deliver('status', first, 'status-1')).toBe(202);
    await expect.poll(live, patient).toContain('one');
  });

  it('deploys what is pushed, also when the check is told before the push', async () => {
    const second = await push('two');
    expect(await deliver('status', second, 'status-2')).toBe(202);
    expect(await deliver('push', second, 'push-2')).toBe(202);
    await expect.poll(live, patient).toContain('two');
  });

  it('believes nobody else, and goes on knowing what came after a restart', async () => {
    expect(await deliver('push', first, 'forged', 'another secret')).toBe(401);
    await server.stop();
    await server.start();
    expect(await deliver('push', first, 'push-2')).toBe(202);
    const { deliveries } = deliveriesSchema.parse(await (await server.api('/deliveries')).json());
    expect(deliveries.map(({ event }) => event)).toEqual(['push', 'status', 'status']);
    expect(deliveries[0]?.repositories).toEqual(['Kitchen']);
  });

  it('shows its secrets to nobody, not even to whoever says them', async () => {
    for (const one of [secret, token]) {
      const body = JSON.stringify({ line: `pack status ${one}`, as: 'ann' });
      const said = await (await server.api('/commands', { method: 'POST', body })).text();
      expect(said).toContain('•••');
      expect(said).not.toContain(one);
    }
    expect(server.output).not.toContain(secret);
    expect(server.output).not.toContain(token);
  });
});
