import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Canary } from '../../src/core/canary.js';
import type { Release } from '../../src/core/target.js';
import { mustBeOk, outcome, refusalText, releaseOf } from './fixture.js';
import { beans, type PackTexts, python, type StackstormBed, stackstormBed } from './stackstorm-bed.js';
import type { Meddle } from './stackstorm-proxy.js';

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
      /^The canary of beans is red: beans\.make did not do what it must \(execution \w+\): result\.stdout is "burnt" instead of "warm"\. It last said: burnt\. Mend beans/,
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

  it('that finds the virtualenv gone has it made, and runs once more', async () => {
    const files = { 'actions/calc.yaml': python('calc'), 'actions/calc.py': '' };
    await using stage = await otherBed(() => undefined, files);
    const { other, once, live } = stage;
    expect(other.stack.state.virtualenvs.has('beans')).toBe(true);
    const calc = { action: 'beans.calc', parameters: {}, result: { exit_code: 0 } };
    expect(outcome((await once(calc)) ?? fail())).toBe('ok');
    const next = await other.deploy(2, beans('1.0.1', files), live);
    other.stack.state.virtualenvs.delete('beans');
    other.stack.forget();
    expect(outcome((await once(calc, next)) ?? fail())).toBe('ok');
    expect(other.stack.state.virtualenvs.get('beans')).toMatchObject({ complete: true });
    const started = other.stack.calls.filter(
      ({ method, path }) => method === 'POST' && /executions$/.test(path),
    );
    expect(started.map(({ body }) => (body as { action: string }).action)).toEqual([
      'beans.calc',
      'packs.setup_virtualenv',
      'beans.calc',
    ]);
    expect(other.lines.join('\n')).toContain('beans has no virtualenv any more; it is made anew');
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

describe('a canary on a StackStorm that', () => {
  const isStart = ({ method, path }: Parameters<Meddle>[0]) =>
    method === 'POST' && path.endsWith('/executions');
  const forgetful: Meddle = (passing) => {
    const { context: _, ...body } = passing.body;
    return isStart(passing) ? { body } : undefined;
  };
  const strict: Meddle = (passing) =>
    isStart(passing) && 'context' in passing.body
      ? { status: 400, fault: "Additional properties are not allowed ('context' was unexpected)" }
      : undefined;
  const closeMouthed: Meddle = ({ path }) =>
    path.includes('include_attributes=context') ? { status: 400, fault: 'no such attribute' } : undefined;

  it.each([
    ['keeps no context', forgetful],
    ['takes no context', strict],
    ['can not be asked for it', closeMouthed],
  ])('%s: it is run, and run again after a kill before its id was kept', async (_, meddle) => {
    await using stage = await otherBed(meddle);
    const { other, once } = stage;
    expect(outcome((await once()) ?? fail())).toBe('ok');
    const note = join(other.folder.path, '.packtrain/stackstorm/beans/canary');
    await writeFile(
      note,
      JSON.stringify({ ...JSON.parse(await readFile(note, 'utf8')), execution: undefined }),
    );
    expect(outcome((await once()) ?? fail())).toBe('ok');
    const started = other.stack.calls.filter(
      ({ method, path, status }) => method === 'POST' && /executions$/.test(path) && status === 201,
    );
    expect(started).toHaveLength(2);
  });

  it('has no output before the end: what it printed is shown at the end, and it is asked once', async () => {
    let asked = 0;
    await using stage = await otherBed(({ path }) => {
      if (!path.endsWith('/output')) return undefined;
      asked += 1;
      return { status: 404, fault: 'The resource could not be found.' };
    });
    const { other, once } = stage;
    other.stack.result('beans.make', async () => {
      await expect.poll(() => asked, { timeout: 30_000 }).toBe(1);
      return { status: 'succeeded', result: result('warm') };
    });
    mustBeOk((await once()) ?? fail());
    expect(other.lines).toContain('warm');
    expect(asked).toBe(1);
  });

  it('is away while it runs: it is waited for', async () => {
    await using stage = await otherBed(() => undefined);
    const { other, once } = stage;
    other.stack.result('beans.make', async () => {
      const look = { method: 'GET', path: /executions\/\w+$/ };
      other.stack.faults.on(look, { kind: 'html', status: 502 }, 3);
      await expect.poll(() => other.lines.join(), { timeout: 30_000 }).toContain('does not answer');
      return { status: 'succeeded', result: result('warm') };
    });
    mustBeOk((await once()) ?? fail());
  });
});

/** A server with something odd before it, and a canary tried out there. */
async function otherBed(meddle: Meddle, files: PackTexts = {}) {
  const other = await stackstormBed({ meddle });
  const live = await other.deploy(1, beans('1.0.0', files));
  other.stack.forget();
  other.stack.result('beans.make', () => ({ status: 'succeeded', result: result('warm') }));
  return {
    other,
    live,
    once: async (more: Partial<Canary> = {}, of = live) =>
      await other.open().tryOut?.(of, { ...canary, ...more }, other.context),
    [Symbol.asyncDispose]: () => other.remove(),
  };
}

function fail(): never {
  throw new Error('the target can not run anything');
}
