import { execFile } from 'node:child_process';
import {
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ok } from '../../src/core/result.js';
import type { Release, Target } from '../../src/core/target.js';
import { createDirectoryTarget } from '../../src/drivers/targets/directory.js';
import {
  fillOf,
  movableClock,
  mustBeOk,
  numberAt,
  outcome,
  refusalText,
  releaseOf,
  type TemporaryFolder,
  temporaryFolder,
} from './fixture.js';

const run = promisify(execFile);
const first = releaseOf('beans', 1);
const second = releaseOf('beans', 2);
let folder: TemporaryFolder;
let root: string;
let target: Target;
const clock = movableClock();

beforeEach(async () => {
  folder = await temporaryFolder();
  root = join(folder.path, 'packs');
  await mkdir(root);
  target = createDirectoryTarget({ name: 'default', path: root, clock });
});
afterEach(() => folder.remove());

const own = (...parts: string[]) => join(root, '.packtrain', ...parts);

async function goLive(release: Release, expected?: string, on = target): Promise<void> {
  mustBeOk(await on.stage(release, fillOf(release.deployment), 100));
  mustBeOk(await on.activate({ release, expected, adopt: false }));
}

async function adopt(release: Release, on = target): Promise<string> {
  mustBeOk(await on.stage(release, fillOf(release.deployment), 100));
  return outcome(await on.activate({ release, expected: undefined, adopt: true }));
}

describe('what lies where', () => {
  it('links the pack to its release with a relative link, and keeps the record beside it', async () => {
    await goLive(first);
    expect(await readlink(join(root, 'beans'))).toBe(`.packtrain/releases/beans/${first.id}`);
    expect(JSON.parse(await readFile(own('releases', 'beans', `${first.id}.json`), 'utf8'))).toEqual({
      format: 1,
      release: first,
      files: 2,
      bytes: 30,
      stagedAt: '2026-03-01T09:00:00.000Z',
    });
  });

  it('leaves nothing in the staging folder and no lock', async () => {
    await goLive(first);
    await goLive(second, first.id);
    mustBeOk(await target.restore(second, first.id));
    expect(await readdir(own('staging'))).toEqual([]);
    expect(await readdir(own('locks'))).toEqual([]);
  });

  it('survives that the whole target is moved', async () => {
    await goLive(first);
    const elsewhere = join(folder.path, 'elsewhere');
    await rename(root, elsewhere);
    const moved = createDirectoryTarget({ name: 'default', path: elsewhere, clock });
    expect(outcome(await moved.verify(first))).toBe('ok');
    expect(await numberAt(join(elsewhere, 'beans'))).toBe(1);
  });

  it.each(['a link', 'odd \' " name\n with ümlaut, $HOME and %2F'])(
    'works in a folder named %j',
    async (name) => {
      const path = join(folder.path, name);
      if (name === 'a link') await symlink('packs', path);
      else await mkdir(path);
      const odd = createDirectoryTarget({ name: 'default', path, clock });
      await goLive(first, undefined, odd);
      await goLive(second, first.id, odd);
      expect(await odd.check()).toEqual([]);
      expect(await numberAt(join(path, 'beans'))).toBe(2);
    },
  );

  it.each(['../../../escape', '.previous', 'v1.2~rc', 'a/b', 'x.json', 'Ω %2F', '%2E%2E'])(
    'keeps the release %j inside its folder',
    async (id) => {
      const odd = { ...first, id };
      await goLive(odd);
      expect(mustBeOk(await target.live('beans'))).toEqual({ state: 'managed', release: odd });
      expect((await readdir(root)).sort()).toEqual(['.packtrain', 'beans']);
      expect(await readdir(own('releases', 'beans'))).toHaveLength(3);
      await goLive(second, id);
      mustBeOk(await target.restore(second, id));
      expect(outcome(await target.verify(odd))).toBe('ok');
    },
  );

  it('calls it a bug when a release id is used for something else', async () => {
    await goLive(first);
    const other = { ...first, deployment: 7 };
    await expect(target.stage(other, fillOf(7), 100)).rejects.toThrow('already used');
    await expect(target.stage({ ...first, id: '' }, fillOf(1), 100)).rejects.toThrow(RangeError);
  });
});

