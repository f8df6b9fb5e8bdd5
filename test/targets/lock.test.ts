import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/drivers/targets/directory/files.js';
import { withLock } from '../../src/drivers/targets/directory/lock.js';
import { claim } from '../../src/drivers/targets/directory/owner.js';
import { createDirectoryTarget } from '../../src/drivers/targets/directory.js';
import {
  fillOf,
  movableClock,
  mustBeOk,
  outcome,
  refusalText,
  releaseOf,
  type TemporaryFolder,
  temporaryFolder,
} from './fixture.js';

const release = releaseOf('beans', 1);
const here = hostname();
let folder: TemporaryFolder;
let path: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  path = join(folder.path, 'beans');
});
afterEach(() => folder.remove());

const lock = (patienceMs = 30_000) => ({ files: nodeFiles, path, patienceMs });

/** The pid of a process that has ended. */
async function endedPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('a lock', () => {
  it('lets one in at a time, also when all find one that a dead process left', async () => {
    await symlink(`${await endedPid()}.1.abcdef.${here}`, path);
    let inside = 0;
    let entered = 0;
    const body = async () => {
      inside += 1;
      expect(inside).toBe(1);
      await sleep(1);
      inside -= 1;
      entered += 1;
    };
    await Promise.all(Array.from({ length: 40 }, () => withLock(lock(), body)));
    expect(entered).toBe(40);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('is broken when breaking it was cut short as well', async () => {
    const pid = await endedPid();
    await symlink(`${pid}.1.abcdef.${here}`, path);
    await symlink(`${pid}.1.fedcba.${here}`, `${path}.abcdef`);
    expect(await withLock(lock(), async () => 'in')).toBe('in');
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('is not mistaken for that of a new process with the same number', async () => {
    const child = spawn('sleep', ['60']);
    try {
      await symlink(`${child.pid}.1.abcdef.${here}`, path);
      expect(await withLock(lock(), async () => 'in')).toBe('in');
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  it('of another machine is broken only after the whole patience', async () => {
    await symlink('1.1.abcdef.elsewhere', path);
    const began = performance.now();
    expect(await withLock(lock(200), async () => 'in')).toBe('in');
    expect(performance.now() - began).toBeGreaterThan(190);
  });

  it('is given back when what was done under it fails', async () => {
    await expect(withLock(lock(), () => Promise.reject(new Error('oh')))).rejects.toThrow('oh');
    expect(await readdir(folder.path)).toEqual([]);
  });
});

describe('a pack that somebody else changes', () => {
  it.each(['a process that lives', 'something that is no lock'])(
    'is left alone while %s is there',
    async (what) => {
      const target = createDirectoryTarget({
        name: 'default',
        path: folder.path,
        clock: movableClock(),
        patienceMs: 100,
      });
      mustBeOk(await target.stage(release, fillOf(1), 100));
      const place = join(folder.path, '.packtrain', 'locks', 'beans');
      if (what === 'a process that lives') await symlink(claim(), place);
      else await writeFile(place, '');
      const result = await target.activate({ release, expected: undefined, adopt: false });
      expect(outcome(result)).toBe('target-busy');
      expect(refusalText(result)).toContain('is being changed by another process');
    },
  );
});
