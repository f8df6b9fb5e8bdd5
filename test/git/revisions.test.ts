import { createHash } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sentence } from '../../src/core/reason.js';
import { formatRevision } from '../../src/core/repository.js';
import { packPath } from '../../src/git/packs.js';
import { codeOf, had, makeRemote, openGit, repositoryAt } from './workspace.js';

describe('naming a revision', () => {
  async function setUp() {
    const remote = await makeRemote({ 'packs/beans/pack.yaml': 'name: beans\n' });
    const first = await remote.sha('main');
    const second = await remote.commit({ b: '1' });
    await remote.setBranch('feature/factor-out-earwax-beans', first);
    await remote.tag('v1.0.0', first, { annotated: true });
    await remote.tag('both', first);
    await remote.setBranch('both', second);
    const { git } = await openGit();
    const repository = repositoryAt(remote.url);
    had(await git.fetch(repository));
    const find = async (ref: string) => git.resolve(repository, ref);
    return { remote, git, repository, find, first, second };
  }

  it('takes branches, tags, full names, HEAD and SHAs, in that order', async () => {
    const { find, first, second } = await setUp();
    expect(had(await find('main'))).toEqual({ ref: 'main', sha: second });
    expect(had(await find('feature/factor-out-earwax-beans')).sha).toBe(first);
    expect(had(await find('v1.0.0'))).toEqual({ ref: 'v1.0.0', sha: first });
    expect(had(await find('both')).sha).toBe(second);
    expect(had(await find('refs/tags/both'))).toEqual({ ref: 'both', sha: first });
    expect(had(await find('HEAD'))).toEqual({ ref: 'main', sha: second });
    expect(formatRevision(had(await find(first.slice(0, 7))))).toBe(first.slice(0, 7));
    expect(had(await find(first.toUpperCase()))).toEqual({ ref: first, sha: first });
  });

  it('offers what was probably meant', async () => {
    const { find } = await setUp();
    const near = async (ref: string) => {
      const found = await find(ref);
      return found.ok || found.refusal.code !== 'unknown-ref' ? 'found' : found.refusal.params.near;
    };
    expect(await near('mian')).toEqual(['main']);
    expect(await near('MAIN')).toEqual(['main']);
    expect(await near('earwax')).toEqual(['feature/factor-out-earwax-beans']);
    expect(await near('v1.0.1')).toEqual(['v1.0.0']);
    expect(await near('nothing-like-it')).toEqual([]);
    expect(await near('deadbeef')).toEqual([]);
    const unknown = await find('mian');
    expect(unknown.ok ? '' : sentence(unknown.refusal)).toBe(
      'Beans has no branch, tag or commit mian. Did you mean main?',
    );
  });

  it.each([
    '--upload-pack=x',
    'a..b',
    '@{-1}',
    'main^{tree}',
    'a b',
    'a\nb',
    '',
    '/main',
    'main~1',
    'main:packs',
    'x.lock',
  ])('refuses %j, which no branch can be called', async (ref) => {
    const { find } = await setUp();
    expect(codeOf(await find(ref))).toBe('invalid-ref');
  });

  it('asks for more digits when two commits begin alike', async () => {
    const remote = await makeRemote({ x: '0' });
    const tree = await remote.git('rev-parse', 'main^{tree}');
    const [one, other] = twoCommitsAlike(tree);
    for (const content of [one, other]) await remote.write('commit', content);
    await remote.setBranch('one', idOf(one));
    await remote.setBranch('other', idOf(other));
    const { git } = await openGit();
    const repository = repositoryAt(remote.url);
    expect(codeOf(await git.resolve(repository, idOf(one).slice(0, 7)))).toBe('ambiguous-commit');
    expect(had(await git.resolve(repository, idOf(one))).sha).toBe(idOf(one));
  });
});

function idOf(commit: string): string {
  return createHash('sha1').update(`commit ${commit.length}\0${commit}`).digest('hex');
}

