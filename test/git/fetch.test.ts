import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sentence } from '../../src/core/reason.js';
import { mirrorPlaces } from '../../src/git/mirror.js';
import { codeOf, had, makeRemote, openGit, repositoryAt, temporaryFolder } from './workspace.js';

const pack = { 'packs/beans/pack.yaml': 'name: beans\n' };

describe('fetching', () => {
  it('makes the mirror the first time, and tells every branch and tag', async () => {
    const remote = await makeRemote(pack);
    await remote.tag('v1', await remote.sha('main'), { annotated: true });
    const { git } = await openGit();
    const fetched = had(await git.fetch(repositoryAt(remote.url)));
    expect(fetched.moved.map(({ ref, forced }) => [ref, forced])).toEqual([
      ['refs/heads/main', false],
      ['refs/tags/v1', false],
    ]);
    expect(fetched.defaultBranch).toBe('main');
  });

  it('then tells what moved, what is new, what is gone, and what was pushed by force', async () => {
    const remote = await makeRemote(pack);
    const first = await remote.sha('main');
    await remote.commit({ a: '1' }, { branch: 'rewritten', from: first });
    await remote.setBranch('leaving', first);
    const { git } = await openGit();
    const repository = repositoryAt(remote.url);
    had(await git.fetch(repository));
    const second = await remote.commit({ b: '1' });
    await remote.commit({ c: '1' }, { branch: 'rewritten', from: first });
    await remote.removeBranch('leaving');
    await remote.setBranch('coming', second);

    const { moved } = had(await git.fetch(repository));
    const told = Object.fromEntries(moved.map((move) => [move.ref, move]));
    expect(told['refs/heads/main']).toEqual({
      ref: 'refs/heads/main',
      old: first,
      new: second,
      forced: false,
    });
    expect(told['refs/heads/rewritten']?.forced).toBe(true);
    expect(told['refs/heads/leaving']).toEqual({ ref: 'refs/heads/leaving', old: first, forced: false });
    expect(told['refs/heads/coming']).toEqual({ ref: 'refs/heads/coming', new: second, forced: false });
    expect(moved).toHaveLength(4);
    expect(had(await git.fetch(repository)).moved).toEqual([]);
  });

  it('lets a branch become a folder of branches', async () => {
    const remote = await makeRemote(pack);
    const sha = await remote.sha('main');
    await remote.setBranch('feature', sha);
    const { git } = await openGit();
    const repository = repositoryAt(remote.url);
    had(await git.fetch(repository));
    await remote.removeBranch('feature');
    await remote.setBranch('feature/beans', sha);
    had(await git.fetch(repository));
    expect(had(await git.refs(repository)).branches).toEqual(['feature/beans', 'main']);
  });

  it('follows the default branch when the remote changes it, at the same commit or another', async () => {
    const remote = await makeRemote(pack, 'master');
    const { git } = await openGit();
    const repository = repositoryAt(remote.url);
    expect(had(await git.fetch(repository)).defaultBranch).toBe('master');
    await remote.setBranch('main', await remote.sha('master'));
    expect(had(await git.fetch(repository)).defaultBranch).toBe('master');
    await remote.setHead('main');
    expect(had(await git.fetch(repository)).defaultBranch).toBe('main');
    await remote.commit({ x: '1' }, { branch: 'develop', from: 'refs/heads/main^0' });
    await remote.setHead('develop');
    expect(had(await git.fetch(repository)).defaultBranch).toBe('develop');
    expect(had(await git.defaultBranch(repository))).toBe('develop');
  });

  it('copes with a remote whose HEAD names a branch that was never pushed', async () => {
    const remote = await makeRemote(pack, 'trunk');
    await remote.setHead('nowhere');
    const { git } = await openGit();
    const repository = repositoryAt(remote.url);
    expect(had(await git.fetch(repository)).defaultBranch).toBe('trunk');
    await remote.setBranch('other', await remote.sha('trunk'));
    expect(had(await git.fetch(repository)).defaultBranch).toBe('trunk');
    await remote.removeBranch('trunk');
    await remote.setBranch('another', await remote.sha('other'));
    expect(had(await git.fetch(repository)).defaultBranch).toBeUndefined();
    expect(codeOf(await git.defaultBranch(repository))).toBe('no-default-branch');
  });

  it('says that a repository is empty, and takes the first push', async () => {
    const remote = await makeRemote();
    const { git } = await openGit();
    const repository = repositoryAt(remote.url);
    expect(codeOf(await git.fetch(repository))).toBe('empty-repository');
    await remote.commit(pack);
    expect(had(await git.fetch(repository)).defaultBranch).toBe('main');
  });

  it('takes what a shallow remote has', async () => {
    const full = await makeRemote(pack);
    await full.commits([{ a: '1' }, { a: '2' }, { a: '3' }]);
    const folder = await temporaryFolder();
    await full.git(
      'clone',
      '--quiet',
      '--bare',
      '--depth=2',
      `file://${full.url}`,
      join(folder, 'shallow.git'),
    );
    const { git } = await openGit();
    const repository = repositoryAt(join(folder, 'shallow.git'));
    had(await git.fetch(repository));
    const { sha } = had(await git.resolve(repository, 'main'));
    expect(had(await git.packFolders(repository, sha)).has('beans')).toBe(true);
    expect(had(await git.log(repository, { from: undefined, to: sha, path: '', max: 10 }))).toHaveLength(2);
    had(await git.export(repository, { sha, path: 'packs/beans' }, join(folder, 'out')));
  });

  it('says so when there is no repository at the address, and prints no user part', async () => {
    const { git } = await openGit();
    const folder = await temporaryFolder();
    expect(codeOf(await git.fetch(repositoryAt(join(folder, 'nothing.git'))))).toBe('remote-not-found');
    const withPassword = await git.fetch(repositoryAt('https://ann:s3cret-word@git.example.org/x.git'));
    expect(codeOf(withPassword)).toBe('url-has-password');
    expect(JSON.stringify(withPassword)).not.toContain('s3cret');
    expect(codeOf(await git.fetch(repositoryAt('ext::sh -c id')))).toBe('remote-protocol');
  });
});

