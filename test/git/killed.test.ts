import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mirrorPlaces } from '../../src/git/mirror.js';
import { canServeHttp, serveGit } from '../fixtures/git-http.js';
import { fixtureEnv } from '../fixtures/git-repo.js';
import { codeOf, had, makeRemote, openGit, repositoryAt } from './workspace.js';

const pack = { 'packs/beans/pack.yaml': 'name: beans\n' };

/** A Git host that, while `hold` is on, takes a fetch and never answers; `held` is told of each. */
async function serveWithHold() {
  const remote = await makeRemote(pack);
  const gate = { hold: false, held: () => {} };
  const server = await serveGit(remote.url, {
    before: (request) => {
      if (!gate.hold || request.method !== 'POST') return;
      gate.held();
      return new Promise(() => {});
    },
  });
  onTestFinished(() => server.close());
  const held = () =>
    new Promise<void>((resolve) => {
      gate.hold = true;
      gate.held = resolve;
    });
  return { remote, server, gate, held };
}

function isRunning(pid: number): boolean {
  try {
    // A zombie has ended; only its parent has not looked yet.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

describe.skipIf(!canServeHttp)('killed in the middle of a fetch (skipped without git http-backend)', () => {
  it('git alone: the fetch is refused, the mirror stays, and the next fetch brings all', async () => {
    const { remote, server, gate, held } = await serveWithHold();
    const { git, dataDir } = await openGit();
    const repository = repositoryAt(server.url);
    had(await git.fetch(repository));
    const before = had(await git.resolve(repository, 'main'));
    const after = await remote.commit({ a: '1' });
    const isHeld = held();
    const fetching = git.fetch(repository);
    await isHeld;
    const { owner } = mirrorPlaces(dataDir, repository);
    process.kill(-JSON.parse(readFileSync(owner, 'utf8')).git.pid, 'SIGKILL');
    expect(codeOf(await fetching)).toBe('git-failed');
    expect(had(await git.resolve(repository, 'main'))).toEqual(before);
    gate.hold = false;
    had(await git.fetch(repository));
    expect(had(await git.resolve(repository, 'main')).sha).toBe(after);
  });

  it('the server alone: the git that it left at work is ended by the next, and its locks do not block', async () => {
    const { remote, server, gate, held } = await serveWithHold();
    const { git, dataDir } = await openGit();
    const repository = repositoryAt(server.url);
    had(await git.fetch(repository));
    const places = mirrorPlaces(dataDir, repository);
    await remote.commit({ a: '1' });
    const isHeld = held();
    const orphan = spawn(
      'git',
      ['fetch', '--quiet', '--no-write-fetch-head', server.url, '+refs/heads/*:refs/heads/*'],
      {
        cwd: places.folder,
        env: fixtureEnv,
        detached: true,
        stdio: 'ignore',
      },
    );
    const ended = new Promise((resolve) => orphan.once('exit', (_code, signal) => resolve(signal)));
    await isHeld;
    const pid = orphan.pid ?? 0;
    const started = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[19];
    const gone = spawn('true');
    await new Promise((resolve) => gone.once('exit', resolve));
    await writeFile(
      places.owner,
      JSON.stringify({ owner: { pid: gone.pid, started: '1' }, git: { pid, started } }),
    );
    await writeFile(`${places.folder}/refs/heads/main.lock`, '');

    gate.hold = false;
    const fetched = had(await git.fetch(repository));
    expect(fetched.moved.map(({ ref }) => ref)).toEqual(['refs/heads/main']);
    expect(await ended).toBe('SIGKILL');
    expect(isRunning(pid)).toBe(false);
    await expect.poll(() => existsSync(places.owner)).toBe(false);
  });

  it('the first fetch: nothing half made is ever used', async () => {
    const { server, gate, held } = await serveWithHold();
    const { git, dataDir } = await openGit();
    const repository = repositoryAt(server.url);
    const isHeld = held();
    const fetching = git.fetch(repository);
    await isHeld;
    const places = mirrorPlaces(dataDir, repository);
    expect([existsSync(places.making), existsSync(places.folder)]).toEqual([true, false]);
    process.kill(-JSON.parse(readFileSync(places.owner, 'utf8')).git.pid, 'SIGKILL');
    expect(codeOf(await fetching)).toBe('git-failed');
    gate.hold = false;
    expect(had(await git.resolve(repository, 'main')).ref).toBe('main');
  });
});
