import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import type { PackFiles } from '../../src/core/pack.js';
import { sentence } from '../../src/core/reason.js';
import { readPack } from '../../src/packs/read-pack.js';
import { createQuickstart, type Quickstart } from '../../src/quickstart/quickstart.js';

const clock = { now: () => new Date('2026-03-14T12:00:00Z') };
const linkOf = 'http://127.0.0.1:7425/login?token=once';

let root: string;
let dir: string;

async function enterFolder(): Promise<void> {
  root = await mkdtemp(path.join(tmpdir(), 'packtrain-quickstart-'));
  dir = path.join(root, 'quickstart');
}

const leaveFolder = () => rm(root, { recursive: true, force: true });

async function make(env: Record<string, string | undefined> = process.env): Promise<Quickstart> {
  const made = await createQuickstart({ dir, clock, env });
  if (!made.ok) throw new Error(sentence(made.refusal));
  return made.value;
}

/** Git as a newcomer has it: nothing set up. */
async function git(cwd: string, ...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: root, GIT_CONFIG_NOSYSTEM: '1' };
  const { stdout } = await execa('git', args, { cwd, env, extendEnv: false });
  return stdout;
}

/** A pack's files at a revision, straight from Git. */
async function packAt(repository: string, revision: string, folder: string): Promise<PackFiles> {
  const copy = path.join(dir, repository);
  const tree = folder === '' ? revision : `${revision}:${folder}`;
  const lines = (await git(copy, 'ls-tree', '-r', tree)).split('\n');
  const files = lines.map((line) => {
    const [meta = '', file = ''] = line.split('\t');
    return { file, mode: meta.split(' ')[0] ?? '' };
  });
  const texts = new Map<string, string>();
  for (const { file } of files)
    texts.set(file, await git(copy, 'show', `${tree}${folder === '' ? ':' : '/'}${file}`));
  return {
    paths: new Map(files.map(({ file, mode }) => [file, { mode }])),
    text: (file) => texts.get(file),
  };
}

describe('a newcomer starts without a config', () => {
  let quickstart: Quickstart;

  beforeAll(async () => {
    await enterFolder();
    quickstart = await make();
  });
  afterAll(leaveFolder);

  it('and gets two repositories with some history and a branch to try', async () => {
    expect(quickstart.isNew).toBe(true);
    const house = path.join(dir, 'house-packs');
    expect((await git(house, 'log', '--format=%an: %s', 'main')).split('\n')).toEqual([
      'ann: Let people say how strong',
      'jjm: Tell the weather by the barometer',
      'bob: Clean ears, one pair at a time',
      'ann: Count and brew beans',
    ]);
    expect(await git(house, 'log', '-1', '--format=%cI', 'main')).toMatch(/^2026-03-11T12:00:00/);
    expect((await git(house, 'diff', '--name-only', 'main', 'feature/decaf')).split('\n')).toEqual([
      'packs/beans/actions/brew.yaml',
      'packs/beans/actions/decaf.py',
      'packs/beans/actions/decaf.yaml',
      'packs/beans/aliases/decaf.yaml',
      'packs/beans/pack.yaml',
    ]);
    const remote = path.join(dir, 'origin', 'house-packs.git');
    expect((await git(remote, 'for-each-ref', '--format=%(refname:short)')).split('\n')).toEqual([
      'feature/decaf',
      'main',
    ]);
    expect(await git(path.join(dir, 'origin', 'doorbell.git'), 'symbolic-ref', 'HEAD')).toBe(
      'refs/heads/main',
    );
  });

  it('and gets a config that is sound and points at them', async () => {
    const loaded = await loadConfig(quickstart.config);

    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const { repositories, targets } = loaded.config;
    expect([...repositories.values()].map(({ name, url, subtree }) => ({ name, url, subtree }))).toEqual([
      { name: 'house-packs', url: path.join(dir, 'origin/house-packs.git'), subtree: 'packs' },
      { name: 'doorbell', url: path.join(dir, 'origin/doorbell.git'), subtree: false },
    ]);
    expect(targets.get('default')).toMatchObject({ kind: 'directory', path: path.join(dir, 'live') });
    expect((await stat(path.join(dir, 'live'))).isDirectory()).toBe(true);
  });

  it.each([
    ['house-packs', 'main', 'packs/beans'],
    ['house-packs', 'feature/decaf', 'packs/beans'],
    ['house-packs', 'main', 'packs/ears'],
    ['house-packs', 'main', 'packs/weather'],
    ['doorbell', 'main', ''],
  ])('and every pack is one that StackStorm loads: %s %s %s', async (repository, revision, folder) => {
    const pack = readPack(await packAt(repository, revision, folder));

    expect(pack.problems).toEqual([]);
    expect(pack.content?.actions.length).toBeGreaterThan(0);
    expect(pack.content?.aliases.length).toBeGreaterThan(0);
  });

  it('and its scripts run', async () => {
    const ears = path.join(dir, 'house-packs/packs/ears/actions/clean.sh');
    expect((await execa(ears, ['left'])).stdout).toBe('Washing the left ear with warm water.');
    const ring = path.join(dir, 'doorbell/actions/ring.sh');
    expect((await execa(ring, ['bob', '2'])).stdout).toBe('Ding dong! Ding dong! bob is at the door.');
  });

  it('and reads where to sign in, and lines that name what is there', async () => {
    const text = quickstart.greeting(linkOf);

    expect(text).toContain(linkOf);
    const lines = text.split('\n').filter((line) => line.trim().startsWith('!pack'));
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatch(/ (?:why|house-packs) beans(?: feature\/decaf)?$/);
  });

  it('and can commit and push without having set up git', async () => {
    const copy = path.join(dir, 'house-packs');

    await writeFile(path.join(copy, 'packs/beans/CHANGES.md'), 'More beans.\n');
    await git(copy, 'add', '.');
    await git(copy, 'commit', '-qm', 'More beans');
    await git(copy, 'push', '-q');

    const remote = path.join(dir, 'origin', 'house-packs.git');
    expect(await git(remote, 'log', '-1', '--format=%an %s', 'main')).toBe('ann More beans');
  });
});

