import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sentence } from '../../src/core/reason.js';
import { createRedactor } from '../../src/core/redact.js';
import { accessTo } from '../../src/git/credentials.js';
import { canServeHttp, type GitHttpOptions, serveGit } from '../fixtures/git-http.js';
import { codeOf, envOf, had, makeRemote, openGit, repositoryAt, temporaryFolder } from './workspace.js';

const token = 'ghx_Zm9vYmFy-very/secret';
const pack = { 'packs/beans/pack.yaml': 'name: beans\n' };
const env = envOf({ PACKS_TOKEN: token, OTHER_TOKEN: 'of-another-repository' });
const credentials = { token: { env: 'PACKS_TOKEN' } };

async function serve(options: GitHttpOptions) {
  const remote = await makeRemote(pack);
  const server = await serveGit(remote.url, options);
  onTestFinished(() => server.close());
  return { remote, server };
}

/** Every process's command line. */
function commandLines(): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return [];
    }
  });
}

async function textsBelow(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'latin1')))).join(
    '\n',
  );
}

describe.skipIf(!canServeHttp)('a token for https (skipped where git http-backend is not installed)', () => {
  it('goes by header, and is in no argument and in no file', async () => {
    const seen: string[] = [];
    const before = () => void seen.push(...commandLines().filter((line) => line.includes('git')));
    const { server } = await serve({ basic: `x-access-token:${token}`, before });
    const { git, dataDir } = await openGit({ env });
    had(await git.fetch(repositoryAt(server.url, { credentials })));

    expect(server.authorizations.every((header) => header.startsWith('Basic '))).toBe(true);
    expect(seen.some((line) => line.includes(`remote-http ${server.url}`))).toBe(true);
    const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
    for (const secret of [token, basic, encodeURIComponent(token)]) {
      expect(seen.join('\n')).not.toContain(secret);
      expect(await textsBelow(dataDir)).not.toContain(secret);
    }
  });

  it('may come from a file, go with a user name from the config or the address, and be changed while running', async () => {
    const file = join(await temporaryFolder(), 'token');
    await writeFile(file, 'outdated\n');
    const { server } = await serve({ basic: 'bob:fresh' });
    const { git } = await openGit({ env });
    const repository = repositoryAt(server.url.replace('http://', 'http://bob@'), {
      credentials: { token: { file } },
    });
    expect(codeOf(await git.fetch(repository))).toBe('remote-auth');
    await writeFile(file, 'fresh\n');
    had(await git.fetch(repository));
    had(await git.fetch(repositoryAt(server.url, { credentials: { token: { file }, username: 'bob' } })));
  });

  it('is not followed to where the host redirects', async () => {
    const { server: thief } = await serve({});
    const { server } = await serve({ redirectTo: thief.origin });
    const { git } = await openGit({ env });
    expect(codeOf(await git.fetch(repositoryAt(server.url, { credentials })))).toBe('remote-redirects');
    expect(thief.authorizations).toEqual([]);
  });

  it('is refused in plain words when it is wrong, missing, or not configured', async () => {
    const { server } = await serve({ basic: 'x-access-token:another' });
    const redactor = createRedactor();
    const { git } = await openGit({ env, redactor });
    const wrong = await git.fetch(repositoryAt(server.url, { credentials }));
    expect(wrong.ok ? '' : sentence(wrong.refusal)).toMatch(/does not let the token .* Check that the token/);
    expect(JSON.stringify(wrong)).not.toContain(token);
    expect(redactor.text(`it was ${token}`)).toBe('it was •••');
    const missing = await git.fetch(repositoryAt(server.url, { credentials: { token: { env: 'NO_SUCH' } } }));
    expect(missing.ok ? '' : sentence(missing.refusal)).toContain(
      'the environment variable NO_SUCH is missing',
    );
    const none = await git.fetch(repositoryAt(server.url));
    expect(none.ok ? '' : sentence(none.refusal)).toMatch(/without credentials .* Set credentials/);
    const absent = await git.fetch(repositoryAt(`${server.origin}/other.git`));
    expect(codeOf(absent)).toBe('remote-auth');
  });

  it('and other secrets are not in the environment of git', async () => {
    const { server } = await serve({});
    const { git } = await openGit({ env });
    const environments: string[] = [];
    const { server: looking } = await serve({
      before: () => {
        for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
          try {
            const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
            if (line.includes('remote-http') && line.includes(looking.origin))
              environments.push(readFileSync(`/proc/${pid}/environ`, 'utf8'));
          } catch {
            // It ended in between.
          }
        }
      },
    });
    had(await git.fetch(repositoryAt(server.url)));
    had(await git.fetch(repositoryAt(looking.url)));
    expect(environments.length).toBeGreaterThan(0);
    expect(environments.join('\n')).toContain('GIT_TERMINAL_PROMPT=0');
    expect(environments.join('\n')).not.toMatch(/very\/secret|of-another-repository/);
  });
});

