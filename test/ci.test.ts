import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestModule } from 'vitest/node';
import { CountReporter } from './support/count-reporter.js';

const root = fileURLToPath(new URL('..', import.meta.url));
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'packtrain-ci-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Runs the check over the counts of several runs of the tests. */
function check(...runs: { passed: number; skipped: string[] }[]) {
  const files = runs.map((run, at) => {
    const file = join(dir, `${at}.json`);
    writeFileSync(file, JSON.stringify(run));
    return file;
  });
  const ended = spawnSync(process.execPath, [join(root, '.ci/skipped.js'), ...files], { encoding: 'utf8' });
  return { code: ended.status, said: ended.stdout };
}

describe('the check that nothing was skipped', () => {
  it('passes when every test ran', () => {
    expect(check({ passed: 3, skipped: [] })).toEqual({ code: 0, said: '' });
  });

  it('names a test that did not run', () => {
    const { code, said } = check({ passed: 3, skipped: ['a.test.ts > draws (skipped: no Chromium)'] });
    expect(code).toBe(1);
    expect(said).toContain('SKIPPED: a.test.ts > draws (skipped: no Chromium)');
  });

  it('takes a test as run when the other user ran it', () => {
    const asRoot = { passed: 3, skipped: ['a.test.ts > b (skipped as root)'] };
    const asNobody = { passed: 3, skipped: ['c.test.ts > d (needs root)'] };
    expect(check(asRoot, asNobody).code).toBe(0);
    expect(check(asRoot, asRoot).code).toBe(1);
  });

  it('fails when a run ran nothing', () => {
    expect(check({ passed: 3, skipped: [] }, { passed: 0, skipped: [] }).code).toBe(1);
  });
});

/** What stands for a part of a run: a file, a suite or a test. */
function part(type: 'module' | 'suite' | 'test', fullName: string, state: string, ...messages: string[]) {
  const errors = messages.map((message) => ({ message }));
  const module = { relativeModuleId: 'a.test.ts' };
  return { type, fullName, module, result: () => ({ state, errors }), errors: () => errors };
}

/** The count of a run of one file. */
function countOf(tests: object[], suites: object[] = [], messages: string[] = []) {
  const children = { allTests: () => tests, allSuites: () => suites };
  const file = { ...part('module', '', '', ...messages), relativeModuleId: 'a.test.ts', children };
  const lines: string[] = [];
  const at = join(dir, 'count.json');
  new CountReporter((text) => lines.push(text), at).onTestRunEnd([file as unknown as TestModule], []);
  return { lines, at };
}

describe('the count', () => {
  it('ends a run that broke before any test with a failure', () => {
    const lines: string[] = [];
    const reporter = new CountReporter((text) => lines.push(text), undefined);
    reporter.onTestRunEnd([], [{ message: 'the setup broke' }]);
    expect(lines).toEqual(['failed: outside any test: the setup broke\n', '0 passed, 1 failed\n']);
  });

  it('names what failed, just before it', () => {
    const { lines } = countOf(
      [
        part('test', 'soup > is hot', 'passed'),
        part('test', 'soup > is salty', 'failed', 'expected 1 to be 2\n    at cook.ts:3'),
        part('test', 'soup > boils', 'pending'),
        part('test', 'soup > has beans (skipped: no beans)', 'skipped'),
      ],
      [part('suite', 'soup', 'failed', 'the pot is away')],
      ['no kitchen'],
    );
    expect(lines).toEqual([
      'skipped: a.test.ts > soup > has beans (skipped: no beans)\n',
      'failed: a.test.ts > soup > is salty: expected 1 to be 2\n',
      'failed: a.test.ts > soup > boils: it never ended\n',
      'failed: a.test.ts: no kitchen\n',
      'failed: a.test.ts > soup: the pot is away\n',
      '1 passed, 4 failed, 1 skipped\n',
    ]);
  });

  it('can be read by what names the failed tests of all runs at the end', () => {
    const { at } = countOf([part('test', 'soup > is salty', 'failed', 'expected 1 to be 2')]);
    const files = [join(dir, 'never-written.json'), at];
    const ended = spawnSync(process.execPath, [join(root, '.ci/failures.js'), ...files], {
      encoding: 'utf8',
    });
    expect(ended.stdout).toBe('\nfailed: a.test.ts > soup > is salty\n  expected 1 to be 2\n');
    expect(ended.status).toBe(0);
  });
});