describe('several callers at once', () => {
  it('share fetches, and each sees all that was pushed before its call', async () => {
    const remote = await makeRemote(pack);
    const { git } = await openGit();
    const repository = repositoryAt(remote.url);
    had(await git.fetch(repository));
    const calls: Promise<void>[] = [];
    for (let round = 0; round < 8; round += 1) {
      const pushed = await remote.commit({ round: String(round) });
      for (let caller = 0; caller < 3; caller += 1) {
        calls.push(
          git.fetch(repository).then(async (fetched) => {
            had(fetched);
            const seen = had(await git.resolve(repository, 'main')).sha;
            expect(had(await git.isAncestor(repository, pushed, seen))).toBe(true);
          }),
        );
      }
    }
    await Promise.all(calls);
  });

  it('may be two programs over one data directory', async () => {
    const remote = await makeRemote(pack);
    const { git, dataDir } = await openGit();
    const { git: other } = await openGit({ dataDir });
    const repository = repositoryAt(remote.url);
    const fetched = await Promise.all([
      git.fetch(repository),
      other.fetch(repository),
      git.maintain(repository),
    ]);
    expect(fetched.map(codeOf)).toEqual(['ok', 'ok', 'ok']);
    expect((await readdir(join(dataDir, 'mirrors'))).filter((name) => !name.endsWith('.git'))).toEqual([]);
  });
});

