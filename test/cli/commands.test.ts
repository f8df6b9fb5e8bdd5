import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  readServerFile,
  removeServerFile,
  serverFilePath,
  writeServerFile,
} from '../../src/cli/server-file.js';
import { openShell, type Shell } from './fixture.js';

let shell: Shell;

beforeEach(async () => {
  shell = await openShell();
});

afterEach(() => shell.leave());

const configText = `repositories:
  house-packs: { repo: origin.git, subtree: true }
targets:
  default: { kind: directory, path: live }
`;

async function makeWorkspace(config = configText): Promise<void> {
  const { folder } = shell;
  await mkdir(path.join(folder, 'live'));
  await writeFile(path.join(folder, 'packtrain.yaml'), config);
  const env = { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args: string[]) => execa('git', args, { cwd: folder, env, extendEnv: false });
  await git('init', '-q', '-b', 'main', 'copy');
  const identity = ['-c', 'user.name=ann', '-c', 'user.email=ann@example.com'];
  await git('-C', 'copy', ...identity, 'commit', '-q', '--allow-empty', '-m', 'Begin');
  await git('clone', '-q', '--bare', 'copy', 'origin.git');
}

describe('every command', () => {
  it.each([
    [['--config', 'a.yaml', '--data', 'd', '--port', '80', 'serve']],
    [['serve', '--config', 'a.yaml', '--data', 'd', '--port', '80']],
    [['--config', 'a.yaml', 'serve', '--data=d', '--port=80']],
  ])('takes its options before and after its name: %j', async (argv) => {
    expect(await shell.run(...argv)).toBe(0);

    expect(shell.served[0]).toMatchObject({
      config: path.join(shell.folder, 'a.yaml'),
      configGiven: true,
      data: path.join(shell.folder, 'd'),
      port: 80,
    });
  });

  it('takes them from the environment, after what is said', async () => {
    Object.assign(shell.env, {
      PACKTRAIN_CONFIG: '/etc/packtrain.yaml',
      PACKTRAIN_DATA: '/var/lib/packtrain',
      PACKTRAIN_PORT: '81',
      DATABASE_URL: 'postgres://ann:s3cret-pass@127.0.0.1/packtrain',
    });

    await shell.run('serve', '--data', '/tmp/other');

    expect(shell.served[0]).toMatchObject({
      config: '/etc/packtrain.yaml',
      data: '/tmp/other',
      port: 81,
      databaseUrl: 'postgres://ann:s3cret-pass@127.0.0.1/packtrain',
    });
  });

  it.each(['x', '-1', '65536', '1e3', ''])('refuses %j as a port', async (port) => {
    expect(await shell.run('serve', `--port=${port}`)).toBe(2);
    expect(shell.err()).toContain('--port');
    expect(shell.served).toEqual([]);
  });

  it('names the variable when it is that which is wrong', async () => {
    shell.env.PACKTRAIN_PORT = 'eighty';

    expect(await shell.run('serve')).toBe(2);
    expect(shell.err()).toContain('PACKTRAIN_PORT is "eighty"');
  });

  it('tells who mistypes what was probably meant', async () => {
    expect(await shell.run('deply', 'house-packs')).toBe(2);
    expect(shell.err()).toMatch(/packtrain: unknown command 'deply'\n\(Did you mean deploy\?\)/);
    expect(await shell.run('status', '--jsn')).toBe(2);
    expect(shell.err()).toContain('Did you mean --json?');
    expect(await shell.run('deploy')).toBe(2);
    expect(shell.err()).toContain("missing required argument 'repository'");
  });

  it('explains itself', async () => {
    expect(await shell.run('deploy', '--help')).toBe(0);
    expect(shell.out()).toContain('--adopt');
    expect(shell.out()).toContain('--data <dir>');
    expect(await shell.run('--version')).toBe(0);
    expect(shell.out()).toContain('0.1.0');
  });
});

describe('serve', () => {
  it('makes a workspace where there is no config, and greets', async () => {
    expect(await shell.run('serve')).toBe(0);

    const [served] = shell.served;
    expect(served?.config).toBe(path.join(shell.folder, 'quickstart/packtrain.yaml'));
    expect(served?.greeting?.('http://127.0.0.1:1/login?token=x')).toContain(
      '!pack deploy house-packs beans',
    );
  });

  it('takes the config that is there', async () => {
    await makeWorkspace();

    await shell.run('serve');

    expect(shell.served[0]).toMatchObject({ config: path.join(shell.folder, 'packtrain.yaml') });
    expect(shell.served[0]?.greeting).toBeUndefined();
  });

  it('does not make a workspace in place of a config that somebody named', async () => {
    await shell.run('serve', '--config', 'packtrian.yaml');

    expect(shell.served[0]?.config).toBe(path.join(shell.folder, 'packtrian.yaml'));
    await expect(stat(path.join(shell.folder, 'quickstart'))).rejects.toThrow('ENOENT');
  });
});