describe.skipIf(!canServeHttp)(
  'a host that misbehaves (skipped where git http-backend is not installed)',
  () => {
    it('and never answers is given up after the time limit, with all processes', async () => {
      const { server } = await serve({ before: () => new Promise(() => {}) });
      const { git } = await openGit({ limits: { firstFetchMs: 1000 } });
      const fetched = await git.fetch(repositoryAt(server.url));
      expect(fetched.ok ? '' : sentence(fetched.refusal)).toMatch(/was given up after \d s/);
      expect(commandLines().filter((line) => line.includes(server.origin))).toEqual([]);
    });

    it('is let go when Packtrain stops', async () => {
      let asked = (): void => {};
      const isAsked = new Promise<void>((resolve) => {
        asked = resolve;
      });
      const { server } = await serve({
        before: () => {
          asked();
          return new Promise(() => {});
        },
      });
      const { git, dataDir } = await openGit();
      const fetching = git.fetch(repositoryAt(server.url));
      await isAsked;
      await git.close();
      expect(codeOf(await fetching)).toBe('git-failed');
      expect(commandLines().filter((line) => line.includes(server.origin))).toEqual([]);
      expect(await readdir(join(dataDir, 'mirrors'))).toEqual([]);
    });

    it('has no such repository', async () => {
      const { server } = await serve({});
      const { git } = await openGit();
      expect(codeOf(await git.fetch(repositoryAt(`${server.origin}/other.git`)))).toBe('remote-not-found');
    });

    it('is down, unknown, or no Git host', async () => {
      const { git } = await openGit();
      const closed = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => closed.once('listening', resolve));
      const address = closed.address();
      const port = typeof address === 'object' ? address?.port : 0;
      await new Promise((resolve) => closed.close(resolve));
      expect(codeOf(await git.fetch(repositoryAt(`http://127.0.0.1:${port}/x.git`)))).toBe(
        'remote-unreachable',
      );
      expect(codeOf(await git.fetch(repositoryAt(`git://127.0.0.1:${port}/x.git`)))).toBe(
        'remote-unreachable',
      );
      expect(codeOf(await git.fetch(repositoryAt('https://no-such-host.invalid/x.git')))).toBe(
        'remote-unknown-host',
      );
    });
  },
);

const hasSsh = spawnSync('ssh', ['-V']).error === undefined;

describe('ssh', () => {
  it.skipIf(!hasSsh)(
    'tells of a host that is down or unknown (skipped where ssh is not installed)',
    async () => {
      const { git } = await openGit();
      // Port 1 is the multiplexer's, which nobody runs.
      expect(codeOf(await git.fetch(repositoryAt('ssh://git@127.0.0.1:1/x.git')))).toBe('remote-unreachable');
      expect(codeOf(await git.fetch(repositoryAt('git@no-such-host.invalid:x.git')))).toBe(
        'remote-unknown-host',
      );
    },
  );

  it('never prompts, checks host keys, and uses only the key that was given', async () => {
    const folder = await temporaryFolder();
    const sshKeyFile = join(folder, "ann's key");
    const knownHostsFile = join(folder, 'known hosts');
    await writeFile(sshKeyFile, 'x', { mode: 0o600 });
    const repository = repositoryAt('git@git.example.org:x.git', {
      credentials: { sshKeyFile, knownHostsFile },
    });
    const access = had(await accessTo(repository, env, createRedactor()));
    const command = access.variables.GIT_SSH_COMMAND ?? '';
    for (const option of ['BatchMode=yes', 'StrictHostKeyChecking=yes', 'IdentitiesOnly=yes'])
      expect(command).toContain(`-o ${option}`);
    expect(command).toContain(`'${folder}/ann'\\''s key'`);
    expect(command).toContain(`UserKnownHostsFile="${knownHostsFile}"`);
  });

  it('is not tried with a key that is not there', async () => {
    const { git } = await openGit();
    const credentials = { sshKeyFile: '/nowhere/id_ed25519' };
    const fetched = await git.fetch(repositoryAt('git@git.example.org:x.git', { credentials }));
    expect(fetched.ok ? '' : sentence(fetched.refusal)).toContain('there is no such file');
  });
});
