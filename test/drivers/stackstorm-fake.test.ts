import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../fixtures/stackstorm/client.js';
import { type PacksOnDisk, packsOnDisk } from '../fixtures/stackstorm/disk.js';
import { type FakeStackStorm, startStackStorm } from '../fixtures/stackstorm/fake.js';

let disk: PacksOnDisk;
let stack: FakeStackStorm;

beforeEach(async () => {
  disk = packsOnDisk();
  disk.write({
    'beans/pack.yaml': 'name: beans\nversion: 1.0.0\nauthor: ann\nemail: ann@example.com\n',
    'beans/actions/make.yaml': 'name: make\nrunner_type: local-shell-script\nentry_point: make.sh\n',
    'beans/actions/make.sh': 'echo made\n',
    'beans/rules/nightly.yaml':
      'name: nightly\ntrigger: {type: core.st2.webhook, parameters: {url: beans}}\naction: {ref: beans.make}\n',
  });
  stack = await startStackStorm({ packsPath: disk.path });
});

afterEach(async () => {
  await stack.close();
  disk.remove();
});

const call = (line: string, body?: unknown) => ask(stack.url, stack.key, line, body);
const register = (body: object) => call('POST /v1/packs/register', body);

describe('a fake StackStorm', () => {
  test('registers what is on disk, and lists it', async () => {
    const { status, body } = await register({ packs: ['beans'], types: ['all'], fail_on_failure: true });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        ...{ runners: 14, rule_types: 2, policy_types: 3, triggers: 0, sensors: 0, actions: 1, rules: 1 },
        ...{ aliases: 0, policies: 0, configs: 0 },
      },
    });
    expect((await call('GET /v1/rules?pack=beans')).body).toMatchObject([
      { ref: 'beans.nightly', enabled: false },
    ]);
  });
});
