import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Hubot } from '../fixtures/chats/chatops/hubot.js';
import { type FixtureFiles, type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';
import type { Doc } from '../fixtures/stackstorm/json.js';
import { filesOfPack, packFolder } from '../packtrain-pack/files.js';
import { noPython, pathToPython } from '../packtrain-pack/python.js';

const patience = { timeout: 30_000 };
const apiKey = 'api-key-of-the-actions-0123456789';

/** The pack as it lies in this repository, below a folder of another one. */
function thePackBelow(root: string): FixtureFiles {
  return Object.fromEntries(
    filesOfPack().map((path) => {
      const file = join(packFolder, path);
      const mode = (statSync(file).mode & 0o111) === 0 ? '100644' : '100755';
      return [`${root}${path}`, { mode, content: readFileSync(file, 'utf8') }];
    }),
  );
}

describe.skipIf(noPython !== undefined)(`a channel behind hubot${noPython ? ` (${noPython})` : ''}`, () => {
  const postgres = withPostgres();
  const configs = mkdtempSync(join(tmpdir(), 'packtrain-st2-configs-'));
  let kitchen: FixtureRepository;
  let pantry: FixtureRepository;
  let hubot: Hubot;
  let server: ServerFixture;

  const posted = async (channel = '#ops') => (await hubot.sees('ann', channel)).map(({ text }) => text);
  const hears = (words: RegExp) =>
    expect.poll(async () => (await posted()).join('\n'), patience).toMatch(words);

  /** Somebody says a line to the bot, which has StackStorm execute its alias. */
  async function says(user: string, command: string): Promise<Doc> {
    const body = { command, user, source_channel: '#ops', notification_route: 'hubot' };
    const { results } = (await hubot.stack.api('POST', '/aliasexecution/match_and_execute', body)) as Doc;
    const [{ execution }] = results as readonly [{ execution: Doc }];
    return execution;
  }

  /** An action is executed, as a rule has it done. @returns the execution when it has ended */
  async function runs(action: string, parameters: Doc): Promise<Doc> {
    const { id } = (await hubot.stack.api('POST', '/executions', { action, parameters })) as Doc;
    return await ended(String(id));
  }

  async function ended(id: string): Promise<Doc> {
    const seen = async () => (await hubot.stack.api('GET', `/executions/${id}`)) as Doc;
    await expect.poll(async () => 'end_timestamp' in (await seen()), patience).toBe(true);
    return await seen();
  }

  /** What the pack's config says, and the datastore. */
  async function configure(values: Doc, datastore: Doc): Promise<void> {
    writeFileSync(join(configs, 'packtrain.yaml'), JSON.stringify(values));
    hubot.stack.state.datastore = datastore;
    await hubot.stack.api('POST', '/packs/register', { packs: ['packtrain'], types: ['config'] });
  }

  const keys = () => ({ packtrain_key: hubot.key, packtrain_api_key: apiKey });
  const config = () => ({
    url: server.url,
    key: '{{st2kv.system.packtrain_key}}',
    api_key: '{{st2kv.system.packtrain_api_key}}',
  });

  beforeAll(async () => {
    // StackStorm gives it to the actions.
    vi.stubEnv('PATH', pathToPython);
    const files = packFiles('beans', { root: 'packs/beans/' });
    kitchen = await makeRepository({ files: { ...files, ...thePackBelow('packs/packtrain/') } });
    pantry = await makeRepository({ files: packFiles('ears', { root: 'packs/ears/' }) });
    hubot = await Hubot.open({ configsPath: configs, tokens: ['token-of-an-action'] });
    server = await startServer({
      databaseUrl: postgres.url,
      env: { ST2_KEY: hubot.stack.key, PACK_KEY: hubot.key, ACTIONS_KEY: apiKey },
      config: () => `repositories:
  Kitchen: { repo: ${kitchen.url}, subtree: true, target: production }
  Pantry:
    repo: ${pantry.url}
    subtree: true
    target: production
    auto_deployment: { branch: main, notify_channel: ops, poll_every: 1h }
targets:
  production:
    kind: stackstorm
    url: ${hubot.stack.url}
    api_key: { env: ST2_KEY }
    packs_path: ${hubot.disk.path}
    drain: { wait: 1m }
chats:
  chatops:
    url: ${hubot.stack.url}
    api_key: { env: ST2_KEY }
    key: { env: PACK_KEY }
    trust_nicknames: true
    channels: { ops: "#ops" }
api:
  keys:
    rules: { key: { env: ACTIONS_KEY }, may: change }
`,
    });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server?.close();
    await hubot?.close();
    await kitchen?.remove();
    await pantry?.remove();
    rmSync(configs, { recursive: true, force: true });
  });

  it('gets its pack from Packtrain itself', async () => {
    const { deployment = 0 } = await server.say('pack deploy Kitchen packtrain');
    expect(await server.ended(deployment)).toMatchObject({ status: 'succeeded' });
    expect(hubot.stack.state.refs('actions', 'packtrain')).toEqual(['packtrain.deploy', 'packtrain.say']);
    expect(hubot.stack.state.refs('rules', 'packtrain')).toHaveLength(3);
    await configure(config(), keys());
  });

  it('makes a pack live by a line, and hears how it goes', async () => {
    const execution = await says('ann', 'pack deploy Kitchen beans');
    expect((await ended(String(execution.id))).status).toBe('succeeded');
    await hears(/✅ beans from Kitchen is live at `main@[0-9a-f]{7}`/);
    expect(hubot.stack.state.refs('actions', 'beans')).toEqual(['beans.cook']);
    const lines = {
      id: String(execution.id),
      line: 'pack deploy Kitchen beans',
      user: 'ann',
      channel: '#ops',
    };
    const before = await posted();
    expect(await hubot.handOver(`${server.url}/chats/chatops`, lines)).toBe(200);
    await says('bob', 'packtrain who');
    await expect.poll(async () => (await posted()).length, patience).toBe(before.length + 1);
  });

  it('never has the pack changed that carries what it asks for', async () => {
    await kitchen.commit({ 'packs/packtrain/README.md': 'Mine.\n', 'packs/beans/README.md': 'Beans.\n' });
    await says('ann', 'pack deploy Kitchen *');
    await hears(/packtrain carries what is asked for here.*Deploy packtrain from the web pages/s);
    const { status, result } = await runs('packtrain.deploy', { repo_name: 'Kitchen', packs: ['packtrain'] });
    expect(status).toBe('failed');
    expect(Object(result).stderr).toContain('packtrain carries what is asked for here');
    const { deployment = 0 } = await server.say('pack deploy Kitchen packtrain');
    expect(await server.ended(deployment)).toMatchObject({ status: 'succeeded' });
    await says('ann', 'pack rollback packtrain');
    await hears(/packtrain was not rolled back[\s\S]*carries what is asked for here/);
  });

  it('lends a pack, and calls who waits by a phrase, which the bot takes', async () => {
    const decaf = packFiles('beans', { root: 'packs/beans/', says: 'decaf' });
    const strong = packFiles('beans', { root: 'packs/beans/', says: 'strong' });
    await kitchen.commit(decaf, { branch: 'feature/decaf', from: 'refs/heads/main' });
    await kitchen.commit(strong, { branch: 'feature/strong', from: 'refs/heads/main' });
    const live = () => readFileSync(join(hubot.disk.path, 'beans/actions/cook.sh'), 'utf8');
    await says('ann', 'pack deploy Kitchen beans feature/decaf for 1h');
    await expect.poll(live, patience).toContain('decaf');
    await says('bob', 'pack deploy Kitchen beans feature/strong');
    await hears(/Waiting to deploy beans[^\n]* for @?bob: @?ann has beans/);
    await says('ann', 'pack return beans');
    await hears(/Say [^\n]+ to complete your deployment of beans/);
    const phrase = /Say ([^\n]+) to complete/.exec((await posted()).join('\n'))?.[1] ?? '';
    await says('bob', phrase);
    await expect.poll(live, patience).toContain('strong');
  });

  it('gives no sign-in link away, for StackStorm keeps what is said', async () => {
    await says('ann', 'packtrain login');
    await hears(/kept where others may read it.*`packtrain login`/s);
    expect((await hubot.posted()).map(({ text }) => text).join('\n')).not.toMatch(/login\?token/);
  });

  it('is told all the same when StackStorm was away for a moment', async () => {
    hubot.stack.faults.on({ method: 'POST', path: '/executions' }, { kind: 'error', status: 503 });
    await says('ann', 'pack history beans');
    await hears(/The newest deployments of beans:/);
    // What StackStorm would take for a template is told as it is written.
    await says('ann', 'pack help extend');
    await hears(/pack extend \{\{pack\}\} \{\{by\}\}/);
  });

  it('deploys by an action with the parameters of old, and is told of pushes by another', async () => {
    const asked = { repo_name: 'pantry', packs: ['ears'], branch: 'refs/heads/main', auto_deploy: false };
    const manual = await runs('packtrain.deploy', { ...asked, message: 'Fresh beans', author: 'ann' });
    expect(manual).toMatchObject({ status: 'succeeded' });
    expect(JSON.parse(String(Object(manual.result).stdout))).toMatchObject({
      ...{ status: 'succeeded', packs: { ears: 'unchanged' }, message: 'Fresh beans', author: 'ann' },
    });
    await pantry.commit({ 'packs/ears/README.md': 'Ears.\n' }, { message: 'Larger ears' });
    const pushed = { repo_name: 'Pantry', auto_deploy: true, message: 'Larger ears', author: 'ann' };
    const other = await runs('packtrain.deploy', { ...pushed, branch: 'refs/heads/else' });
    expect(String(Object(other.result).stdout)).toContain('"else": "not-automatic"');
    const own = await runs('packtrain.deploy', { ...pushed, branch: 'refs/heads/main' });
    expect(String(Object(own.result).stdout)).toContain('"main": "noted"');
    await hears(/ears[^\n]*[\s\S]*Larger ears/);
    const live = () => readFileSync(join(hubot.disk.path, 'ears/README.md'), 'utf8');
    await expect.poll(live, patience).toBe('Ears.\n');
  });

  it('says in the channel that the key is wrong, and hands nothing over', async () => {
    await configure(config(), { ...keys(), packtrain_key: 'another' });
    const { id } = await says('ann', 'pack status');
    const { status, result } = await ended(String(id));
    expect([status, Object(result).stderr]).toEqual([
      'failed',
      expect.stringContaining("refuses the pack's key"),
    ]);
    await hears(/Packtrain refuses the pack's key: it has to be `key` under chats\.chatops/);
  });

  it('leaves nothing behind in the folder of its pack', () => {
    const folder = join(hubot.disk.path, 'packtrain');
    expect(execFileSync('find', [`${folder}/`, '-name', '*.pyc'], { encoding: 'utf8' })).toBe('');
  });
});
