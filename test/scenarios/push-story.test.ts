import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canServeHttp, type GitHttpServer, serveGit } from '../fixtures/git-http.js';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { proofOf, savedPost } from '../fixtures/hosts.js';
import { fakeToken, github } from '../fixtures/hosts-api/dialects.js';
import { type FakeHost, serveHost } from '../fixtures/hosts-api/fake.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';
import { joinRoom, type Talk } from '../fixtures/talk.js';

const secret = 'k1tchen-push-s3cret';
const why = canServeHttp ? '' : ' (skipped: this git has no http-backend)';
const patient = { timeout: 30_000, interval: 20 };

describe.skipIf(!canServeHttp)(`a push, from its webhook to its announcement${why}`, () => {
  const postgres = withPostgres();
  let kitchen: FixtureRepository;
  let git: GitHttpServer;
  let host: FakeHost;
  let server: ServerFixture;
  let rooms: Talk[] = [];

  beforeAll(async () => {
    kitchen = await makeRepository({ files: { 'README.md': 'Ours\n' }, message: 'Begin [deploy skip]' });
    git = await serveGit(kitchen.url);
    host = await serveHost(github, { repository: basename(kitchen.url, '.git') });
    server = await startServer({
      databaseUrl: postgres.url,
      env: { HOOK_SECRET: secret, API_TOKEN: fakeToken },
      config: ({ live }) => `repositories:
  Kitchen:
    repo: ${git.url}
    subtree: true
    auto_deployment: { branch: main, notify_channel: ops, checks: { required: [build] }, poll_every: 1h }
    announce_channel: general
hosts:
  github: { domains: [127.0.0.1], webhook_secret: { env: HOOK_SECRET }, token: { env: API_TOKEN }, api_url: '${host.apiUrl}' }
targets:
  default: { kind: directory, path: ${live} }
chat:
  web: { channels: [ops, general] }
`,
    });
  });
  afterAll(async () => {
    leave();
    await server?.close();
    await host?.close();
    await git?.close();
    await kitchen?.remove();
  });

  /** Posts a saved delivery as the host would, about this repository and commit. */
  async function deliver(name: string, about: Record<string, unknown>): Promise<number> {
    const { headers, body } = savedPost('github', name);
    const whole = JSON.parse(body);
    const text = JSON.stringify({
      ...whole,
      ...about,
      repository: { ...whole.repository, clone_url: git.url },
    });
    const { host: _, ...others } = headers as Record<string, string>;
    const signed = { ...others, ...proofOf('github', text, secret) };
    const url = `${server.url}/webhooks/github`;
    return (await fetch(url, { method: 'POST', headers: signed, body: text })).status;
  }

  /** The newest text of each of the bot's messages in a room, by its id. */
  function standing(room: Talk | undefined): ReadonlyMap<string, string> {
    return new Map((room?.heard ?? []).filter((one) => one.fromBot).map(({ id, text }) => [id, text]));
  }

  function leave(): void {
    for (const room of rooms) room.leave();
  }

  async function enter(): Promise<readonly [ops: Talk, general: Talk]> {
    const [ops, general] = [
      await joinRoom(server, { room: 'ops' }),
      await joinRoom(server, { room: 'general' }),
    ];
    rooms = [ops, general];
    return [ops, general];
  }

  it('waits for its check across a kill -9, and is then live, told and shown', async () => {
    const before = await enter();
    await expect.poll(() => [...standing(before[0]).values()], patient).toHaveLength(1);
    const [first = ''] = standing(before[0]).keys();
    const sha = await kitchen.commit(packFiles('beans', { root: 'packs/beans/', says: 'soaked' }), {
      message: 'Soak the beans',
    });
    expect(await deliver('push', { after: sha })).toBe(202);
    const ofPush = (room: Talk) => [...standing(room)].filter(([id]) => id !== first);
    const waiting = [
      expect.any(String),
      expect.stringMatching(/^⏳ Pushed to \*Kitchen\*: .* by \*ann\*, “Soak the beans”\..*\bbuild\b/s),
    ];
    await expect.poll(() => ofPush(before[0]), patient).toEqual([waiting]);
    const shown = () => [...new Set(host.statuses.filter((one) => one.sha === sha).map((one) => one.state))];
    await expect.poll(shown, patient).toEqual(['pending']);

    leave();
    await server.kill();
    await server.start();
    const [ops, general] = await enter();
    const file = join(server.live, 'beans/actions/cook.sh');
    await expect(readFile(file, 'utf8')).rejects.toThrow('ENOENT');
    expect(await deliver('status', { sha, context: 'build', state: 'success' })).toBe(202);

    await expect.poll(() => readFile(file, 'utf8').catch(() => ''), patient).toContain('soaked');
    const [message = ''] = ofPush(before[0])[0] ?? [];
    const done = expect.stringMatching(/^✅ Pushed to \*Kitchen\*: .*\n✅ \*beans\* is live, took .* s\. /s);
    await expect.poll(() => ofPush(ops), patient).toEqual([[message, done]]);
    const news = expect.stringMatching(/^🎉 \*beans\* is new/);
    await expect.poll(() => [...standing(general).values()], patient).toEqual([news]);
    await expect.poll(shown, patient).toEqual(['pending', 'success']);
    expect(host.statuses.at(-1)?.url).toMatch(/\/deployments\/\d+$/);
  }, 60_000);
});