/** Two commits whose ids begin with the same seven digits: among some 20,000 there are two. */
function twoCommitsAlike(tree: string): [string, string] {
  const seen = new Map<string, string>();
  for (let number = 0; ; number += 1) {
    const who = 'ann <ann@example.org> 1700000000 +0000';
    const commit = `tree ${tree}\nauthor ${who}\ncommitter ${who}\n\n${number}\n`;
    const start = idOf(commit).slice(0, 7);
    const alike = seen.get(start);
    if (alike !== undefined) return [alike, commit];
    seen.set(start, commit);
  }
}

describe('the packs of a repository', () => {
  const files = {
    'packs/beans/pack.yaml': 'name: beans\n',
    'packs/beans/actions/earwax.yaml': 'name: earwax\n',
    'packs/candy/pack.yaml': 'name: candy\n',
    'packs/README.md': 'no pack',
    'packs/notes/text.md': 'no pack either',
    'packs/odd/pack.yaml/inside': 'a folder of that name',
    'pack.yaml': 'name: root\n',
  };

  it('are the folders with a pack.yaml below the subtree', async () => {
    const remote = await makeRemote(files);
    const { git } = await openGit();
    const repository = repositoryAt(remote.url);
    const { sha } = had(await git.resolve(repository, 'main'));
    const packs = had(await git.packFolders(repository, sha));
    expect([...packs.keys()]).toEqual(['beans', 'candy']);
    expect(packs.get('beans')).toBe((await remote.git('rev-parse', 'main:packs/beans')).trim());
    const deep = { ...repository, subtree: 'packs/beans' };
    expect([...had(await git.packFolders(deep, sha)).keys()]).toEqual([]);
  });

  it('are the whole repository when it is one pack', async () => {
    const remote = await makeRemote(files);
    const { git } = await openGit();
    const repository = repositoryAt(remote.url, { subtree: false });
    const { sha } = had(await git.resolve(repository, 'main'));
    expect([...had(await git.packFolders(repository, sha))]).toEqual([
      ['', await remote.git('rev-parse', 'main^{tree}')],
    ]);
    const after = await remote.commit({ x: '1' });
    had(await git.fetch(repository));
    const changes = had(await git.changedPacks(repository, { from: sha, to: after }));
    expect(changes.map(({ folder, change }) => [folder, change])).toEqual([['', 'changed']]);
    expect(had(await git.changedPacks(repository, { from: after, to: after }))).toEqual([]);
    expect(packPath(repository, '')).toBe('');
  });

  it('are compared by their trees: a change that was undone is none', async () => {
    const remote = await makeRemote(files);
    const from = await remote.sha('main');
    await remote.commit({ 'packs/candy/pack.yaml': 'name: other\n' });
    await remote.commit({ 'packs/candy/pack.yaml': 'name: candy\n', 'packs/beans/actions/new.yaml': 'x' });
    const to = await remote.commit({
      'packs/notes/pack.yaml': 'name: notes\n',
      'packs/fresh/pack.yaml': 'name: fresh\n',
      'packs/README.md': 'changed',
      'elsewhere/x': '1',
    });
    const { git } = await openGit();
    const repository = repositoryAt(remote.url);
    const changed = async (span: { from: string; to: string }) =>
      had(await git.changedPacks(repository, span)).map(({ folder, change }) => `${folder} ${change}`);
    expect(await changed({ from, to })).toEqual(['beans changed', 'fresh added', 'notes added']);
    expect(await changed({ from: to, to: from })).toEqual([
      'beans changed',
      'fresh removed',
      'notes removed',
    ]);
    const paths = had(await git.changedFiles(repository, { from, to }));
    expect([...paths].sort()).toEqual((await remote.git('diff', '--name-only', from, to)).split('\n').sort());
  });

  it('are missed in plain words when there is no such folder or commit', async () => {
    const remote = await makeRemote({ 'mine/beans/pack.yaml': 'name: beans\n' });
    const { git } = await openGit();
    const repository = repositoryAt(remote.url);
    const { sha } = had(await git.resolve(repository, 'main'));
    const absent = await git.packFolders(repository, sha);
    expect(absent.ok ? '' : sentence(absent.refusal)).toContain(`no folder packs/ at ${sha.slice(0, 7)}`);
    expect(codeOf(await git.listFiles(repository, { sha, path: 'mine/nothing' }))).toBe('path-absent');
    const gone = 'f'.repeat(40);
    expect(codeOf(await git.packFolders(repository, gone))).toBe('commit-absent');
    expect(codeOf(await git.changedPacks(repository, { from: gone, to: sha }))).toBe('commit-absent');
    expect(codeOf(await git.log(repository, { from: gone, to: sha, path: '', max: 5 }))).toBe(
      'commit-absent',
    );
  });
});

