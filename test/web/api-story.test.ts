import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openApiKeys } from '../../src/api-keys.js';
import { createRedactor } from '../../src/core/redact.js';
import { createWeb, type Web } from '../../src/web/app.js';
import { startServer, type WebServer } from '../../src/web/server.js';
import { heldWeb, holdEvent } from '../fixtures/api-contract.js';
import { memoryConfig } from '../fixtures/config-source.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { openStream } from '../fixtures/event-stream.js';
import { keptLog } from '../fixtures/mailbox.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { apiCall, dispatcherOver, openStation, type Station } from '../fixtures/station.js';

const keys = { ci: 'ci-0123456789abcdef', guest: 'guest-0123456789abcdef', bot: 'bot-0123456789abcdef' };

const config = `admins: [api:bot]
access:
  - deny: { people: [api:guest] }
    packs: [ears]
api:
  keys:
    ci: { key: { env: CI } }
    guest: { key: { env: GUEST }, may: read }
    bot: { key: { env: BOT }, acts_for: everybody }
`;

const answer = z.looseObject({
  text: z.string().optional(),
  deployment: z.unknown().optional(),
  refusal: z.looseObject({ code: z.string() }).optional(),
});
const named = z.looseObject({ pack: z.string() });

// Every answer is held against the OpenAPI document on its way: a field that it does not name fails these tests.
describe('the HTTP API over real deployments', () => {
  const postgres = withPostgres();
  let depot: Depot;
  let station: Station;
  let web: Web;
  let server: WebServer;
  let closeKeys: () => void;

  beforeAll(async () => {
    depot = await openDepot({ databaseUrl: postgres.url, config, repository: 'announce_channel: ops' });
    for (const [branch, says] of [['feature/decaf', 'decaf']] as const)
      await depot.repository.commit(packFiles('beans', { root: 'packs/beans/', says }), {
        branch,
        from: 'refs/heads/main',
      });
    station = await openStation();
    const env = (name: string) => keys[name.toLowerCase() as keyof typeof keys];
    const source = memoryConfig(depot.config());
    const apiKeys = openApiKeys({ config: source, env, redactor: createRedactor(), log: keptLog() });
    closeKeys = () => apiKeys.close();
    const { deployments } = depot;
    const { runLine, runCommand, runIntent } = dispatcherOver(deployments, depot.config);
    const runs = { runLine, runCommand, runIntent };
    const access = () => depot.config().access;
    const pushes = () => depot.pushes();
    web = heldWeb(createWeb({ ...station.deps, ...runs, deployments, apiKeys, access, pushes }));
    const started = await startServer({ ...web, host: '127.0.0.1', port: 0 });
    if (!started.ok) throw new Error(started.refusal.code);
    server = started.value;
  });
  afterAll(async () => {
    closeKeys?.();
    await server?.close();
    await station?.close();
    await depot?.close();
  });

  async function call(key: keyof typeof keys | 'local', path: string, body?: unknown) {
    const shown = key === 'local' ? station.key : keys[key];
    const response = await web.app.request(`/api/v1${path}`, apiCall(shown, body));
    return { status: response.status, body: answer.parse(await response.json()) };
  }

  async function carryOut(key: keyof typeof keys, body: object) {
    const { body: begun } = await call(key, '/commands', body);
    return await depot.ended(z.int().parse(begun.deployment));
  }

  const stream = (key: keyof typeof keys, path: string, headers: Record<string, string> = {}) =>
    openStream(`${server.url}/api/v1${path}`, { authorization: `Bearer ${keys[key]}`, ...headers });
  const kindsOf = ({ events }: Awaited<ReturnType<typeof stream>>) =>
    events.map(({ event, data }) => event ?? JSON.parse(data).event.kind);

  it('lets a program deploy under its own name, and tells others who did', async () => {
    const all = await stream('ci', '/events');
    await expect.poll(() => kindsOf(all)).toEqual(['joined']);
    const packs = { kind: 'all' };
    const deployment = await carryOut('ci', {
      intent: { kind: 'deploy', repository: 'Kitchen', packs },
      key: '1',
    });
    expect(deployment).toMatchObject({
      status: 'succeeded',
      via: 'api',
      requester: { platform: 'api', userId: 'ci' },
    });
    expect((await call('ci', '/packs/beans')).body).toMatchObject({
      packs: [{ pack: 'beans', live: { by: 'ci', live: { revision: { ref: 'main' } } } }],
      history: [{ id: deployment.id }],
    });

    await expect.poll(() => kindsOf(all).at(-1)).toBe('ended');
    const own = await stream('ci', `/deployments/${deployment.id}/events`);
    await own.ended;
    expect(kindsOf(all).slice(1)).toEqual(kindsOf(own));
    for (const event of all.events) holdEvent('/api/v1/events', event);
    for (const event of own.events) holdEvent(`/api/v1/deployments/${deployment.id}/events`, event);
    expect(JSON.parse(all.events.at(-1)?.data ?? '')).toMatchObject({
      deployment: deployment.id,
      repository: 'Kitchen',
      target: 'default',
      packs: ['beans', 'ears', 'weather'],
    });
    all.hangUp();
  });

  it('goes on with the events where a client was, filtered as it likes, each once', async () => {
    const whole = await stream('ci', '/events?after=0');
    await expect.poll(() => kindsOf(whole).at(-1)).toBe('ended');
    const ids = whole.events.map(({ id }) => Number(id));
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    const middle = whole.events[3]?.id ?? '';
    const rest = await stream('ci', '/events?after=0', { 'last-event-id': middle });
    await expect.poll(() => kindsOf(rest).at(-1)).toBe('ended');
    expect(rest.events.slice(1)).toEqual(whole.events.slice(4));

    const beyond = await stream('ci', '/events', { 'last-event-id': '99999' });
    await expect.poll(() => beyond.events[0]?.id).toBe(whole.events.at(-1)?.id);
    expect((await stream('ci', '/events', { 'last-event-id': 'then' })).status).toBe(400);

    const ofBeans = await stream('ci', '/events?pack=beans&repository=Kitchen&target=default');
    const ofTea = await stream('ci', '/events?pack=tea');
    const elsewhere = await stream('ci', '/events?target=elsewhere');
    const guests = await stream('guest', '/events');
    const failed = await carryOut('ci', { line: 'pack rollback beans', key: '2' });
    expect(failed).toMatchObject({ status: 'failed', refusal: { code: 'nothing-to-roll-back' } });
    await carryOut('bot', { line: 'pack deploy Kitchen beans feature/decaf', as: 'ann' });
    await expect.poll(() => [kindsOf(ofBeans).at(-1), kindsOf(guests).at(-1)]).toEqual(['ended', 'ended']);
    expect([kindsOf(ofTea), kindsOf(elsewhere)]).toEqual([['joined'], ['joined']]);
    for (const one of [beyond, whole, rest, ofBeans, ofTea, elsewhere, guests]) one.hangUp();
  });

  it('keeps in the audit whose key it was, also where it asked in the name of somebody else', async () => {
    const kept = await postgres.query(
      `select via, actor->>'name' as name, intent->>'kind' as kind from packtrain.audit order by id`,
    );
    expect(kept).toEqual([
      { via: 'api:ci', name: 'ci', kind: 'deploy' },
      { via: 'api:ci', name: 'ci', kind: 'rollback' },
      { via: 'api:bot', name: 'ann', kind: 'deploy' },
    ]);
  });

  it('answers each question of a chat with data', async () => {
    // What others put there.
    await mkdir(join(depot.live, 'tea'));
    await writeFile(join(depot.live, 'tea/pack.yaml'), 'ref: tea\nname: tea\nversion: 1.0.0\n');
    await call('bot', '/commands', { line: 'pack lock ears because of the harvest' });
    const paths = [
      '/commands',
      '/commands/deploy',
      '/key',
      '/whoami',
      '/deployments?pack=beans&open=false&limit=2',
      '/deployments?repository=Kitchen&requester=ann&before=99',
      '/deployments/2',
      '/queue',
      '/queue?pack=beans',
      '/packs',
      '/packs/beans',
      '/packs/beans/why',
      '/packs/beans/history',
      '/packs/beans/news',
      '/packs/beans/news?repository=Kitchen&ref=feature/decaf',
      '/live?pack=beans',
      '/holds',
      '/adoptable',
      '/repositories',
      '/repositories/kitchen',
      '/repositories/Kitchen/diff?packs=beans,ears&ref=main',
      '/repositories/Kitchen/diff',
      '/repositories/Kitchen/clone',
      '/pushes?repository=Kitchen',
    ];
    for (const path of paths) expect([path, (await call('ci', path)).status]).toEqual([path, 200]);

    expect((await call('ci', '/holds')).body).toMatchObject({
      borrows: [{ pack: 'beans', holder: { platform: 'cli', userId: 'ann' }, ref: 'feature/decaf' }],
      locks: [{ scope: { pack: 'ears' }, by: { platform: 'api', userId: 'bot' } }],
    });
    expect((await call('ci', '/packs/beans/why')).body).toMatchObject({ block: { owner: 'ann' } });
    expect((await call('ci', '/adoptable')).body).toMatchObject({ packs: [{ pack: 'tea' }] });
    expect((await call('ci', '/repositories/Kitchen/diff?packs=beans&ref=main')).body).toMatchObject({
      packs: [{ pack: 'beans', from: { revision: { ref: 'feature/decaf' } } }],
    });
    expect((await call('ci', '/repositories/Kitchen/clone')).body.url).toBe(depot.repository.url);
    expect((await call('ci', '/commands/deploy')).body).toMatchObject({ name: 'deploy', changes: true });
  });

  it.each([
    ['/packs/none', 404, 'pack-not-live'],
    ['/packs/none/why', 404, 'pack-not-live'],
    ['/packs/tea/history?as=ann', 403, 'key-speaks-for-itself'],
    ['/packs/none/news', 404, 'no-such-pack'],
    ['/repositories/Kitchn', 404, 'unknown-repository'],
    ['/repositories/beans/diff', 404, 'unknown-repository'],
    ['/repositories/Kitchen/diff?ref=nowhere', 404, 'unknown-ref'],
    ['/repositories/Kitchen/diff?packs=none', 404, 'no-such-pack'],
    ['/commands/deplyo', 400, 'unknown-command'],
    ['/deployments/99', 404, 'no-deployment'],
    ['/deployments?before=0', 400, 'bad-request'],
    ['/events?after=then', 400, 'bad-request'],
    ['/nowhere', 404, 'no-such-address'],
  ])('refuses %s with %i and %s', async (path, status, code) => {
    expect(await call('ci', path)).toMatchObject({ status, body: { refusal: { code } } });
  });

  it('names the repository that may have been meant', async () => {
    expect((await call('ci', '/repositories/beans/diff')).body.text).toBe(
      'There is no repository beans in the config. The config has Kitchen.',
    );
  });

  it('refuses an intent with a field that nobody knows, rather than do something else', async () => {
    const intent = { kind: 'deploy', repository: 'Kitchen', packs: { kind: 'all' }, branch: 'feature/decaf' };
    const refused = await call('ci', '/commands', { intent });
    expect(refused).toMatchObject({ status: 400, body: { refusal: { code: 'bad-request' } } });
    expect(refused.body.text).toContain('branch');
  });

  it('shows nobody what a rule hides, whichever way they ask', async () => {
    const seen = async (key: 'guest' | 'local', path: string) => {
      const { body } = await call(key, path);
      return z
        .array(named)
        .parse(Object.values(body).find(Array.isArray))
        .map(({ pack }) => pack);
    };
    expect(await seen('guest', '/live')).toEqual(['beans', 'weather']);
    expect(await seen('local', '/live')).toEqual(['beans', 'ears', 'weather']);
    expect(await seen('local', '/packs?as=api:guest')).toEqual(['beans', 'ears', 'weather']);
    expect(await seen('guest', '/packs')).toEqual(['beans', 'weather']);
    // The first deployment was of all packs, ears among them.
    expect((await call('guest', '/deployments/1')).status).toBe(404);
    expect((await call('guest', '/deployments/1/events')).status).toBe(404);
    expect((await call('guest', '/deployments')).body).toMatchObject({
      deployments: [{ id: 3 }, { id: 2 }],
    });
    expect((await call('guest', '/packs/ears')).status).toBe(403);
    expect((await call('guest', '/holds')).body).toMatchObject({ locks: [] });
    expect((await call('guest', '/commands', { line: 'pack why ears' })).body.refusal?.code).toBe(
      'access-denied',
    );
  });

  it('lets a key that may only read change nothing', async () => {
    const intent = { kind: 'unlock', scope: { kind: 'pack', pack: 'ears' } };
    expect((await call('guest', '/commands', { intent })).body.refusal?.code).toBe('key-only-reads');
    const adopt = { kind: 'adopt', packs: ['tea'] };
    expect((await call('guest', '/commands', { intent: adopt })).body.refusal?.code).toBe('key-only-reads');
    expect((await call('ci', '/commands', { intent: adopt })).body.refusal?.code).toBe('adopt-no-match');
    expect((await call('bot', '/commands', { intent, as: 'api:bot' })).body).toMatchObject({
      data: { lock: { id: 1 } },
    });
  });
});