describe("a pack's files", () => {
  it('can be read by others and keep their executable bit, whatever modes they came with', async () => {
    const fill = async (at: string) => {
      await fillOf(1)(at);
      await writeFile(join(at, 'actions', 'run.sh'), '#!/bin/sh\n', { mode: 0o700 });
      await mkdir(join(at, 'secretive'), { mode: 0o700 });
      await writeFile(join(at, 'secretive', 'notes'), 'x', { mode: 0o400 });
      await symlink('run.sh', join(at, 'actions', 'alias.sh'));
      return ok(undefined);
    };
    const umask = process.umask(0o022);
    mustBeOk(await target.stage(first, fill, 100).finally(() => process.umask(umask)));
    mustBeOk(await target.activate({ release: first, expected: undefined, adopt: false }));
    const mode = async (path: string) => ((await lstat(join(root, path))).mode & 0o777).toString(8);
    expect(await mode('.packtrain')).toBe('755');
    expect(await mode(`.packtrain/releases/beans/${first.id}`)).toBe('755');
    expect(await mode('beans/pack.yaml')).toBe('644');
    expect(await mode('beans/actions/run.sh')).toBe('755');
    expect(await mode('beans/secretive')).toBe('755');
    expect(await mode('beans/secretive/notes')).toBe('644');
    expect(await readlink(join(root, 'beans/actions/alias.sh'))).toBe('run.sh');
    expect(outcome(await target.verify(first))).toBe('ok');
  });

  it('follow a stricter umask', async () => {
    const umask = process.umask(0o027);
    mustBeOk(await target.stage(first, fillOf(1), 100).finally(() => process.umask(umask)));
    const file = await lstat(own('releases', 'beans', first.id, 'pack.yaml'));
    expect((file.mode & 0o777).toString(8)).toBe('640');
  });

  it('may have names that are not UTF-8', async () => {
    const fill = async (at: string) => {
      await fillOf(1)(at);
      await writeFile(Buffer.concat([Buffer.from(`${at}/`), Buffer.from([0xff, 0x0a, 0xfe])]), 'x');
      return ok(undefined);
    };
    mustBeOk(await target.stage(first, fill, 100));
    mustBeOk(await target.activate({ release: first, expected: undefined, adopt: false }));
    expect(outcome(await target.verify(first))).toBe('ok');
  });
});

describe('verify and check', () => {
  const damages: [string, () => Promise<unknown>, string][] = [
    ['a file is gone', () => rm(join(root, 'beans/actions/second.yaml')), '1 files instead of 2'],
    [
      'a file was cut',
      () => writeFile(join(root, 'beans/actions/second.yaml'), ''),
      '15 bytes instead of 30',
    ],
    ['pack.yaml is gone', () => rm(join(root, 'beans/pack.yaml')), 'pack.yaml is missing or empty'],
    [
      'the release is gone',
      () => rm(own('releases/beans', first.id), { recursive: true }),
      'folder is missing',
    ],
  ];

  it.each(damages)('tell that %s', async (_, damage, words) => {
    await goLive(first);
    await damage();
    const result = await target.verify(first);
    expect(outcome(result)).toBe('release-incomplete');
    expect(refusalText(result)).toContain(words);
    expect((await target.check()).map((problem) => problem.what)).toEqual([expect.stringContaining(words)]);
  });

  it('find a release whose record tells of another one', async () => {
    await goLive(first);
    expect(refusalText(await target.verify({ ...first, deployment: 5 }))).toContain('another release');
  });

  it('treat a link to a release without a record as foreign, which can be adopted and replaced', async () => {
    await goLive(first);
    await writeFile(own('releases', 'beans', `${first.id}.json`), '{"format": 1');
    expect(mustBeOk(await target.live('beans'))).toEqual({
      state: 'foreign',
      description: `a link to the release ${first.id} without its record`,
    });
    expect(await adopt(second)).toBe('ok');
    expect(await numberAt(join(root, 'beans'))).toBe(2);
  });

  it('never stage over the live release, only over one that is not', async () => {
    await goLive(first);
    await rm(join(root, 'beans/actions/second.yaml'));
    expect(refusalText(await target.stage(first, fillOf(1), 100))).toContain('it is live');
    await goLive(second, first.id);
    mustBeOk(await target.stage(first, fillOf(1), 100));
    mustBeOk(await target.restore(second, first.id));
    expect(outcome(await target.verify(first))).toBe('ok');
  });
});

