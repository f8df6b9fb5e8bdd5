import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenStream, openStream } from '../fixtures/event-stream.js';
import { canServeHttp, type GitHttpServer, serveGit } from '../fixtures/git-http.js';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { filesBelow, leaksIn, type Written, watchCommandLines } from '../fixtures/leaks.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { programPath } from '../fixtures/program.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';

const unique = randomBytes(4).toString('hex');
const keyLine = randomBytes(48).toString('base64');

// What must be nowhere: one for each place in which a secret can be configured, and those that are given out.
const envToken = `ghx_Env+${unique}/token%1`;
const apiKey = `ci+${unique}/key%of&api`;
const fileToken = `file "${unique}" & <more>`;
const secrets = {
  'the token from the environment': envToken,
  'the token from a file': fileToken,
  'a line of the SSH key': keyLine,
  'a key of the config': apiKey,
  "the database's password": `Db+pass/${unique}?é`,
  'the key of the API': '',
  'a sign-in token': '',
  'the token of a pasted link': '',
  'the secret of a session': '',
};
const role = `leaky_${unique}`;

const postgres = withPostgres('empty');
let keys: string;
let kitchen: FixtureRepository;
const hosts: GitHttpServer[] = [];
let server: ServerFixture;
let config: string;
/** The message whose deployment breaks, on every try. */
let tried: string;
let endOfCommandLines: () => string;
const written: Written = new Map();

function configOf(live: string, urls: Record<'guarded' | 'denied' | 'echoing', string>): string {
  return `repositories:
  Guarded: { repo: ${urls.guarded}, subtree: true, credentials: { token: { env: PACKS_TOKEN }, username: ann } }
  Elsewhere: { repo: ${urls.guarded}, subtree: true, target: gone, credentials: { token: { env: PACKS_TOKEN }, username: ann } }
  Denied: { repo: ${urls.denied}, subtree: true, credentials: { token: { env: PACKS_TOKEN } } }
  Echoing: { repo: ${urls.echoing}, subtree: true, credentials: { token: { file: ${join(keys, 'token')} } } }
  Nowhere: { repo: https://nowhere.invalid/packs.git, credentials: { token: { env: PACKS_TOKEN } } }
  Keyed: { repo: "ssh://git@127.0.0.1:1/packs.git", credentials: { ssh_key_file: ${join(keys, 'id')} } }
targets:
  default: { kind: directory, path: ${live} }
  gone: { kind: directory, path: ${live}/gone/for/ever }
log: { level: debug }
chat:
  web: { channels: [ops] }
admins: [ann]
api: { keys: { ci: { key: { env: CI_KEY } } } }
`;
}

beforeAll(async () => {
  if (!canServeHttp) return;
  endOfCommandLines = watchCommandLines();
  keys = await mkdtemp(join(tmpdir(), 'packtrain-keys-'));
  await writeFile(join(keys, 'token'), `${fileToken}\n`, { mode: 0o600 });
  const key = `-----BEGIN OPENSSH PRIVATE KEY-----\n${keyLine}\n-----END OPENSSH PRIVATE KEY-----\n`;
  await writeFile(join(keys, 'id'), key, { mode: 0o600 });
  kitchen = await makeRepository({ files: packFiles('beans', { root: 'packs/beans/' }) });
  await kitchen.commit(packFiles('leeks', { root: 'packs/leeks/', says: 'leek' }), {
    message: `Use ${envToken} from now on`,
  });
  await kitchen.commit(
    { 'packs/bad/pack.yaml': `name: bad\nversion: "${envToken}"\nauthor: ${envToken}\n` },
    { branch: 'spoilt', from: await kitchen.sha('main') },
  );
  hosts.push(
    await serveGit(kitchen.url, { basic: `ann:${envToken}` }),
    await serveGit(kitchen.url, { basic: 'ann:another' }),
    await serveGit(kitchen.url, {
      breaks: ({ headers }) => {
        const sent = Buffer.from(headers.authorization?.split(' ')[1] ?? '', 'base64').toString();
        return `error: what is ${headers.authorization}?\nfatal: ${'-'.repeat(380)} no entry with ${sent}\n`;
      },
    }),
  );
  const [guarded = '', denied = '', echoing = ''] = hosts.map(({ url }) => url);
  await postgres.query(`create role ${role} login password '${secrets["the database's password"]}'`);
  const database = new URL(postgres.url);
  await postgres.query(`grant create on database ${database.pathname.slice(1)} to ${role}`);
  database.username = role;
  database.password = encodeURIComponent(secrets["the database's password"]);
  server = await startServer({
    databaseUrl: database.href,
    config: ({ live }) => {
      config = configOf(live, { guarded, denied, echoing });
      return config;
    },
    env: { PACKS_TOKEN: envToken, CI_KEY: apiKey },
  });
}, 60_000);

