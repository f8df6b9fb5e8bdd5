import { describe, expect, it } from 'vitest';
import { seen, stepsOf, unseen, type WatchedDeployment, withPacks } from '../../src/cli/progress.js';
import { statusLine } from '../../src/cli/status-line.js';
import { plainStyle } from '../../src/cli/style.js';
import { elapsed } from '../../src/core/elapsed.js';
import type { DeploymentEvent } from '../../src/core/event.js';

const start = Date.parse('2026-03-14T12:00:00Z');

function having(...events: DeploymentEvent[]): WatchedDeployment {
  const planned = withPacks(unseen(42), [
    { pack: 'beans', status: 'pending' },
    { pack: 'ears', status: 'unchanged' },
  ]);
  return events.reduce((watched, event) => seen(watched, event, start), planned);
}

const step = (
  name: 'stage' | 'activate' | 'verify' | 'canary',
  state: 'started' | 'done',
): DeploymentEvent => ({
  kind: 'step',
  step: name,
  pack: 'beans',
  state,
});

describe('how far a watched deployment is', () => {
  it('counts the steps of the packs that change', () => {
    expect(stepsOf(having())).toEqual({ done: 0, total: 4 });
    expect(stepsOf(having(step('stage', 'started')))).toEqual({ done: 0, total: 4 });
    expect(stepsOf(having(step('stage', 'done')))).toEqual({ done: 1, total: 4 });
  });

  it('comes to its end also where a target has no register step', () => {
    expect(stepsOf(having(step('activate', 'done'), step('verify', 'done')))).toEqual({ done: 4, total: 4 });
  });

  it('has a step more where a canary is run', () => {
    const trying = having(step('verify', 'done'), step('canary', 'started'));
    expect(stepsOf(trying)).toEqual({ done: 4, total: 5 });
    expect(stepsOf(seen(trying, { kind: 'pack', pack: 'beans', status: 'live' }, start))).toEqual({
      done: 5,
      total: 5,
    });
  });

  it('does not count a step twice that ran twice', () => {
    expect(stepsOf(having(step('stage', 'done'), step('stage', 'started'), step('stage', 'done')))).toEqual({
      done: 1,
      total: 4,
    });
  });

  it.each([
    [having({ kind: 'requested' }), '⠋ #42 planning… ░░░░░░░░░░░░░░░░ 0/4 0.0s'],
    [having({ kind: 'queued', ahead: [40, 41] }), '⠋ #42 waiting behind #40, #41 ░░░░░░░░░░░░░░░░ 0/4 0.0s'],
    [having({ kind: 'queued', ahead: [] }), '⠋ #42 waiting for its turn ░░░░░░░░░░░░░░░░ 0/4 0.0s'],
    [having(step('activate', 'started')), '⠋ #42 beans: activate ████░░░░░░░░░░░░ 1/4 0.0s'],
  ])('is told on one line', (watched, line) => {
    expect(statusLine(watched, start, 80, plainStyle)).toBe(line);
  });

  it('never breaks the line of a narrow terminal', () => {
    const watched = having({ kind: 'queued', ahead: [1000, 1001, 1002, 1003, 1004, 1005] });
    expect(statusLine(watched, start, 50, plainStyle).length).toBeLessThan(50);
  });
});

describe('the time that goes by', () => {
  it.each([
    [-5, '0.0s'],
    [449, '0.4s'],
    [9_999, '9.9s'],
    [12_700, '12s'],
    [185_000, '3m 05s'],
    [3_725_000, '1h 02m'],
  ])('%i ms: %s', (ms, text) => {
    expect(elapsed(ms)).toBe(text);
  });
});
