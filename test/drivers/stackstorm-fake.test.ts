import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../fixtures/stackstorm/client.js';
import { type PacksOnDisk, packsOnDisk } from '../fixtures/stackstorm/disk.js';
import {
  type FakeStackStorm,
  type FakeStackStormOptions,
  startStackStorm,
} from '../fixtures/stackstorm/fake.js';
import { contentFailingWith, fileIn } from '../fixtures/stackstorm/replay/failing.js';
import { recordedPacks, whyNot } from '../fixtures/stackstorm/replay/transcripts.js';

let disk: PacksOnDisk;
let stack: FakeStackStorm;

beforeEach(() => {
  disk = packsOnDisk();
  disk.write({
    'beans/pack.yaml': manifest('1.0.0'),
    'beans/requirements.txt': 'kettle==1.2\n',
    'beans/actions/make.yaml':
      'name: make\nrunner_type: local-shell-script\nentry_point: make.sh\nparameters:\n  cups: {type: integer, position: 0}\n',
    'beans/actions/make.sh': 'echo "made $1"; echo hot >&2\n',
    'beans/actions/taste.yaml': 'name: taste\nrunner_type: python-script\nentry_point: taste.py\n',
    'beans/rules/nightly.yaml':
      'name: nightly\nenabled: true\ntrigger: {type: core.st2.webhook, parameters: {url: beans}}\naction: {ref: beans.make}\n',
    'beans/aliases/make.yaml': 'name: make\naction_ref: beans.make\nformats: ["make {{ cups }} beans"]\n',
  });
});

afterEach(async () => {
  await stack.close();
  disk.remove();
});

const manifest = (version: string) =>
  `name: beans\nversion: ${version}\nauthor: ann\nemail: ann@example.com\n`;
const broken = 'name: broken\nrunner_type: no-such-runner\n';
const strict = { packs: ['beans'], types: ['all'], fail_on_failure: true };

async function start(options: Partial<FakeStackStormOptions> = {}) {
  stack = await startStackStorm({ packsPath: disk.path, ...options });
}

const call = (line: string, body?: unknown) => ask(stack.url, stack.key, line, body);
const register = (body: object = strict) => call('POST /v1/packs/register', body);
const version = async () => (await call('GET /v1/packs/beans')).body;

/** Starts an execution, and polls it to its end. */
async function run(action: string, parameters: object): Promise<unknown> {
  const { body } = await call('POST /v1/executions', { action, parameters });
  const id = Object(body).id;
  const end = () => call(`GET /v1/executions/${id}`).then((reply) => reply.body);
  await expect.poll(end).toHaveProperty('result');
  return end();
}

describe('registering', () => {
  test('a failure ends it, and leaves the new version and what came before', async () => {
    await start();
    await register();
    disk.write({
      'beans/pack.yaml': manifest('2.0.0'),
      'beans/actions/an-early-one.yaml': 'name: early\nrunner_type: noop\n',
      'beans/actions/broken.yaml': broken,
      'beans/rules/late.yaml': 'name: late\ntrigger: {type: core.none}\naction: {ref: core.local}\n',
    });
    const { status, body } = await register();
    expect(status).toBe(400);
    expect(body).toHaveProperty(
      'faultstring',
      expect.stringContaining('RunnerType no-such-runner is not found'),
    );
    expect(await version()).toMatchObject({ version: '2.0.0' });
    expect(stack.state.refs('actions', 'beans')).toEqual(['beans.early', 'beans.make', 'beans.taste']);
    expect(stack.state.refs('rules', 'beans')).toEqual(['beans.nightly']);
  });

  test('without fail_on_failure a failure is only a lower count', async () => {
    await start();
    disk.write({ 'beans/actions/broken.yaml': broken });
    const { status, body } = await register({ ...strict, fail_on_failure: false });
    expect({ status, body }).toMatchObject({ status: 200, body: { actions: 2, rules: 1, aliases: 1 } });
  });

  test('a misspelt field means all packs', async () => {
    await start();
    disk.write({ 'other/pack.yaml': manifest('1.0.0').replace('beans', 'other') });
    await register({ pack: ['beans'] });
    expect(stack.state.get('packs', 'other')).toBeDefined();
  });

  test('what files no longer have stays, and `enabled` is what the file says', async () => {
    await start();
    await register();
    await stack.toggle('rules', 'beans.nightly', false);
    await stack.toggle('actions', 'beans.make', false);
    disk.delete('beans/aliases/make.yaml');
    await register();
    expect(stack.state.refs('actionalias', 'beans')).toEqual(['beans.make']);
    expect(stack.state.get('rules', 'beans.nightly')).toMatchObject({ enabled: true });
    expect(stack.state.get('actions', 'beans.make')).toMatchObject({ enabled: true });
  });

  test('content made through the API has no file', async () => {
    await start();
    await register();
    const trigger = { type: 'core.st2.webhook', parameters: { url: 'other' } };
    await stack.api('POST', '/rules', {
      name: 'mine',
      pack: 'beans',
      trigger,
      action: { ref: 'core.local' },
    });
    expect(stack.state.get('rules', 'beans.mine')).not.toHaveProperty('metadata_file');
    expect(stack.calls.map(({ path }) => path)).toEqual(['/v1/packs/register']);
  });

  test.skipIf(whyNot !== '')(`what real packs failed with${whyNot}`, async () => {
    await start({ packsPathShown: '/opt/stackstorm/packs' });
    const failed = recordedPacks.filter(({ registers }) => !registers);
    expect(failed.map(({ pack }) => pack)).toEqual(['network_essentials', 'st2cd', 'st2ci']);
    for (const { pack, error } of failed) {
      const said = error ?? '';
      disk.write({
        [`${pack}/pack.yaml`]: manifest('1.0.0').replace('beans', pack),
        [fileIn(said)]: contentFailingWith(said),
      });
      const { body } = await register({ ...strict, packs: [pack] });
      expect(body).toEqual({ faultstring: said });
    }
  });
});