afterAll(async () => {
  if (!canServeHttp) return;
  endOfCommandLines();
  await server?.close();
  await Promise.all(hosts.map((host) => host.close()));
  await kitchen?.remove();
  await rm(keys, { recursive: true, force: true });
  await postgres.query(`drop owned by ${role} cascade`);
  await postgres.query(`drop role ${role}`);
});

/** Says a line in the room, and waits until it is answered and all that it began has ended. */
async function say(text: string): Promise<void> {
  await answered(await post(text));
}

/** Says a line in the room. @returns the message's id */
async function post(text: string): Promise<string> {
  const body = JSON.stringify({ text, as: 'ann' });
  const posted = await server.api('/rooms/ops/messages', { method: 'POST', body });
  written.set(`the answer to "${text.slice(0, 20)}…" as it was posted`, await posted.clone().text());
  return ((await posted.json()) as { id: string }).id;
}

/** Waits until a message is answered, and all that was begun has ended. */
async function answered(id: string): Promise<void> {
  const open = () =>
    postgres.query(
      `select 1 from packtrain.room_messages where id = $1 and handled_at is null
       union all select 1 from packtrain.replies where not is_final`,
      [id],
    );
  await expect.poll(async () => (await open()).length).toBe(0);
}

/** Says a line at a terminal of the server's machine, and keeps all that the command line and the API answer. */
async function sayByApi(line: string): Promise<void> {
  const response = await server.api('/commands', {
    method: 'POST',
    body: JSON.stringify({ line, as: 'ann' }),
  });
  written.set(`the API's answer to ${line.slice(0, 12)}`, await response.text());
}

async function run(name: string, args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  // A server of its own needs a data directory of its own.
  const data = join(server.dir, args[0] === 'serve' ? 'other' : 'data');
  const where = ['--config', join(server.dir, 'packtrain.yaml'), '--data', data];
  const all = { ...process.env, PACKS_TOKEN: envToken, NO_COLOR: '1', ...env };
  const child = execFile(process.execPath, [await programPath(), ...args, ...where], {
    env: all,
    timeout: 60_000,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text: string) => {
      output += text;
    });
  await once(child, 'close');
  expect(output).not.toBe('');
  written.set(name, output);
}

async function tables(): Promise<Written> {
  const found = await postgres.query(
    `select table_schema || '.' || table_name as name from information_schema.tables
     where table_schema in ('packtrain', 'dbos') and table_type = 'BASE TABLE'`,
  );
  const dump = async (name: string) => {
    const rows = await postgres.query(`select row_to_json(t)::text as row from ${name} t`);
    return [`table ${name}`, rows.map(({ row }) => row).join('\n')] as const;
  };
  return new Map(await Promise.all(found.map(({ name }) => dump(String(name)))));
}

/** Signs ann in, and reads every page that there is. */
async function pages(): Promise<Written> {
  const asked = await server.api('/login-links', { method: 'POST', body: JSON.stringify({ as: 'ann' }) });
  const { url } = (await asked.json()) as { url: string };
  const token = new URL(url).searchParams.get('token') ?? '';
  secrets['a sign-in token'] = token;
  const headers = { origin: server.url, 'content-type': 'application/x-www-form-urlencoded' };
  const init = { method: 'POST', headers, body: new URLSearchParams({ token }), redirect: 'manual' } as const;
  const cookie = (await fetch(`${server.url}/login`, init)).headers.get('set-cookie')?.split(';')[0] ?? '';
  secrets['the secret of a session'] = cookie.split('=')[1] ?? '';
  const deployments = await postgres.query('select id from packtrain.deployments');
  const paths = ['/chat/ops', '/deployments', '/deployments/0', `/chat/${encodeURIComponent(envToken)}`];
  const read = async (path: string) => {
    const response = await fetch(`${server.url}${path}`, { headers: { cookie } });
    return [`page ${path}`, await response.text()] as const;
  };
  const all = [...paths, ...deployments.map(({ id }) => `/deployments/${id}`)];
  return new Map(await Promise.all(all.map(read)));
}

