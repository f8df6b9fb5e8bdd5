import { mkdir, realpath, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchAnswer, createAnswerReader } from '../../src/git/batch-answers.js';
import { followLinks } from '../../src/git/links.js';
import { isRefName } from '../../src/git/refs.js';
import { nearNames } from '../../src/git/resolve.js';
import { createSingleFlight } from '../../src/git/single-flight.js';
import { temporaryFolder } from './workspace.js';

describe('following links', () => {
  it('agrees with the kernel, for any links in any folders', async () => {
    const root = await realpath(await temporaryFolder());
    const name = fc.constantFrom('a', 'b', 'c');
    const target = fc.array(fc.constantFrom('a', 'b', 'c', '..', '.'), { minLength: 1, maxLength: 5 });
    const links = fc.array(fc.tuple(fc.array(name, { minLength: 1, maxLength: 3 }), target), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(links, async (wanted) => {
        const base = join(root, 'pack');
        await rm(base, { recursive: true, force: true });
        const made = await makeLinks(base, wanted);
        for (const at of made.keys()) await compareWithKernel(base, at, made);
      }),
      { numRuns: 150 },
    );
  });

  async function makeLinks(base: string, wanted: [string[], string[]][]): Promise<Map<string, string>> {
    const made = new Map<string, string>();
    for (const folder of ['a/b/c', 'b/c', 'c']) await mkdir(join(base, folder), { recursive: true });
    for (const [path, to] of wanted) {
      const at = path.join('/');
      // A link in place of a folder, or below another link, is not what a commit can hold.
      if ([...made.keys()].some((other) => at.startsWith(other) || other.startsWith(`${at}/`))) continue;
      await rm(join(base, at), { recursive: true, force: true });
      await mkdir(join(base, at, '..'), { recursive: true });
      await symlink(to.join('/'), join(base, at));
      made.set(at, to.join('/'));
    }
    return made;
  }

  async function compareWithKernel(base: string, at: string, made: Map<string, string>): Promise<void> {
    const real = await realpath(join(base, at)).catch(() => undefined);
    // Where a link leads to nothing, the kernel does not say where that nothing would be.
    if (real === undefined) return;
    const end = followLinks(at, made);
    const isInside = real === base || real.startsWith(`${base}/`);
    expect(end.kind === 'inside', `${at} of ${JSON.stringify([...made])}`).toBe(isInside);
    if (end.kind === 'inside') expect(join(base, end.path)).toBe(real);
  }

  it('ends in a loop', () => {
    expect(
      followLinks(
        'a',
        new Map([
          ['a', 'b'],
          ['b', 'a'],
        ]),
      ),
    ).toEqual({ kind: 'loop' });
  });
});

describe('reading the answers of cat-file', () => {
  it('gives the same answers however the stream is cut', () => {
    const content = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(fc.option(content)), cuts, (contents, sizes) => {
        const stream = Buffer.concat(contents.map(encode));
        const answers: BatchAnswer[] = [];
        const read = createAnswerReader(50, (answer) => answers.push(answer));
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const length = sizes[turn % sizes.length] ?? 1;
          read(stream.subarray(at, at + length));
          at += length;
        }
        expect(answers.map(shown)).toEqual(
          contents.map((one) => (one === null ? 'missing' : shownContent(one))),
        );
      }),
    );
  });

  const id = 'a'.repeat(40);

  function encode(content: Buffer | null): Buffer {
    if (content === null) return Buffer.from('refs/heads/x missing\n');
    return Buffer.concat([Buffer.from(`${id} blob ${content.length}\n`), content, Buffer.from('\n')]);
  }

  function shown(answer: BatchAnswer): string {
    return answer.kind === 'object' ? answer.content.toString('hex') : answer.kind;
  }

  function shownContent(content: Buffer): string {
    return content.length > 50 ? 'large' : content.toString('hex');
  }
});

describe('one at a time', () => {
  it('starts a task after every call, runs no two at once, and shares those that wait', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }), async (pauses) => {
        const flight = createSingleFlight<number>();
        let started = 0;
        let running = 0;
        const task = async () => {
          started += 1;
          const mine = started;
          running += 1;
          expect(running).toBe(1);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          if (mine % 3 === 0) throw new Error('now and then one fails');
          return mine;
        };
        const calls: Promise<void>[] = [];
        for (const pause of pauses) {
          const before = started;
          calls.push(
            flight('key', task).then(
              (mine) => expect(mine).toBeGreaterThan(before),
              () => expect(started).toBeGreaterThan(before),
            ),
          );
          for (let wait = 0; wait < pause; wait += 1) await new Promise((resolve) => setImmediate(resolve));
        }
        await Promise.all(calls);
        expect(started).toBeLessThanOrEqual(pauses.length);
      }),
    );
  });
});

describe('names', () => {
  it('that no option can be mistaken for are let through', () => {
    for (const name of ['main', 'feature/x-1', 'Feature/factor-out-earwax-beans', 'v1.0.0', 'a@b', 'ünï'])
      expect(isRefName(name), name).toBe(true);
    fc.assert(
      fc.property(fc.string(), (name) => {
        if (isRefName(name)) expect(name).not.toMatch(/^-|\.\.|[\s:^~]|@\{/);
      }),
    );
  });

  it('are offered by likeness, three at most', () => {
    const names = ['main', 'maintenance', 'master', 'develop', 'Main-2'];
    expect(nearNames('MAIN', names)).toEqual(['main', 'Main-2', 'maintenance']);
    expect(nearNames('develp', names)).toEqual(['develop']);
    expect(nearNames('zzzzzz', names)).toEqual([]);
  });
});
