import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { refuse } from '../../src/core/reason.js';
import { ok, refused } from '../../src/core/result.js';
import { within } from '../../src/core/within.js';
import { Gate } from '../../src/deployments/gate.js';

/** A step that does its work when it is told to. */
function openStep<T>(gate: Gate) {
  let finish: (result: T) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const work = new Promise<T>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  const step = gate.pass((guard) => guard(() => work));
  return { step, finish, fail };
}

const isOver = (step: Promise<unknown>) => within(20, step);

describe('a gate that closes', () => {
  let gate: Gate;
  beforeEach(() => {
    gate = new Gate();
  });

  it('is passed before it does', async () => {
    expect(await gate.pass((guard) => guard(async () => 'done'))).toBe('done');
    await expect(gate.pass((guard) => guard(() => Promise.reject(new Error('no'))))).rejects.toThrow('no');
  });

  it('waits for the step inside, and keeps what it did', async () => {
    const { step, finish } = openStep(gate);
    const stopped = gate.stop(5_000);
    await sleep(10);
    finish(ok('staged'));
    expect(await step).toEqual(ok('staged'));
    await stopped;
  });

  it('lets no step in any more', async () => {
    await gate.stop(1);
    let isDone = false;
    const late = gate.pass((guard) =>
      guard(async () => {
        isDone = true;
      }),
    );
    expect(await isOver(late)).toBe(false);
    expect(isDone).toBe(false);
  });

  it('never tells of what the stop cut off, be it thrown or refused', async () => {
    const [thrown, refusedOne] = [openStep(gate), openStep(gate)];
    const stopped = gate.stop(5_000);
    thrown.fail(new Error('the connection ended'));
    refusedOne.finish(refused(refuse('canceled', { by: 'ann' })));
    await stopped;
    expect(await isOver(thrown.step)).toBe(false);
    expect(await isOver(refusedOne.step)).toBe(false);
  });

  it('gives a step that hangs a moment, and no more', async () => {
    openStep(gate);
    const begun = performance.now();
    await gate.stop(50);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('does not wait for who only waits', async () => {
    const waiting = gate.wait(() => sleep(30).then(() => Promise.reject(new Error('closed'))));
    await gate.stop(5_000);
    expect(await within(100, waiting)).toBe(false);
  });
});