async function answers(): Promise<Written> {
  const deployments = await postgres.query('select id from packtrain.deployments');
  const paths = [
    '/deployments',
    '/queue',
    '/live',
    '/rooms',
    ...deployments.map(({ id }) => `/deployments/${id}`),
  ];
  const read = async (path: string) => [`API ${path}`, await (await server.api(path)).text()] as const;
  const result: Written = new Map(await Promise.all(paths.map(read)));
  const { key } = JSON.parse(await readFile(join(server.dir, 'data', 'server.json'), 'utf8'));
  secrets['the key of the API'] = key;
  const follow = async (path: string, isThere: (stream: OpenStream) => Promise<void>) => {
    const stream = await openStream(`${server.url}/api/v1${path}`, { authorization: `Bearer ${key}` });
    await isThere(stream);
    stream.hangUp();
    await stream.ended;
    expect(stream.events).not.toEqual([]);
    result.set(`stream ${path}`, JSON.stringify(stream.events));
  };
  const [room] = await postgres.query(`select max(seq)::text as newest from packtrain.room_messages`);
  await Promise.all([
    follow('/rooms/ops/stream?as=ann&after=0', (stream) =>
      expect.poll(() => stream.events.at(-1)?.id).toBe(room?.newest),
    ),
    ...deployments.map(({ id }) => follow(`/deployments/${id}/events`, ({ ended }) => ended)),
  ]);
  return result;
}

function add(more: Written): void {
  for (const [place, text] of more) written.set(place, text);
}