describe('reading a pack', () => {
  it('lists files with their modes, and reads texts, through links inside the pack', async () => {
    const remote = await makeRemote({
      'packs/beans/pack.yaml': 'name: beans\n',
      'packs/beans/actions/run.sh': { mode: '100755', content: '#!/bin/sh\n' },
      'packs/beans/actions/same.yaml': { mode: '120000', content: '../pack.yaml' },
      'packs/beans/out.yaml': { mode: '120000', content: '../../secret' },
      'packs/beans/ünï çödé': 'naïve',
      'packs/beans/huge.yaml': 'x'.repeat(300_000),
      secret: 'no',
    });
    const { git } = await openGit({ limits: { textBytes: 200_000 } });
    const repository = repositoryAt(remote.url);
    const { sha } = had(await git.resolve(repository, 'main'));
    const folder = { sha, path: packPath(repository, 'beans') };
    const files = had(await git.listFiles(repository, folder));
    expect(files.map(({ path, mode }) => `${mode} ${path}`)).toEqual([
      '100755 actions/run.sh',
      '120000 actions/same.yaml',
      '100644 huge.yaml',
      '120000 out.yaml',
      '100644 pack.yaml',
      '100644 ünï çödé',
    ]);
    const wanted = [...files.map(({ path }) => path), 'nothing.yaml'];
    expect(Object.fromEntries(had(await git.readTexts(repository, folder, wanted)))).toEqual({
      'actions/run.sh': '#!/bin/sh\n',
      'actions/same.yaml': 'name: beans\n',
      'pack.yaml': 'name: beans\n',
      'ünï çödé': 'naïve',
    });
    expect(had(await git.measure(repository, folder))).toEqual({
      files: 6,
      bytes: 300_000 + 12 + 10 + 12 + 12 + 6,
    });
  });

  it('goes on when the processes that read were idle for long, or were killed', async () => {
    const remote = await makeRemote({ 'packs/beans/pack.yaml': 'name: beans\n' });
    const { git, dataDir } = await openGit({ limits: { idleMs: 200 } });
    const repository = repositoryAt(remote.url);
    const before = had(await git.resolve(repository, 'main'));
    const [reader = 0] = readersIn(dataDir);
    process.kill(reader, 'SIGKILL');
    expect(had(await git.resolve(repository, 'main'))).toEqual(before);
    expect(readersIn(dataDir)).toHaveLength(1);
    expect(readersIn(dataDir)).not.toContain(reader);
    await expect.poll(() => readersIn(dataDir)).toEqual([]);
    expect(had(await git.resolve(repository, 'main'))).toEqual(before);
    await git.close();
    expect(readersIn(dataDir)).toEqual([]);
  });
});

/** The processes that run in a data directory. */
function readersIn(dataDir: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(dataDir);
    } catch {
      return false;
    }
  });
}

describe('the history', () => {
  it('of a pack has the commits that touch it, the newest first', async () => {
    const remote = await makeRemote({ 'packs/beans/pack.yaml': 'name: beans\n' });
    const from = await remote.sha('main');
    const how = { message: 'Factor out earwax\n\nIt was in the way.', author: 'jjm' };
    const sha = await remote.commit({ 'packs/beans/a': '1' }, how);
    await remote.commit({ 'packs/candy/a': '1' }, { author: 'bob', message: 'Candy' });
    const to = await remote.sha('main');
    const { git } = await openGit();
    const repository = repositoryAt(remote.url);
    const log = had(await git.log(repository, { from, to, path: 'packs/beans', max: 10 }));
    expect(log).toEqual([
      { sha, author: 'jjm', subject: 'Factor out earwax', at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
    ]);
    expect(had(await git.log(repository, { from: undefined, to, path: '', max: 2 }))).toHaveLength(2);
    expect(had(await git.isAncestor(repository, from, to))).toBe(true);
    expect(had(await git.isAncestor(repository, to, from))).toBe(false);
  });
});