describe('what was there before', () => {
  const kinds: [string, () => Promise<unknown>, string][] = [
    ['a folder', () => mkdir(join(root, 'beans/actions'), { recursive: true }), 'a folder'],
    ['a file', () => writeFile(join(root, 'beans'), 'x'), 'a file'],
    [
      'a link elsewhere',
      () => symlink('../checkouts/beans', join(root, 'beans')),
      'a link to ../checkouts/beans',
    ],
    ['a socket or the like', () => run('mkfifo', [join(root, 'beans')]), 'something'],
  ];

  it.each(kinds)(
    'is refused when it is %s, kept when adopted, and comes back',
    async (_, make, description) => {
      await make();
      const before = await lstat(join(root, 'beans'));
      mustBeOk(await target.stage(first, fillOf(1), 100));
      const refusal = await target.activate({ release: first, expected: undefined, adopt: false });
      expect(refusalText(refusal)).toContain(
        `${join(root, 'beans')} is ${description} that Packtrain did not put there`,
      );
      expect(refusalText(refusal)).toContain('--adopt');

      expect(await adopt(first)).toBe('ok');
      expect(await numberAt(join(root, 'beans'))).toBe(1);
      expect((await lstat(own('adopted', `beans-${first.id}`))).mode).toBe(before.mode);

      mustBeOk(await target.restore(first, undefined));
      expect((await lstat(join(root, 'beans'))).mode).toBe(before.mode);
      expect(await readdir(own('adopted'))).toEqual([]);
    },
  );

  it('stays kept when later releases come', async () => {
    await mkdir(join(root, 'beans'));
    await writeFile(join(root, 'beans', 'mine'), 'x');
    expect(await adopt(first)).toBe('ok');
    await goLive(second, first.id);
    await target.prune('beans', 1);
    expect(await readFile(own('adopted', `beans-${first.id}`, 'mine'), 'utf8')).toBe('x');
  });

  it('is never lost to a second adoption by the same release', async () => {
    await mkdir(join(root, 'beans'));
    expect(await adopt(first)).toBe('ok');
    await rm(join(root, 'beans'));
    await mkdir(join(root, 'beans'));
    expect(await adopt(first)).toBe('kept-in-the-way');
    expect(outcome(await target.restore(first, undefined))).toBe('live-changed');
    expect((await lstat(join(root, 'beans'))).isDirectory()).toBe(true);
  });

  it('is not adopted when a release of ours was expected in its place', async () => {
    await goLive(first);
    await rm(join(root, 'beans'));
    await mkdir(join(root, 'beans'));
    mustBeOk(await target.stage(second, fillOf(2), 100));
    const result = await target.activate({ release: second, expected: first.id, adopt: true });
    expect(refusalText(result)).toContain(`it was to be the release ${first.id} and is nothing of Packtrain`);
  });

  it('puts the previous release back when somebody removed the link', async () => {
    await goLive(first);
    await goLive(second, first.id);
    await rm(join(root, 'beans'));
    mustBeOk(await target.restore(second, first.id));
    expect(await numberAt(join(root, 'beans'))).toBe(1);
  });
});

describe('what killed processes left', () => {
  const dead = `999999999.1.abc.${'nobody'}`;

  it('is swept when a pack is staged, but what others still fill is not', async () => {
    await goLive(first);
    const [deadHere, elsewhere] = await leftovers();
    mustBeOk(await target.stage(second, slowFill, 100));
    expect(await readdir(own('staging'))).toEqual([elsewhere]);
    expect(deadHere).not.toBe(elsewhere);

    clock.move(2 * 24 * 60 * 60 * 1000);
    await target.prune('beans', 5);
    expect(await readdir(own('staging'))).toEqual([]);
  });

  async function leftovers(): Promise<readonly string[]> {
    const here = 'peas~nonsense';
    const there = `peas~${dead}`;
    for (const name of [here, there]) {
      await mkdir(own('staging', name, 'actions'), { recursive: true });
      await utimes(own('staging', name), clock.now(), clock.now());
    }
    return [here, there];
  }

  // While this one is being filled, another pack is staged, which sweeps.
  async function slowFill(at: string) {
    const other = createDirectoryTarget({ name: 'default', path: root, clock });
    mustBeOk(await other.stage(releaseOf('peas', 3), fillOf(3), 100));
    return fillOf(2)(at);
  }

  it('does not make prune stumble: a record or a folder alone is removed', async () => {
    await goLive(first);
    await writeFile(own('releases', 'beans', 'orphan.json'), '{}');
    await mkdir(own('releases', 'beans', 'unrecorded'));
    await target.prune('beans', 5);
    const left = await readdir(own('releases', 'beans'));
    expect(left.sort()).toEqual([first.id, `${first.id}.files`, `${first.id}.json`]);
  });
});