describe('executions', () => {
  test('a shell action runs the file that is on disk', async () => {
    await start();
    await register();
    expect(await run('beans.make', { cups: 3 })).toMatchObject({
      status: 'succeeded',
      result: { stdout: 'made 3', stderr: 'hot', return_code: 0 },
    });
    disk.write({ 'beans/actions/make.sh': 'exit 4\n' });
    expect(await run('beans.make', { cups: 3 })).toMatchObject({
      status: 'failed',
      result: { return_code: 4 },
    });
  });

  test('a Python action needs a virtualenv, which pip may leave incomplete', async () => {
    await start();
    await register();
    expect(await run('beans.taste', {})).toMatchObject({
      status: 'failed',
      result: { error: expect.stringContaining('virtual environment'), traceback: expect.any(String) },
    });
    stack.pip.missing.add('kettle');
    const setup = { packs: ['beans'] };
    expect(await run('packs.setup_virtualenv', setup)).toMatchObject({
      status: 'failed',
      result: {
        exit_code: 1,
        result: 'None',
        stderr: expect.stringContaining('No matching distribution found'),
      },
    });
    expect(await run('beans.taste', {})).toMatchObject({ status: 'failed', result: { exit_code: 1 } });
    stack.pip.missing.clear();
    expect(await run('packs.setup_virtualenv', setup)).toMatchObject({ status: 'succeeded' });
    stack.result('beans.taste', () => ({ status: 'succeeded', result: { result: 'good' } }));
    expect(await run('beans.taste', {})).toMatchObject({ status: 'succeeded', result: { result: 'good' } });
    expect(stack.state.virtualenvs.get('beans')).toMatchObject({
      requirements: ['kettle==1.2'],
      complete: true,
    });
  });

  test('what a slow virtualenv prints can be read while it is made', async () => {
    await start();
    stack.pip.slowness = 60_000;
    const { body } = await call('POST /v1/executions', {
      action: 'packs.setup_virtualenv',
      parameters: { packs: ['beans'] },
    });
    const output = () => call(`GET /v1/executions/${Object(body).id}/output`).then((reply) => reply.body);
    await expect.poll(output).toContain('Installing requirements');
    expect(stack.execution(Object(body).id)?.status).toBe('running');
  });

  test('one that a test started runs until the test ends it', async () => {
    await start();
    await register();
    const long = stack.run('beans.make', { cups: 1 });
    const running = () => call('GET /v1/executions?status=running&action=beans.make');
    expect((await running()).body).toMatchObject([{ id: long.id, status: 'running' }]);
    long.finish();
    expect((await running()).total).toBe('0');
  });

  test('statuses come by hand when a test wants to see each', async () => {
    await start({ pace: 'by hand' });
    const { body } = await call('POST /v1/executions', { action: 'core.local', parameters: { cmd: 'true' } });
    const id = String(Object(body).id);
    const seen = [stack.execution(id)?.status];
    for (const _ of [1, 2, 3]) {
      await stack.step(id);
      seen.push(stack.execution(id)?.status);
    }
    expect(seen).toEqual(['requested', 'scheduled', 'running', 'succeeded']);
  });
});

