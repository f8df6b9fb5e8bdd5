import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sentence } from '../../src/core/reason.js';
import type { FixtureFiles } from '../fixtures/git-repo.js';
import { codeOf, had, makeRemote, openGit, repositoryAt, temporaryFolder } from './workspace.js';

const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`;
const link = (content: string) => ({ mode: '120000', content });
const way = [
  ['from memory', {}],
  ['through git archive', { directBytes: -1 }],
] as const;

describe.each(way)('exporting a pack %s', (_, limits) => {
  async function exportPack(files: FixtureFiles, more: object = {}) {
    const below = Object.entries(files).map(([path, file]) => [`packs/beans/${path}`, file]);
    const remote = await makeRemote({ 'secret.txt': 's', ...Object.fromEntries(below) });
    const { git } = await openGit({ limits: { ...limits, ...more } });
    const repository = repositoryAt(remote.url);
    const { sha } = had(await git.resolve(repository, 'main'));
    const destination = join(await temporaryFolder(), 'release');
    const exported = await git.export(repository, { sha, path: 'packs/beans' }, destination);
    return { exported, destination, at: (path: string) => join(destination, path) };
  }

  it('keeps contents, modes and links', async () => {
    const binary = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256));
    const { exported, at } = await exportPack({
      'pack.yaml': 'name: beans\n',
      'actions/run.sh': { mode: '100755', content: '#!/bin/sh\n' },
      'actions/Run.sh': 'another\n',
      [`deep/${'long-name-'.repeat(12)}/${'x'.repeat(150)}`]: binary,
      empty: '',
      'ünï çödé "quoted"': 'naïve',
      'latest/current': link('../actions/run.sh'),
      again: link('latest/current'),
      dangling: link('nowhere'),
    });
    expect(had(exported).files).toBe(9);
    expect((await stat(at('actions/run.sh'))).mode & 0o777).toBe(0o755);
    expect((await stat(at('pack.yaml'))).mode & 0o777).toBe(0o644);
    expect(await readFile(at(`deep/${'long-name-'.repeat(12)}/${'x'.repeat(150)}`))).toEqual(binary);
    expect(await readFile(at('actions/Run.sh'), 'utf8')).toBe('another\n');
    expect(await readFile(at('ünï çödé "quoted"'), 'utf8')).toBe('naïve');
    expect(await readlink(at('latest/current'))).toBe('../actions/run.sh');
    expect(await readFile(at('again'), 'utf8')).toBe('#!/bin/sh\n');
    expect((await lstat(at('dangling'))).isSymbolicLink()).toBe(true);
  });

  it('takes files as they are, whatever .gitattributes says', async () => {
    const { exported, at } = await exportPack({
      'pack.yaml': 'name: beans\n',
      '.gitattributes':
        'tests export-ignore\n*.md export-subst\n*.txt text eol=crlf\n*.bin filter=lfs\n* ident\n',
      'tests/.gitattributes': '* export-ignore\n',
      'tests/test_beans.py': 'pass\n',
      'README.md': '$Format:%H$ $Id$\n',
      'x.txt': 'a\nb\n',
      'x.bin': 'raw',
    });
    had(exported);
    expect(await readFile(at('tests/test_beans.py'), 'utf8')).toBe('pass\n');
    expect(await readFile(at('README.md'), 'utf8')).toBe('$Format:%H$ $Id$\n');
    expect(await readFile(at('x.txt'), 'utf8')).toBe('a\nb\n');
    expect(await readFile(at('x.bin'), 'utf8')).toBe('raw');
  });

  it.each([
    ['an absolute link', { a: link('/etc/passwd') }, 'pack-links-escape', 'a -> /etc/passwd'],
    ['a link to a neighbour', { 'x/a': link('../../candy') }, 'pack-links-escape', 'x/a -> ../../candy'],
    [
      'a link that leads out through another',
      { 'a/up': link('..'), out: link('a/up/..') },
      'pack-links-escape',
      'out -> a/up/..',
    ],
    ['submodules', { lib: { mode: '160000', content: '1'.repeat(40) } }, 'pack-has-submodules', ': lib.'],
    [
      'LFS pointers',
      { 'big.bin': pointer, 'x/b.bin': pointer },
      'pack-has-lfs-pointers',
      'big.bin, x/b.bin.',
    ],
  ])('refuses %s, and leaves nothing behind', async (_name, files: FixtureFiles, code, words) => {
    const { exported, destination } = await exportPack({ 'pack.yaml': 'name: beans\n', ...files });
    expect(codeOf(exported)).toBe(code);
    expect(exported.ok ? '' : sentence(exported.refusal)).toContain(words);
    expect(existsSync(destination)).toBe(false);
  });

  it('refuses more than is allowed', async () => {
    const files = { 'pack.yaml': 'name: beans\n', a: 'x'.repeat(1000) };
    expect(codeOf((await exportPack(files, { packBytes: 1012 })).exported)).toBe('ok');
    expect(codeOf((await exportPack(files, { packBytes: 1011 })).exported)).toBe('pack-too-large');
    expect(codeOf((await exportPack(files, { packFiles: 1 })).exported)).toBe('pack-too-large');
  });
});

describe('where a pack is written', () => {
  async function setUp() {
    const remote = await makeRemote({ 'pack.yaml': 'name: beans\n' });
    const { git } = await openGit();
    const repository = repositoryAt(remote.url, { subtree: false });
    const { sha } = had(await git.resolve(repository, 'main'));
    const folder = await temporaryFolder();
    const to = (path: string) => git.export(repository, { sha, path: '' }, join(folder, path));
    return { folder, to };
  }

  it('may be an empty folder, but none with something in it', async () => {
    const { folder, to } = await setUp();
    await mkdir(join(folder, 'empty'));
    expect(codeOf(await to('empty'))).toBe('ok');
    expect(codeOf(await to('empty'))).toBe('destination-not-empty');
    expect(await readFile(join(folder, 'empty', 'pack.yaml'), 'utf8')).toBe('name: beans\n');
  });

  it('cannot be below a file: that is a mistake of the caller, and thrown', async () => {
    const { folder, to } = await setUp();
    await writeFile(join(folder, 'file'), '');
    await expect(to('file/below')).rejects.toThrow('ENOTDIR');
  });

  it.skipIf(process.getuid?.() === 0)(
    'is refused where permissions are missing (skipped as root)',
    async () => {
      const { folder, to } = await setUp();
      await chmod(folder, 0o500);
      expect(codeOf(await to('below'))).toBe('data-not-writable');
      await chmod(folder, 0o700);
    },
  );
});