describe('a mirror that something happened to', () => {
  async function fetched() {
    const remote = await makeRemote(pack);
    const { git, dataDir } = await openGit();
    const repository = repositoryAt(remote.url);
    had(await git.fetch(repository));
    return { remote, git, repository, places: mirrorPlaces(dataDir, repository) };
  }

  it('goes on after locks that a killed git left behind', async () => {
    const { remote, git, repository, places } = await fetched();
    await mkdir(join(places.folder, 'refs', 'heads'), { recursive: true });
    await writeFile(join(places.folder, 'refs', 'heads', 'main.lock'), '');
    await writeFile(join(places.folder, 'packed-refs.lock'), '');
    await remote.commit({ a: '1' });
    await remote.setBranch('other', await remote.sha('main'));
    const { moved } = had(await git.fetch(repository));
    expect(moved.map(({ ref }) => ref)).toEqual(['refs/heads/main', 'refs/heads/other']);
  });

  it('takes over from a process that died', async () => {
    const { git, repository, places } = await fetched();
    await writeFile(places.owner, JSON.stringify({ owner: { pid: process.pid, started: '1' } }));
    had(await git.fetch(repository));
    await writeFile(places.owner, '{"owner": {"pi');
    had(await git.fetch(repository));
    await expect.poll(() => existsSync(places.owner)).toBe(false);
  });

  it('throws away one that was half made', async () => {
    const { git, repository, places } = await fetched();
    await rm(places.folder, { recursive: true });
    await mkdir(join(places.making, 'objects'), { recursive: true });
    await writeFile(join(places.making, 'HEAD'), 'ref: refs/');
    expect(had(await git.fetch(repository)).defaultBranch).toBe('main');
    expect(existsSync(places.making)).toBe(false);
  });

  it.each(['fetch', 'resolve', 'export'] as const)(
    'is made anew when it is damaged (found by %s)',
    async (found) => {
      const { remote, git, repository, places } = await fetched();
      const sha = await remote.sha('main');
      await git.close();
      const { git: again } = await openGit({ dataDir: join(places.folder, '..', '..') });
      for (const name of await objectFiles(places.folder)) await truncate(name, 0);
      const folder = join(await temporaryFolder(), 'out');
      if (found === 'fetch') {
        await remote.commit({ 'packs/beans/pack.yaml': 'name: beans\nversion: 1\n' });
        had(await again.fetch(repository));
      }
      if (found === 'resolve') expect(had(await again.resolve(repository, 'main')).sha).toBe(sha);
      had(await again.export(repository, { sha, path: 'packs/beans' }, folder));
      expect(await readFile(join(folder, 'pack.yaml'), 'utf8')).toContain('name: beans');
    },
  );

  it('is made anew when its HEAD is gone, and stays refused while the remote is away', async () => {
    const { remote, git, repository, places } = await fetched();
    had(await git.resolve(repository, 'main'));
    await git.close();
    const { git: again } = await openGit({ dataDir: join(places.folder, '..', '..') });
    await rm(join(places.folder, 'HEAD'));
    await remote.git('config', 'core.bare', 'true');
    had(await again.resolve(repository, 'main'));
    await rm(join(places.folder, 'HEAD'));
    await remote.remove();
    const { git: last } = await openGit({ dataDir: join(places.folder, '..', '..') });
    expect(codeOf(await last.resolve(repository, 'main'))).toBe('remote-not-found');
  });
});

describe('the machine', () => {
  it('without git is told how to get it', async () => {
    const folder = await temporaryFolder();
    const { git } = await openGit({ env: (name) => (name === 'PATH' ? folder : undefined) });
    const refusedFor = await git.fetch(repositoryAt('/nowhere'));
    expect(codeOf(refusedFor)).toBe('git-missing');
    expect(refusedFor.ok ? '' : sentence(refusedFor.refusal)).toContain('apt-get install git');
  });

  it('with an old git is told which is needed', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'git'), '#!/bin/sh\necho git version 2.25.1\n', { mode: 0o755 });
    const { git } = await openGit({ env: (name) => (name === 'PATH' ? folder : undefined) });
    const found = await git.version();
    expect(found.ok ? '' : sentence(found.refusal)).toContain('git is 2.25.1; 2.31 or newer is needed.');
  });
});

async function objectFiles(mirror: string): Promise<string[]> {
  const found = await readdir(join(mirror, 'objects'), { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  // Git makes them read-only.
  for (const file of files) await import('node:fs/promises').then(({ chmod }) => chmod(file, 0o600));
  return files;
}