describe('the API', () => {
  test('answers below its prefix only, and knows keys and tokens', async () => {
    await start({ prefix: '/api', tokens: ['tok-1'] });
    expect(await call('GET /v1/packs')).toMatchObject({ status: 404 });
    expect(await call('GET /api/v1/packs?limit=1')).toMatchObject({ status: 200, limit: '1' });
    expect(await ask(stack.url, 'nope', 'GET /api/v1/packs')).toMatchObject({
      status: 401,
      body: { faultstring: expect.stringMatching(/ApiKey with key_hash=[0-9a-f]{128} not found/) },
    });
    const headers = { 'X-Auth-Token': 'tok-1' };
    expect((await fetch(`${stack.url}/api/v1/user`, { headers })).status).toBe(200);
  });

  test('shows files of registered packs as they are on disk', async () => {
    await start();
    await register();
    disk.write({ 'beans/.probe-1': 'it is me' });
    expect(await call('GET /v1/packs/views/file/beans/.probe-1')).toMatchObject({
      status: 200,
      body: 'it is me',
    });
    expect((await call('GET /v1/packs/views/file/beans/none')).status).toBe(404);
    expect((await call('GET /v1/packs/views/file/others/pack.yaml')).status).toBe(404);
    expect((await call('GET /v1/packs/views/files/beans')).body).toContainEqual({
      file_path: '.probe-1',
      content: 'it is me',
    });
  });

  test('deletes files with an action when asked to, and only then', async () => {
    await start();
    await register();
    const file = join(disk.path, 'beans/actions/make.yaml');
    await call('DELETE /v1/actions/beans.make');
    expect(existsSync(file)).toBe(true);
    await register();
    await call('DELETE /v1/actions/beans.make', { remove_files: true });
    expect(existsSync(file)).toBe(false);
  });

  test('pages actions, but not rules: an offset is unknown there', async () => {
    await start();
    await register();
    const second = 'limit=1&offset=1&include_attributes=ref&pack=beans';
    expect((await call(`GET /v1/actions?${second}`)).body).toMatchObject([{ ref: 'beans.taste' }]);
    expect((await call(`GET /v1/rules?${second}`)).body).toMatchObject([{ ref: 'beans.nightly' }]);
  });
});

describe('faults on demand', () => {
  test('errors of its own, and a page of a proxy', async () => {
    await start();
    stack.faults.on({ path: '/packs' }, { kind: 'error', status: 403, faultstring: 'no' });
    stack.faults.on({ path: '/packs' }, { kind: 'html', status: 404 });
    expect(await call('GET /v1/packs')).toMatchObject({ status: 403, body: { faultstring: 'no' } });
    expect(await call('GET /v1/packs')).toMatchObject({ status: 404, type: 'text/html' });
    expect(await call('GET /v1/packs')).toMatchObject({ status: 200 });
    expect(stack.calls.map(({ status }) => status)).toEqual([403, 404, 200]);
  });

  test('a 500 in the middle of registering', async () => {
    await start();
    stack.faults.whileRegistering({ kind: 'error', at: 'rule' });
    expect((await register()).status).toBe(500);
    expect(stack.state.refs('actions', 'beans')).toHaveLength(2);
    expect(stack.state.refs('rules', 'beans')).toEqual([]);
    expect((await register()).status).toBe(200);
  });

  test('a pack that registers only in part', async () => {
    await start();
    stack.faults.drop(/^alias beans\.make$/);
    expect(await register()).toMatchObject({ status: 200, body: { actions: 2, aliases: 0 } });
    expect(stack.state.refs('actionalias', 'beans')).toEqual([]);
  });

  test.each(['refused', 'bad-gateway'] as const)('a restart while registering (%s)', async (away) => {
    await start();
    stack.faults.whileRegistering({ kind: 'restart', at: 'rule', ms: 300, away });
    await expect(register()).rejects.toThrow();
    const during = await call('GET /v1/packs/beans').catch(() => 'refused');
    expect(during).toEqual(away === 'refused' ? 'refused' : expect.objectContaining({ status: 502 }));
    await expect
      .poll(() => call('GET /v1/packs/beans').catch(() => undefined))
      .toMatchObject({ status: 200 });
    expect(stack.state.refs('rules', 'beans')).toEqual([]);
  });

  test('a hang, and registrations at the same time', async () => {
    await start();
    stack.faults.on({ path: '/user' }, { kind: 'hang' });
    const hung = fetch(`${stack.url}/v1/user`, { signal: AbortSignal.timeout(20) });
    await expect(hung).rejects.toThrow();
    stack.faults.whileRegistering({ kind: 'hold', at: 'action' });
    const first = register();
    await expect.poll(() => stack.faults.isHolding).toBe(true);
    await register();
    stack.faults.release();
    expect((await first).status).toBe(200);
    expect(stack.registrations).toEqual({ total: 2, mostAtOnce: 2 });
  });
});