describe('config check', () => {
  it('sums up a config that is sound', async () => {
    await makeWorkspace();

    expect(await shell.run('config', 'check')).toBe(0);

    expect(shell.out()).toContain('is sound.');
    expect(shell.out()).toContain('repository house-packs:');
    expect(shell.out()).toContain('everybody in a configured chat may deploy');
    expect(await shell.run('--json', 'config', 'check')).toBe(0);
  });

  it('tells of a format that no line can fit', async () => {
    await makeWorkspace(`${configText}chat:\n  formats:\n    deploy:\n      - "ship {{pack}}"\n`);

    expect(await shell.run('config', 'check')).toBe(5);

    expect(shell.out()).toContain('packtrain.yaml:8:9');
    expect(shell.out()).toContain('has the parameter pack, which deploy does not know');
  });

  it('tells of keys of the API that are too short or the same, where it can see them', async () => {
    const keys =
      'api: { keys: { ci: { key: { env: CI_KEY }, may: read }, b: { key: { file: k } }, c: { key: { env: C } } } }';
    await makeWorkspace(`${configText}${keys}\n`);
    expect(await shell.run('config', 'check')).toBe(0);
    expect(shell.out()).toContain('API key ci: may read');

    await writeFile(path.join(shell.folder, 'k'), 'hunter2-hunter2-hunter2');
    Object.assign(shell.env, { CI_KEY: 'a-short-key', C: 'hunter2-hunter2-hunter2' });
    expect(await shell.run('config', 'check')).toBe(5);

    expect(shell.out()).toMatch(
      /packtrain\.yaml:5:\d+ key: What is in .* CI_KEY has fewer than 16 characters/,
    );
    expect(shell.out()).toMatch(/packtrain\.yaml:5:\d+ key: b has the same one/);
    expect(shell.out()).not.toMatch(/hunter2|a-short-key/);
  });

  it('is about the workspace where there is no other config', async () => {
    await shell.run('serve');

    expect(await shell.run('config', 'check')).toBe(0);

    expect(shell.out()).toContain(path.join(shell.folder, 'quickstart/packtrain.yaml'));
    expect(await shell.run('config', 'check', '--config', 'packtrain.yaml')).toBe(5);
  });

  it('lists every problem with its place', async () => {
    await makeWorkspace('repositories:\n  a: { rep: x }\n  b: { repo: y, subtree: 7 }\n');

    expect(await shell.run('config', 'check')).toBe(5);

    expect(shell.out()).toMatch(/packtrain\.yaml:2:\d+ /);
    expect(shell.out()).toMatch(/packtrain\.yaml:3:\d+ /);
  });

  it('gives them as JSON', async () => {
    expect(await shell.run('config', 'check', '--json')).toBe(5);

    expect(shell.objects()[0]).toMatchObject({
      ok: false,
      problems: [{ text: expect.stringContaining('no such file') }],
    });
  });
});

describe('openapi', () => {
  it('prints the document of the HTTP API', async () => {
    expect(await shell.run('openapi')).toBe(0);
    expect(JSON.parse(shell.out())).toMatchObject({ openapi: '3.1.0', paths: { '/commands': {} } });
  });
});

describe('import', () => {
  it('prints the same config for Packtrain', async () => {
    const original =
      'repositories:\n  Mine:\n    repo: ssh://deploy@git.example.com/st2/packs.git\n    subtree: true\n';
    await writeFile(path.join(shell.folder, 'config.yaml'), original);

    expect(await shell.run('import', 'config.yaml')).toBe(0);

    expect(shell.out()).toContain('repo: ssh://deploy@git.example.com/st2/packs.git');
  });

  it('says what is wrong beside the output, so that a redirected file stays empty', async () => {
    await writeFile(path.join(shell.folder, 'config.yaml'), 'repositories: 7\n');

    expect(await shell.run('import', 'config.yaml')).toBe(5);
    expect(await shell.run('import', 'nowhere.yaml')).toBe(5);

    expect(shell.out()).toBe('');
    expect(shell.err()).toContain('config.yaml:1:15');
    expect(shell.err()).toContain('nowhere.yaml: There is no such file.');
  });
});

