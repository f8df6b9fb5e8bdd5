import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type OpenApiKeys, openApiKeys } from '../../src/api-keys.js';
import type { ApiKeyConfig, Config } from '../../src/config/config.js';
import type { SaidPush } from '../../src/core/push.js';
import { refuse } from '../../src/core/reason.js';
import { createRedactor } from '../../src/core/redact.js';
import { ok, refused } from '../../src/core/result.js';
import { createWeb } from '../../src/web/app.js';
import type { LineContext } from '../../src/web/deps.js';
import { configOf } from '../chat/fixture.js';
import { heldWeb } from '../fixtures/api-contract.js';
import { type MemoryConfig, memoryConfig } from '../fixtures/config-source.js';
import { openStream } from '../fixtures/event-stream.js';
import { keptLog } from '../fixtures/mailbox.js';
import { apiCall, onWeb, openStation, type Station } from '../fixtures/station.js';

const ciKey = 'ci-0123456789abcdef';
const hubotKey = 'hubot-0123456789abcdef';
const annsKey = 'anns-0123456789abcdef';

function configWith(
  ...keys: readonly (Partial<ApiKeyConfig> & Pick<ApiKeyConfig, 'name' | 'key'>)[]
): Config {
  const people = [
    {
      name: 'ann',
      accounts: [
        { platform: 'slack', userId: 'U1' },
        { platform: 'cli', userId: 'annie' },
      ],
    },
  ];
  const all = keys.map((one) => [one.name, { may: 'change', actsFor: [], ...one }] as const);
  return { ...configOf({ access: { people } }), api: { keys: new Map(all) } };
}