describe('a workspace', () => {
  beforeEach(enterFolder);
  afterEach(leaveFolder);

  it("has nothing of the user's own git config", async () => {
    await writeFile(path.join(root, '.gitconfig'), '[user]\nname = Secret Me\n[commit]\ngpgsign = true\n');

    await make({ ...process.env, HOME: root, GIT_AUTHOR_NAME: 'Secret Me', GIT_DIR: root });

    const log = await git(path.join(dir, 'house-packs'), 'log', '--all', '--format=%an %cn');
    expect(log).not.toContain('Secret Me');
  });

  it('may be moved elsewhere', async () => {
    await make();
    const elsewhere = path.join(root, 'elsewhere');
    await rename(dir, elsewhere);

    expect(await git(path.join(elsewhere, 'house-packs'), 'pull', '--quiet')).toBe('');
    expect((await loadConfig(path.join(elsewhere, 'packtrain.yaml'))).ok).toBe(true);
  });
});

describe('a start after the first', () => {
  beforeEach(enterFolder);
  afterEach(leaveFolder);

  it('uses the workspace as it is and changes nothing', async () => {
    await make();
    await writeFile(path.join(dir, 'packtrain.yaml'), '# my own\n');
    const before = await git(path.join(dir, 'origin/house-packs.git'), 'rev-parse', 'main');

    const again = await make();

    expect(again.isNew).toBe(false);
    expect(await readFile(again.config, 'utf8')).toBe('# my own\n');
    expect(await git(path.join(dir, 'origin/house-packs.git'), 'rev-parse', 'main')).toBe(before);
  });

  it('makes the workspace anew where one was left unfinished', async () => {
    await mkdir(path.join(`${dir}.unfinished`, 'origin'), { recursive: true });

    await make();

    expect(await readdir(root)).toEqual(['quickstart']);
  });

  it("leaves somebody's own folder alone and says so", async () => {
    await mkdir(dir);
    await writeFile(path.join(dir, 'thesis.txt'), 'all my work');

    const made = await createQuickstart({ dir, clock, env: process.env });

    expect(made).toMatchObject({ ok: false, refusal: { code: 'quickstart-in-the-way' } });
    expect(await readdir(dir)).toEqual(['thesis.txt']);
  });

  it('says what is missing when there is no git, and leaves nothing behind', async () => {
    const made = await createQuickstart({ dir, clock, env: { PATH: root } });

    if (made.ok) throw new Error('made without git');
    expect(sentence(made.refusal)).toContain('git is not installed');
    expect(await readdir(root)).toEqual([]);
  });
});
