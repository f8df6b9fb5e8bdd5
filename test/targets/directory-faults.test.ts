import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ok } from '../../src/core/result.js';
import type { FillFolder, Target } from '../../src/core/target.js';
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

const first = releaseOf('beans', 1);
const second = releaseOf('beans', 2);
const mebibyte = 1024 * 1024;
const isRoot = process.getuid?.() === 0;
const canMount = tryMount();

let folder: TemporaryFolder;
let root: string;
let target: Target;

beforeEach(async () => {
  folder = await temporaryFolder();
  root = join(folder.path, 'packs');
  target = createDirectoryTarget({ name: 'default', path: root, clock: movableClock() });
});
afterEach(() => folder.remove());

async function goLive(on: Target = target): Promise<void> {
  mustBeOk(await on.stage(first, fillOf(1), 100));
  mustBeOk(await on.activate({ release: first, expected: undefined, adopt: false }));
}

/** What every method that can be refused answers. */
async function answers(): Promise<string[]> {
  const results = [
    await target.live('beans'),
    await target.list(),
    await target.stage(first, fillOf(1), 100),
    await target.activate({ release: first, expected: undefined, adopt: true }),
    await target.verify(first),
    await target.restore(first, undefined),
  ];
  return [...new Set(results.map(outcome))];
}

describe("the target's folder", () => {
  it('is missing', async () => {
    expect(await answers()).toEqual(['target-missing']);
    const [problem, ...others] = await target.check();
    expect(problem?.what).toBe(`The target default has no folder ${root}.`);
    expect(problem?.next).toContain('Make the folder');
    expect(others).toEqual([]);
    expect(await readdir(folder.path)).toEqual([]);
    await target.prune('beans', 5);
  });

  it('is missing behind a link', async () => {
    await symlink('nowhere', root);
    expect(await answers()).toEqual(['target-missing']);
  });

  it('is a file', async () => {
    await writeFile(root, 'x');
    expect(await answers()).toEqual(['target-not-folder']);
    expect((await target.check()).map((problem) => problem.next)).toEqual([
      'Move it away, or correct the path in the config.',
    ]);
  });

  it('holds a file where Packtrain needs its own folder', async () => {
    await mkdir(root);
    await writeFile(join(root, '.packtrain'), 'x');
    const result = await target.stage(first, fillOf(1), 100);
    expect(outcome(result)).toBe('target-not-folder');
    expect(refusalText(result)).toContain(join(root, '.packtrain'));
    expect(await target.check()).toHaveLength(1);
  });

  it('goes away while a pack is staged', async () => {
    await mkdir(root);
    const fill: FillFolder = async () => {
      await rm(root, { recursive: true });
      return ok(undefined);
    };
    expect(outcome(await target.stage(first, fill, 100))).toBe('target-missing');
  });

  it('is not ours to write in', async () => {
    await mkdir(root);
    await goLive();
    await asSomebodyElse(root, async () => {
      const result = await target.stage(second, fillOf(2), 100);
      expect(outcome(result)).toBe('target-no-permission');
      expect(refusalText(result)).toMatch(/Packtrain runs as \S+, which may not read and write/);
      expect(outcome(await target.activate({ release: second, expected: first.id, adopt: false }))).toBe(
        'target-no-permission',
      );
      expect(outcome(await target.restore(first, undefined))).toBe('target-no-permission');
      await target.prune('beans', 5);
    });
    expect(await numberAt(join(root, 'beans'))).toBe(1);
    expect(outcome(await target.verify(first))).toBe('ok');
  });

  it("does not take another place's missing permission for its own", async () => {
    await mkdir(root);
    const elsewhere = Object.assign(new Error('EACCES'), { code: 'EACCES', path: '/somewhere/else' });
    await expect(target.stage(first, () => Promise.reject(elsewhere), 100)).rejects.toBe(elsewhere);
  });
});

/** Runs the body as a user who may only read the folder: nobody for root, else by taking the write bits away. */
async function asSomebodyElse(path: string, body: () => Promise<void>): Promise<void> {
  if (isRoot) {
    // The way there must be open to nobody; the folder itself stays root's.
    await chmod(folder.path, 0o755);
    process.seteuid?.(65534);
    await body().finally(() => process.seteuid?.(0));
    return;
  }
  const folders = [
    path,
    ...['', 'staging', 'locks', 'releases/beans'].map((name) => join(path, '.packtrain', name)),
  ];
  for (const each of folders) await chmod(each, 0o555);
  await body().finally(async () => {
    for (const each of folders) await chmod(each, 0o755);
  });
}