describe('the keys of the HTTP API', () => {
  let station: Station;
  let keys: OpenApiKeys;
  let config: MemoryConfig;
  let dir: string;
  const env: Record<string, string> = { CI_KEY: ciKey, HUBOT_KEY: hubotKey, ANNS_KEY: `${annsKey}\n` };
  const asked: LineContext[] = [];
  const looked: SaidPush[] = [];
  const redactor = createRedactor();

  const usual = () =>
    configWith(
      { name: 'ci', key: { env: 'CI_KEY' }, may: 'read' },
      { name: 'hubot', key: { env: 'HUBOT_KEY' }, actsFor: 'everybody' },
      { name: 'anns', key: { env: 'ANNS_KEY' }, actsFor: ['ann'] },
    );

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'packtrain-keys-'));
    config = memoryConfig(usual());
    keys = openApiKeys({ config, env: (name) => env[name], redactor, log: keptLog() });
    station = await openStation({
      runLine: async (line, context) => {
        asked.push(context);
        return { text: line };
      },
      more: {
        apiKeys: keys,
        access: () => config.current().access,
        lookAt: async (push) => {
          looked.push(push);
          const { repository } = push;
          if (repository !== 'house-packs')
            return refused(refuse('unknown-repository', { repository, near: [], known: ['house-packs'] }));
          return ok({ repository, outcome: push.branch === 'main' ? 'noted' : 'not-automatic' });
        },
      },
    });
  });
  beforeEach(() => config.change(usual()));
  afterAll(async () => {
    keys.close();
    await station.close();
    await rm(dir, { recursive: true });
  });

  const call = async (key: string, path: string, body?: unknown) => {
    const response = await station.web.app.request(`/api/v1${path}`, apiCall(key, body));
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('let each program in under its own name', async () => {
    expect((await call(ciKey, '/commands', { line: 'pack status', key: 'k' })).status).toBe(200);
    expect(asked.at(-1)).toEqual({
      actor: { platform: 'api', userId: 'ci', name: 'ci' },
      via: 'api',
      byKey: { name: 'ci', mayChange: false },
      key: 'api:ci/api:ci:k',
    });
    expect((await call(annsKey, '/live')).status).toBe(200);
  });

  it.each([
    ['bob', { platform: 'cli', userId: 'bob', name: 'bob' }],
    ['slack:U7', { platform: 'slack', userId: 'U7', name: 'U7' }],
    ['slack:U1', { platform: 'slack', userId: 'U1', name: 'ann' }],
    ['ann', { platform: 'cli', userId: 'annie', name: 'ann' }],
    ['api:hubot', { platform: 'api', userId: 'hubot', name: 'hubot' }],
    ['made-up:ann', { platform: 'cli', userId: 'made-up:ann', name: 'made-up:ann' }],
  ])('speak for %s, where they act for everybody', async (as, actor) => {
    expect((await call(hubotKey, '/commands', { line: 'pack status', as })).status).toBe(200);
    expect(asked.at(-1)).toMatchObject({ actor, byKey: { name: 'hubot', mayChange: true } });
  });

  it.each([
    [ciKey, 'ann', 403],
    [annsKey, 'ann', 200],
    [annsKey, 'slack:U1', 200],
    [annsKey, 'bob', 403],
    [annsKey, 'slack:U2', 403],
    [annsKey, 'cli:ann', 403],
    [hubotKey, 'api:ci', 403],
  ])('speak with %s in the name of %s only if the config lists them', async (key, as, status) => {
    const before = asked.length;
    const answer = await call(key, '/commands', { line: 'pack status', as });
    expect(answer.status).toBe(status);
    expect(asked.length - before).toBe(status === 200 ? 1 : 0);
    if (status === 403)
      expect(answer.body).toMatchObject({ refusal: { code: 'key-speaks-for-itself', exitCode: 4 } });
  });

  it.each([
    ['/login-links', { as: 'ann' }],
    ['/deliveries', { body: '{}' }],
    ['/rooms/ops/messages', { text: 'hello', as: 'ann' }],
    ['/rooms/ops/stream?as=ann', undefined],
  ])('do not open %s, which no rule guards', async (path, body) => {
    expect(await call(hubotKey, path, body)).toMatchObject({
      status: 403,
      body: { refusal: { code: 'local-key-needed' } },
    });
  });

  it('tell of pushes, if they may change things', async () => {
    const push = { repository: 'house-packs', branch: 'main' };
    expect(await call(hubotKey, '/pushes', push)).toEqual({
      status: 200,
      body: { repository: 'house-packs', outcome: 'noted' },
    });
    expect((await call(hubotKey, '/pushes', { ...push, branch: 'x' })).body.outcome).toBe('not-automatic');
    expect(await call(hubotKey, '/pushes', { ...push, repository: 'no' })).toMatchObject({
      ...{ status: 404, body: { refusal: { code: 'unknown-repository' } } },
    });
    expect((await call(hubotKey, '/pushes', { repository: 'house-packs' })).status).toBe(400);
    expect(looked).toHaveLength(3);
    expect(await call(ciKey, '/pushes', push)).toMatchObject({
      ...{ status: 403, body: { refusal: { code: 'key-only-reads' } } },
    });
    expect(looked).toHaveLength(3);
  });

  it('open the API from elsewhere where the pages are reached from there', async () => {
    const { deps } = station;
    const asked = async (more: Partial<typeof deps>) => {
      const headers = { host: 'packtrain.example.com', authorization: `Bearer ${ciKey}` };
      return (await heldWeb(createWeb({ ...deps, ...more })).app.request('/api/v1/key', { headers })).status;
    };
    expect(await asked({})).toBe(421);
    expect(await asked({ isLoopback: false })).toBe(200);
    expect(await asked({ baseUrl: () => 'https://packtrain.example.com' })).toBe(200);
  });

  it('are masked wherever they are said', () => {
    expect(redactor.text(`look: ${ciKey}, ${annsKey}`)).toBe('look: •••, •••');
  });

  it('end at once when they are taken away, with their streams', async () => {
    const server = await station.listen();
    const deployment = station.deployments.add({ kind: 'rollback', pack: 'beans' }, onWeb('ann'));
    const open = (key: string) =>
      openStream(`${server.url}/api/v1/deployments/${deployment}/events`, { authorization: `Bearer ${key}` });
    const [gone, stays] = [await open(ciKey), await open(hubotKey)];
    await expect.poll(() => [gone.events.length, stays.events.length]).toEqual([1, 1]);
    config.change(configWith({ name: 'hubot', key: { env: 'HUBOT_KEY' }, actsFor: 'everybody' }));
    await gone.ended;
    expect((await call(ciKey, '/live')).status).toBe(401);
    station.deployments.happen(deployment, { kind: 'planned' });
    await expect.poll(() => stays.events.length).toBe(2);
    stays.hangUp();
  });

  it('have a hundred streams each at most, and leave the rest to others', async () => {
    const { app } = heldWeb(createWeb(station.deps));
    const open = async (key: string) => app.request('/api/v1/events', apiCall(key));
    const streams = await Promise.all(Array.from({ length: 100 }, () => open(hubotKey)));
    expect(streams.every(({ status }) => status === 200)).toBe(true);
    const [more, others] = [await open(hubotKey), await open(ciKey)];
    expect([more.status, others.status]).toEqual([503, 200]);
    expect(await more.json()).toMatchObject({ refusal: { code: 'too-many-streams' } });
    await streams[0]?.body?.cancel();
    const freed = await open(hubotKey);
    expect(freed.status).toBe(200);
    await Promise.all([...streams.slice(1), others, freed].map(({ body }) => body?.cancel()));
  });

  it('take a new value from their file at once, and none that is too short', async () => {
    const file = join(dir, 'key');
    await writeFile(file, 'first-0123456789\n');
    config.change(configWith({ name: 'ci', key: { file } }));
    expect((await call('first-0123456789', '/live')).status).toBe(200);
    await writeFile(file, 'second-0123456789\n');
    expect((await call('first-0123456789', '/live')).status).toBe(401);
    expect((await call('second-0123456789', '/live')).status).toBe(200);
    await writeFile(file, 'short\n');
    expect((await call('short', '/live')).status).toBe(401);
  });

  it('are guessed twenty times a minute and no more, while who came before comes in', async () => {
    const { app } = createWeb(station.deps);
    const status = async (key: string) => (await app.request('/api/v1/live', apiCall(key))).status;
    expect(await status(annsKey)).toBe(200);
    for (let i = 0; i < 20; i++) expect(await status(`guess-${i}`)).toBe(401);
    const late = await app.request('/api/v1/live', apiCall('guess-20'));
    expect([late.status, late.headers.get('retry-after')]).toEqual([429, '60']);
    expect(await late.json()).toMatchObject({ refusal: { code: 'too-many-keys' } });
    expect([await status(hubotKey), await status(annsKey), await status(station.key)]).toEqual([
      429, 200, 200,
    ]);
  });
});
