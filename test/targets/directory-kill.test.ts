import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Target } from '../../src/core/target.js';
import { createDirectoryTarget } from '../../src/drivers/targets/directory.js';
import { bundle } from '../fixtures/bundle.js';
import { closedAtEnd } from '../fixtures/left-open.js';
import {
  fillOf,
  movableClock,
  mustBeOk,
  numberAt,
  outcome,
  releaseOf,
  type TemporaryFolder,
  temporaryFolder,
} from './fixture.js';
import type { Sightings } from './reader.js';

const kills = 15;
const usualLifeMs = 80;
/** The releases that have to go live between the kills. */
const enough = 10;

let folder: TemporaryFolder;
let program: string;
let root: string;
let target: Target;

beforeAll(async () => {
  folder = await temporaryFolder();
  await chmod(folder.path, 0o755);
  const compiled = join(folder.path, 'compiled');
  await bundle(fileURLToPath(new URL('program.ts', import.meta.url)), compiled, true);
  program = join(compiled, 'program.js');
});
afterAll(() => folder.remove());

beforeEach(async ({ task }) => {
  root = join(folder.path, task.id);
  await mkdir(root);
  target = createDirectoryTarget({ name: 'default', path: root, clock: movableClock() });
  const release = releaseOf('beans', 1);
  mustBeOk(await target.stage(release, fillOf(1), 100));
  mustBeOk(await target.activate({ release, expected: undefined, adopt: false }));
});

/** A child with its output line by line. */
interface Child {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  readonly lines: Interface;
  /** The next line that matches. */
  next(pattern: RegExp): Promise<string>;
}

function start(command: string, args: readonly string[] = [], uid?: number): Child {
  const child = spawn(process.execPath, [program, command, root, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid }),
  });
  closedAtEnd(async () => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout });
  const next = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      lines.on('line', (line) => pattern.test(line) && resolve(line));
      lines.on('close', () => reject(new Error(`${command} ended without ${pattern}`)));
    });
  return { process: child, lines, next };
}

/** A process that is ready to deploy, from the number on that it is told. */
async function deployer(): Promise<Child> {
  const child = start('deploy');
  await child.next(/ready/);
  return child;
}

/** Deploys from a number on, is killed after a while, and tells the last number that was done. */
async function deployUntilKilled(
  child: Child,
  { from, lifeMs, reader }: { from: number; lifeMs: number; reader: Child },
): Promise<number> {
  let done = from - 1;
  child.lines.on('line', (line) => {
    done = Number(line);
  });
  reader.process.stdin.write('read\n');
  child.process.stdin.write(`${from}\n`);
  await sleep(lifeMs);
  const closed = once(child.process, 'close');
  child.process.kill('SIGKILL');
  const [code, signal] = (await closed) as [number | null, string | null];
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' });
  reader.process.stdin.write('rest\n');
  return done;
}

describe('real processes', () => {
  it(`never show an absent or mixed pack, though at least ${kills} of them are killed at random times`, {
    timeout: 120_000,
  }, async () => {
    const reader = start('read');
    await reader.next(/ready/);
    let done = 1;
    let longestLifeMs = usualLifeMs;
    let next = deployer();
    for (let i = 0; i < kills || done < enough; i++) {
      const child = await next;
      // To start takes longer than the lives are.
      next = deployer();
      const [before, lifeMs] = [done, Math.random() * longestLifeMs];
      done = await deployUntilKilled(child, { from: done + 1, lifeMs, reader });
      // On a busy machine many get nothing done in their short lives: then those after them live longer.
      if (done === before) longestLifeMs *= 1.2;
    }

    const report = reader.next(/reads/);
    reader.process.stdin.end();
    const seen = JSON.parse(await report) as Sightings;
    expect(seen.wrong).toEqual([]);
    // How many of them the reader met is the scheduler's business.
    expect(seen.releases).toBeGreaterThan(1);

    // The repeat of what the last kill cut short, by a process that is left in peace.
    const last = await next;
    last.process.stdin.write(`${done + 1}\n`);
    await last.next(new RegExp(`^${done + 2}$`));
    const closed = once(last.process, 'close');
    last.process.kill('SIGKILL');
    await closed;
    await target.prune('beans', 5);
    expect(await readdir(join(root, '.packtrain', 'staging'))).toEqual([]);
    const kept = (await readdir(join(root, '.packtrain', 'releases', 'beans'))).map(
      (name) => name.split('.')[0],
    );
    // Five, what is live, and what was live before it; and the link to that one, which has no number.
    expect(new Set(kept).size).toBeLessThanOrEqual(8);
    expect(await target.check()).toEqual([]);
    expect(await numberAt(join(root, 'beans'))).toBeGreaterThan(done - 1);
  });

  it('let only one of several that expect the same release go live', async () => {
    const racers = [2, 3, 4, 5].map((n) => start('race', [String(n)]));
    await Promise.all(racers.map((racer) => racer.next(/staged/)));
    const outcomes = racers.map((racer) => racer.next(/ok|live-changed/));
    for (const racer of racers) racer.process.stdin.end();
    expect((await Promise.all(outcomes)).sort()).toEqual([...Array(3).fill('live-changed'), 'ok']);
    const live = mustBeOk(await target.live('beans'));
    expect(live.state === 'managed' && outcome(await target.verify(live.release))).toBe('ok');
  });

  it.skipIf(process.getuid?.() !== 0)(
    'are told what they may not do (needs root to become another user)',
    async () => {
      const child = start('check', [], 65534);
      const [first] = JSON.parse(await child.next(/what/)) as { what: string; next: string }[];
      expect(first?.what).toContain(`may not read and write ${root} of the target default`);
      expect(first?.next).toMatch(/^Make \S+ the owner/);
    },
  );
});