describe('room', () => {
  it('is asked for before anything is written', async () => {
    await mkdir(root);
    const result = await target.stage(first, fillOf(1), 2 ** 60);
    expect(outcome(result)).toBe('target-full');
    expect(refusalText(result)).toMatch(
      /too little room in .*: [\d.]+ MiB free, [\d.]+ MiB needed\. Free some room/,
    );
    expect(await readdir(join(root, '.packtrain', 'staging'))).toEqual([]);
  });

  it('that ends while the folder is filled is told from any depth of causes', async () => {
    await mkdir(root);
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
    const wrapped = new Error('tar failed', { cause: new Error('stream', { cause: full }) });
    expect(outcome(await target.stage(first, () => Promise.reject(wrapped), 100))).toBe('target-full');
  });
});

describe.skipIf(!canMount)('a file system of its own (needs root and the right to mount)', () => {
  beforeEach(async () => {
    await mkdir(root);
    mount(root, 'size=20m');
  });
  afterEach(() => {
    execFileSync('umount', [root]);
  });

  const fillWith = (bytes: number): FillFolder => {
    return async (at) => {
      await writeFile(join(at, 'big'), Buffer.alloc(bytes));
      return fillOf(2)(at);
    };
  };

  it('has room checked, and what is live untouched when it runs out all the same', async () => {
    await goLive();
    expect(outcome(await target.stage(second, fillWith(mebibyte), 15 * mebibyte))).toBe('target-full');
    // A pack that is larger than was said.
    const result = await target.stage(second, fillWith(40 * mebibyte), 100);
    expect(outcome(result)).toBe('target-full');
    expect(refusalText(result)).toContain('What is live is untouched.');
    expect(outcome(await target.verify(first))).toBe('ok');
    expect(await readdir(join(root, '.packtrain', 'staging'))).toEqual([]);

    await writeFile(join(root, 'filler'), Buffer.alloc(18 * mebibyte));
    expect((await target.check()).map((problem) => problem.what)).toEqual([
      expect.stringContaining('too little room'),
    ]);
    await rm(join(root, 'filler'));
    mustBeOk(await target.stage(second, fillWith(mebibyte), mebibyte));
    mustBeOk(await target.activate({ release: second, expected: first.id, adopt: false }));
    expect(await numberAt(join(root, 'beans'))).toBe(2);
  });

  it('may have no room for a single byte more', async () => {
    await goLive();
    execFileSync('sh', ['-c', 'cat /dev/zero > filler 2>/dev/null || true'], { cwd: root });
    expect(outcome(await target.stage(second, fillOf(2), 0))).toBe('target-full');
    expect(outcome(await target.verify(first))).toBe('ok');
  });

  it('is mounted read-only', async () => {
    await goLive();
    execFileSync('mount', ['-o', 'remount,ro', root]);
    const result = await target.stage(second, fillOf(2), 100);
    expect(outcome(result)).toBe('target-read-only');
    expect(outcome(await target.activate({ release: second, expected: first.id, adopt: false }))).toBe(
      'target-read-only',
    );
    expect(outcome(await target.restore(first, undefined))).toBe('target-read-only');
    expect((await target.check())[0]?.what).toContain('mounted read-only');
    expect(outcome(await target.verify(first))).toBe('ok');
    await target.prune('beans', 5);
    execFileSync('mount', ['-o', 'remount,rw', root]);
    mustBeOk(await target.stage(second, fillOf(2), 100));
  });

  it('is another one than the folder for temporary files is on, which does not matter', async () => {
    await goLive();
    expect(outcome(await target.verify(first))).toBe('ok');
    expect(await target.check()).toEqual([]);
  });

  it("is not the one that Packtrain's own folder is on", async () => {
    const own = join(root, '.packtrain');
    await mkdir(own);
    mount(own, 'size=16m');
    try {
      expect((await target.check())[0]?.what).toContain('more than one file system');
      mustBeOk(await target.stage(first, fillOf(1), 100));
      const result = await target.activate({ release: first, expected: undefined, adopt: false });
      expect(outcome(result)).toBe('target-split');
      expect(mustBeOk(await target.live('beans'))).toEqual({ state: 'absent' });
    } finally {
      execFileSync('umount', [own]);
    }
  });

  it("has another one mounted at the pack's place", async () => {
    const place = join(root, 'beans');
    await mkdir(place);
    mount(place, 'size=1m');
    try {
      mustBeOk(await target.stage(first, fillOf(1), 100));
      const result = await target.activate({ release: first, expected: undefined, adopt: true });
      expect(outcome(result)).toBe('target-mounted');
      expect(refusalText(result)).toContain(place);
    } finally {
      execFileSync('umount', [place]);
    }
  });

  it('belongs to nobody that the system knows by name', async () => {
    await chown(root, 54321, 54321);
    expect(await target.check()).toEqual([]);
  });
});

function mount(at: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', at]);
}

function tryMount(): boolean {
  if (!isRoot) return false;
  try {
    // In a mount namespace of its own, which ends with the command.
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
