import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

describe('the count', () => {
  it('ends a run that broke before any test with a failure', () => {
    const lines: string[] = [];
    const reporter = new CountReporter((text) => lines.push(text), undefined);
    reporter.onTestRunEnd([], [{ message: 'the setup broke' }]);
    expect(lines).toEqual(['0 passed, 1 failed\n']);
  });
});
