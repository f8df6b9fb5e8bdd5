import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Config } from '../../src/config/config.js';
import type { Problem } from '../../src/config/problem.js';
import type { ConfigSource } from '../../src/config/source.js';
import { openConfig } from '../../src/config/watch.js';

let folder: string;
let file: string;
let source: ConfigSource;
let changes: (readonly [now: Config, before: Config])[];
let refused: (readonly Problem[])[];

function withAdmin(name: string): string {
  return `repositories: {}\nadmins: [${name}]\n`;
}

async function open(path: string): Promise<void> {
  const opened = await openConfig(path, { settleMs: 20, pollMs: 50 });
  if (!opened.ok) throw new Error('the config was refused');
  source = opened.source;
  source.onChange((now, before) => changes.push([now, before]));
  source.onProblems((problems) => refused.push(problems));
}

const admins = () => source.current().access.admins;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packtrain-watch-'));
  file = join(folder, 'packtrain.yaml');
  changes = [];
  refused = [];
  await writeFile(file, withAdmin('ann'));
});

afterEach(async () => {
  source.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a config that is in use', () => {
  it('follows its file, and says what it was before', async () => {
    await open(file);
    await writeFile(file, withAdmin('bob'));
    await vi.waitFor(() => expect(admins()).toEqual(['bob']));
    expect(changes.map(([now, before]) => [now.access.admins, before.access.admins])).toEqual([
      [['bob'], ['ann']],
    ]);
  });

  it('follows an editor that writes beside it and renames over it, again and again', async () => {
    await open(file);
    for (const name of ['bob', 'jjm', 'ann']) {
      await writeFile(`${file}~`, withAdmin(name));
      await rename(`${file}~`, file);
      await vi.waitFor(() => expect(admins()).toEqual([name]));
    }
    expect(refused).toEqual([]);
  });

  it('follows a symlink to a folder that is swapped for another', async () => {
    for (const name of ['ann', 'bob']) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'packtrain.yaml'), withAdmin(name));
    }
    await mkdir(join(folder, 'mount'));
    await symlink('../ann', join(folder, 'mount/data'));
    await symlink('data/packtrain.yaml', join(folder, 'mount/packtrain.yaml'));
    await open(join(folder, 'mount/packtrain.yaml'));
    await symlink('../bob', join(folder, 'mount/next'));
    await rename(join(folder, 'mount/next'), join(folder, 'mount/data'));
    await vi.waitFor(() => expect(admins()).toEqual(['bob']));
  });

  it('stays as it was when the new file is broken, tells the problems once, and takes the mended one', async () => {
    await open(file);
    await writeFile(file, 'repositories: {}\nadmin: [bob]\n');
    await vi.waitFor(() => expect(refused).toHaveLength(1));
    expect(refused[0]?.[0]).toMatchObject({ file, line: 2, column: 1 });
    expect(refused[0]?.[0]?.text).toContain('Did you mean "admins"?');
    await new Promise((done) => setTimeout(done, 200));
    expect(refused).toHaveLength(1);
    expect(admins()).toEqual(['ann']);
    await writeFile(file, withAdmin('bob'));
    await vi.waitFor(() => expect(admins()).toEqual(['bob']));
  });

  it('refuses what a check from outside finds, with its place', async () => {
    const check = ({ access }: Config) =>
      access.admins.includes('bob') ? [{ path: ['admins', 0], text: 'Not bob.' }] : [];
    const opened = await openConfig(file, { settleMs: 20, pollMs: 50, check });
    if (!opened.ok) throw new Error('the config was refused');
    source = opened.source;
    await writeFile(file, withAdmin('bob'));
    const loaded = await source.reload();
    expect(loaded).toMatchObject({ ok: false, problems: [{ line: 2, column: 10, text: 'Not bob.' }] });
    expect(admins()).toEqual(['ann']);
    expect(await openConfig(file, { check })).toMatchObject({ ok: false });
  });

  it('stays as it was when the file is gone, and says so', async () => {
    await open(file);
    await rm(file);
    await vi.waitFor(() =>
      expect(
        refused
          .flat()
          .map((p) => p.text)
          .join(),
      ).toContain('There is no such file'),
    );
    expect(admins()).toEqual(['ann']);
  });

  it('is read again at once when asked to', async () => {
    await open(file);
    await writeFile(file, withAdmin('bob'));
    expect(await source.reload()).toMatchObject({ ok: true, config: { access: { admins: ['bob'] } } });
    expect(admins()).toEqual(['bob']);
    await writeFile(file, 'nonsense');
    expect(await source.reload()).toMatchObject({ ok: false });
    expect(admins()).toEqual(['bob']);
  });

  it('says nothing when the file is touched but the same', async () => {
    await open(file);
    await writeFile(file, withAdmin('ann'));
    await new Promise((done) => setTimeout(done, 200));
    expect(changes).toEqual([]);
  });

  it('no longer follows its file once closed', async () => {
    await open(file);
    source.close();
    await writeFile(file, withAdmin('bob'));
    await new Promise((done) => setTimeout(done, 200));
    expect(admins()).toEqual(['ann']);
    expect(changes).toEqual([]);
  });
});