describe.skipIf(!canServeHttp)('secrets (skipped where git http-backend is not installed)', () => {
  it('may be pasted into the chat, in any form, before anything used them', async () => {
    for (const secret of Object.values(secrets).filter((value) => value !== '')) {
      const basic = Buffer.from(`bob:${secret}`).toString('base64');
      await say(`is it ${secret} or ${encodeURIComponent(secret)}, or ${basic}?`);
    }
    await say('why does https://bob:hunter2@git.example.com/x.git not work?');
    const asked = await server.api('/login-links', { method: 'POST', body: JSON.stringify({ as: 'bob' }) });
    const { url } = (await asked.json()) as { url: string };
    secrets['the token of a pasted link'] = new URL(url).searchParams.get('token') ?? '';
    await say(`let me in: ${url}`);
  });

  it.each([
    ['does not let us in', 'Denied', 'remote-auth'],
    ['breaks, and says back what we sent', 'Echoing', 'remote-unreachable'],
    ['is unknown', 'Nowhere', 'remote-unknown-host'],
    ['is reached by a key and does not answer', 'Keyed', 'remote-unreachable'],
  ])('go to a host that %s', async (_, repository, code) => {
    await say(`!pack deploy ${repository} beans`);
    await sayByApi(`pack diff ${repository} beans`);
    const [failed] = await postgres.query(
      'select refusal from packtrain.deployments order by id desc limit 1',
    );
    expect(failed?.refusal).toMatchObject({ code });
  });

  it('are in names that people ask for', async () => {
    await say('!pack login');
    for (const line of [
      `pack deploy Guarded beans ${envToken}`,
      `pack deploy Guarded ${envToken}`,
      `pack deploy ${envToken} beans`,
      `pack diff Guarded beans ${envToken}`,
      `pack rollback beans to ${envToken}`,
      `pack history ${envToken}`,
      `pack ${envToken}`,
      'pack show git clone Guarded',
      'show git clone Guarded',
    ]) {
      await say(`!${line}`);
      await sayByApi(line);
    }
    const intent = {
      kind: 'deploy',
      repository: 'Guarded',
      packs: { kind: 'named', packs: ['beans'] },
      ref: envToken,
    };
    const body = JSON.stringify({ intent, as: envToken.slice(0, 60) });
    written.set('an intent', await (await server.api('/commands', { method: 'POST', body })).text());
  });

  it('are in what authors commit', async () => {
    await kitchen.setBranch(`try-${unique}`, await kitchen.sha('main'));
    await say('!pack deploy Guarded leeks');
    await say('!pack diff Guarded bad spoilt');
    await say('!pack deploy Guarded bad spoilt');
    await say('!pack deploy Elsewhere beans');
  });

  it('are in what a step throws', async () => {
    const { 'a line of the SSH key': line, "the database's password": password } = secrets;
    await postgres.query(`create function packtrain.complain() returns trigger language plpgsql as
      $$ begin raise exception 'beans hold % and %', '${envToken} ${line}', '${password} ${fileToken}'; end $$`);
    await postgres.query(`create trigger complaint before insert on packtrain.activations
      for each row execute function packtrain.complain()`);
    // It tries again for six seconds, in which the stories below go on.
    tried = await post('!pack deploy Guarded beans');
  });

  it('are in a config that is refused', async () => {
    const file = join(server.dir, 'packtrain.yaml');
    const broken = config
      .replace('{ env: PACKS_TOKEN }', `"${envToken}"`)
      .replace('https://nowhere', `https://bob:${encodeURIComponent(envToken)}@nowhere`);
    await writeFile(file, broken);
    process.kill(server.pid, 'SIGHUP');
    await expect.poll(() => server.output).toContain('the config was refused');
    await run('config check', ['config', 'check']);
    await writeFile(file, config);
    process.kill(server.pid, 'SIGHUP');
  });

  it('open the API no more once they are out of the file, and their streams end', async () => {
    const headers = { authorization: `Bearer ${apiKey}` };
    const key = () => fetch(`${server.url}/api/v1/key`, { headers });
    const stream = await openStream(`${server.url}/api/v1/events`, headers);
    written.set('the key about itself', await (await key()).text());
    const file = join(server.dir, 'packtrain.yaml');
    await writeFile(file, config.replace(/^api:.*$/m, ''));
    await stream.ended;
    expect((await key()).status).toBe(401);
    await writeFile(file, config);
    await expect.poll(async () => (await key()).status).toBe(200);
  });

  it('are used by the command line', async () => {
    await run('doctor', ['doctor']);
    await run('status', ['status']);
    await run('list', ['list']);
    await run('history', ['history', 'beans']);
    await run('deploy', ['deploy', 'Echoing', 'beans']);
    const wrong = new URL(postgres.url);
    wrong.password = encodeURIComponent(secrets["the database's password"]);
    const env = { PACKTRAIN_PORT: '0' };
    await run('a wrong password', ['serve'], { ...env, DATABASE_URL: wrong.href });
    expect(written.get('a wrong password')).toContain('password authentication failed');
    wrong.port = '1';
    await run('a wrong port', ['serve'], { ...env, DATABASE_URL: wrong.href });
    await run('no URL', ['serve'], { ...env, DATABASE_URL: wrong.href.replace('postgres:', 'mysql:') });
  }, 60_000);

  it('are in what a step has thrown on every try', async () => {
    await answered(tried);
    await postgres.query('drop trigger complaint on packtrain.activations');
    const [failed] = await postgres.query(
      `select error from dbos.operation_outputs where error is not null limit 1`,
    );
    expect(String(failed?.error)).toContain('beans hold •••');
  }, 60_000);

  it('are with a server that is killed and starts again', async () => {
    const body = JSON.stringify({ text: '!pack deploy Guarded beans', as: 'ann' });
    await server.api('/rooms/ops/messages', { method: 'POST', body });
    await sleep(60);
    await server.kill();
    await server.start();
    await say('!pack list');
  });

  it('are readable by nobody else', async () => {
    const { mode } = await stat(join(server.dir, 'data', 'server.json'));
    expect(mode & 0o077).toBe(0);
  });

  it('are nowhere in all that was written', async () => {
    add(await pages());
    add(await answers());
    add(await tables());
    expect(await server.stop()).toBe(0);
    add(await tables());
    add(await filesBelow(server.dir));
    written.set('standard output and the log', server.output);
    written.set('command lines', endOfCommandLines());
    expect(written.get('table packtrain.room_messages')).toContain('•••');
    expect(written.get('command lines')).toContain('remote-http');
    expect([...written.keys()].filter((name) => name.endsWith('config'))).not.toEqual([]);

    expect(leaksIn(written, secrets)).toEqual([]);
    expect(leaksIn(written, { 'the user of a URL': 'hunter2' })).toEqual([]);
  });
});
