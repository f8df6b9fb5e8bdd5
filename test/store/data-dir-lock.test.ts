import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataDirHolder, lockDataDir } from '../../src/store/data-dir-lock.js';
import { processFacts } from '../../src/store/processes.js';

let dataDir: string;
/** The highest pid that Linux can give out, which it practically never does. */
const goneFor = 4_194_303;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'packtrain-lock-'));
});

afterEach(() => rm(dataDir, { recursive: true }));

/** Leaves a lock behind as a process would that had no chance to give it back. */
async function leave(number: number, holder: { pid: number; started: string }): Promise<void> {
  await mkdir(join(dataDir, 'locks'), { recursive: true });
  await writeFile(join(dataDir, 'locks', `lock.${number}`), JSON.stringify({ ...holder, purpose: 'server' }));
}

async function take() {
  const lock = await lockDataDir(dataDir, 'server');
  if (!lock.ok) throw new Error(lock.refusal.code);
  return lock.value;
}

describe('the lock on a data directory', () => {
  it('is held by one at a time, who is named to the next', async () => {
    const lock = await take();
    expect(await dataDirHolder(dataDir)).toMatchObject({ pid: process.pid, purpose: 'server' });
    const second = await lockDataDir(dataDir, 'backup');
    expect(second).toMatchObject({ ok: false, refusal: { params: { pid: process.pid, purpose: 'server' } } });
    lock.release();
    expect(await dataDirHolder(dataDir)).toBeUndefined();
    (await take()).release();
  });

  it('given back twice does not end the hold of the next', async () => {
    const first = await take();
    first.release();
    const second = await take();
    first.release();
    expect(await dataDirHolder(dataDir)).toMatchObject({ pid: process.pid });
    second.release();
  });

  it('of a process that is gone is taken over', async () => {
    await leave(7, { pid: goneFor, started: 'long ago' });
    (await take()).release();
    expect(await readdir(join(dataDir, 'locks'))).toEqual(['lock.8']);
  });

  it('is taken over when its pid was given to another process', async () => {
    await leave(1, { pid: process.pid, started: 'before the machine was restarted' });
    (await take()).release();
  });

  it('of a live process is respected, whatever else lies about', async () => {
    const facts = await processFacts(process.ppid);
    await leave(3, { pid: process.ppid, started: facts?.started ?? '' });
    await writeFile(join(dataDir, 'locks', 'lock.2'), 'beans');
    await writeFile(join(dataDir, 'locks', 'lock.9.draft'), 'beans');
    const refused = await lockDataDir(dataDir, 'server');
    expect(refused).toMatchObject({ ok: false, refusal: { params: { pid: process.ppid } } });
  });

  it('goes to exactly one of many that take over the same dead one', async () => {
    for (let round = 1; round <= 20; round += 1) {
      await rm(join(dataDir, 'locks'), { recursive: true, force: true });
      await leave(round, { pid: goneFor, started: 'long ago' });
      const tries = await Promise.all(Array.from({ length: 8 }, () => lockDataDir(dataDir, 'server')));
      const holders = tries.filter((one) => one.ok);
      expect(holders).toHaveLength(1);
      for (const one of holders) if (one.ok) one.value.release();
    }
  });
});
