import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Canary } from '../../src/core/canary.js';
import type { Release } from '../../src/core/target.js';
import { mustBeOk, outcome, refusalText, releaseOf } from './fixture.js';
import { beans, type StackstormBed, stackstormBed } from './stackstorm-bed.js';

let bed: StackstormBed;
let release: Release;
let number = 0;

const canary: Canary = {
  ...{ action: 'beans.make', parameters: { who: 'ann' }, status: 'succeeded', withinMs: 60_000 },
  result: { return_code: 0, stdout: 'warm' },
};
const result = (stdout: string) => ({ failed: false, succeeded: true, return_code: 0, stdout, stderr: '' });
const runs = () =>
  bed.stack.calls.filter(({ method, path }) => method === 'POST' && /executions$/.test(path));
const noteOf = () => join(bed.folder.path, '.packtrain/stackstorm/beans/canary');

beforeAll(async () => {
  bed = await stackstormBed();
  await bed.deploy(1, beans('1.0.0'));
});
afterAll(async () => await bed.remove());
beforeEach(() => {
  number += 1;
  release = releaseOf('beans', number);
  bed.stack.forget();
  bed.lines.length = 0;
  bed.stack.result('beans.make', () => ({ status: 'succeeded', result: result('warm') }));
});

async function tryOut(more: Partial<Canary> = {}, target = bed.target) {
  return await target.tryOut?.(release, { ...canary, ...more }, bed.context);
}

describe('a canary on a StackStorm', () => {
  it('runs the action with its parameters, and shows what it did', async () => {
    bed.stack.result('beans.make', ({ who }) => ({
      status: 'succeeded',
      result: result(`warm\nfor ${who}`),
    }));
    mustBeOk((await tryOut({ result: { stdout: 'warm\nfor ann' } })) ?? fail());
    expect(runs()).toHaveLength(1);
    // Whether it is seen while it runs is the scheduler's business; then it shows its output before its end.
    const said = bed.lines
      .join('\n')
      .replaceAll(/beans\.make \w+: ((requested|scheduled|running)\n)?/g, '')
      .split('\n');
    expect(said.slice(0, -1).sort()).toEqual(['for ann', 'succeeded', 'warm']);
    expect(said.at(-1)).toBe('as expected');
  });

  it('is red when the result is another, and says in what', async () => {
    bed.stack.result('beans.make', () => ({ status: 'succeeded', result: result('burnt') }));
    const red = (await tryOut()) ?? fail();
    expect(refusalText(red)).toMatch(
      /^The canary of beans is red: beans\.make did not do what it must \(execution \w+\): result\.stdout is "burnt" instead of "warm"\. It last said: burnt Mend beans/,
    );
  });

  it('is red when it fails, unless it has to', async () => {
    bed.stack.result('beans.make', () => ({ status: 'failed', result: { return_code: 3, stdout: '' } }));
    expect(outcome((await tryOut()) ?? fail())).toBe('canary-red');
    release = releaseOf('beans', 100);
    expect(outcome((await tryOut({ status: 'failed', result: { return_code: 3 } })) ?? fail())).toBe('ok');
  });

  it('is red when the server does not run it, and says why', async () => {
    const unknown = (await tryOut({ action: 'beans.gone' })) ?? fail();
    expect(refusalText(unknown)).toContain(
      'production did not run beans.gone: Action "beans.gone" cannot be found.',
    );
  });

  it('is red when it takes too long, and is canceled', async () => {
    bed.stack.result('beans.make', () => new Promise(() => undefined));
    const late = (await tryOut({ withinMs: 30 })) ?? fail();
    expect(refusalText(late)).toMatch(
      /had not ended after 0\.03 seconds \(execution \w+\), and was canceled/,
    );
    const [id = ''] = /(?<=execution )\w+/.exec(refusalText(late)) ?? [];
    expect(bed.stack.execution(id)?.status).toBe('canceled');
  });

  it('is run once, also when the server was killed at any point', async () => {
    mustBeOk((await tryOut()) ?? fail());
    mustBeOk((await tryOut({}, bed.open())) ?? fail());
    // Killed after the request and before its answer was kept.
    const note = JSON.parse(await readFile(noteOf(), 'utf8'));
    await writeFile(noteOf(), JSON.stringify({ ...note, execution: undefined }));
    mustBeOk((await tryOut({}, bed.open())) ?? fail());
    expect(runs()).toHaveLength(1);
  });

  it('is run again for another release', async () => {
    mustBeOk((await tryOut()) ?? fail());
    release = releaseOf('beans', 101);
    mustBeOk((await tryOut()) ?? fail());
    expect(runs()).toHaveLength(2);
  });
});

function fail(): never {
  throw new Error('the target can not run anything');
}