describe('doctor', () => {
  it('finds nothing on a machine where all is well', async () => {
    await makeWorkspace();

    expect(await shell.run('doctor')).toBe(0);

    for (const name of ['node', 'git', 'data directory', 'disk space', 'server', 'database', 'config'])
      expect(shell.out()).toMatch(new RegExp(`[✓!] ${name}: `));
    expect(shell.out()).toContain('✓ remote house-packs: one branch');
    expect(shell.out()).toContain('✓ target default: directory');
    expect(shell.err()).toBe('');
  });

  it('names each thing that is wrong and how to mend it, and fails', async () => {
    await makeWorkspace(`repositories:
  gone: { repo: gone.git }
  keyless:
    repo: git@git.example.com:a.git
    credentials: { ssh_key_file: missing_key }
  tokenless:
    repo: https://git.example.com/b.git
    credentials: { token: { env: PACKS_TOKEN } }
targets:
  default: { kind: directory, path: nowhere }
hosts:
  github: { webhook_secret: { env: HOOK_SECRET }, token: { file: no-token } }
  gitlab: {}
  gitea: { webhook_secret: { env: PATH } }
api: { keys: { ci: { key: { env: CI_KEY } } } }
`);

    expect(await shell.run('doctor', '--json')).toBe(7);

    const [{ ok, checks }] = shell.objects() as [{ ok: boolean; checks: Record<string, string>[] }];
    expect(ok).toBe(false);
    const failed = checks.filter(({ state }) => state === 'failed');
    expect(failed.map(({ name }) => name)).toEqual([
      'remote gone',
      'key of keyless',
      'remote tokenless',
      'target default',
      'webhooks of github',
      'token of github',
      'API key ci',
    ]);
    const ofHosts = checks.filter(({ name }) => /of (gitlab|gitea)$/.test(name ?? ''));
    expect(ofHosts.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'webhooks of gitlab: warning',
      'webhooks of gitea: ok',
    ]);
    for (const { what, next } of failed) {
      expect(what).not.toBe('');
      expect(next).not.toBe('');
    }
    expect(failed[2]?.what).toContain('PACKS_TOKEN');
  });

  it('wants a key that others cannot read', async () => {
    const key = path.join(shell.folder, 'key');
    await writeFile(key, 'a key', { mode: 0o644 });
    await chmod(key, 0o644);
    await makeWorkspace(
      'repositories:\n  a:\n    repo: git@git.example.com:a.git\n    credentials: { ssh_key_file: key }\n',
    );

    await shell.run('doctor');

    expect(shell.out()).toContain('✗ key of a:');
    expect(shell.out()).toContain('others can read it');
    expect(shell.out()).toContain('chmod 600');
  });

  it('says so when there is no git', async () => {
    await makeWorkspace();
    shell.env.PATH = shell.folder;

    expect(await shell.run('doctor')).toBe(7);
    expect(shell.out()).toContain('✗ git: The program git is not installed');
    expect(shell.err()).toMatch(/checks failed: git/);
  });

  it('says so when the database cannot be reached, without its password', async () => {
    await makeWorkspace();
    shell.env.DATABASE_URL = 'postgres://ann:s3cret-pass@127.0.0.1:1/packtrain';

    expect(await shell.run('doctor')).toBe(7);
    expect(shell.out()).toContain('✗ database:');
    expect(shell.out() + shell.err()).not.toContain('s3cret-pass');
  });
});

describe('backup', () => {
  it('says that there is nothing to back up yet', async () => {
    expect(await shell.run('backup')).toBe(3);
    expect(shell.err()).toContain(`There is no Packtrain database in ${shell.data}`);
    expect(await shell.run('restore', 'nowhere.backup')).toBe(5);
    expect(shell.err()).toContain('nowhere.backup cannot be read');
  });
});

describe('the word that a server leaves of itself', () => {
  const server = { url: 'http://127.0.0.1:7425', key: 'a key', pid: process.pid };

  it('is for its owner alone, and is found again', async () => {
    await writeServerFile(shell.data, server);

    expect((await stat(serverFilePath(shell.data))).mode & 0o777).toBe(0o600);
    expect(await readServerFile(shell.data)).toEqual({ ok: true, value: server });
  });

  it('is taken back by the server that left it, and by no other', async () => {
    await writeServerFile(shell.data, server);

    await removeServerFile(shell.data, process.pid + 1);
    expect(JSON.parse(await readFile(serverFilePath(shell.data), 'utf8'))).toEqual(server);
    await removeServerFile(shell.data, process.pid);
    expect(await readServerFile(shell.data)).toMatchObject({ refusal: { code: 'server-not-running' } });
  });
});
