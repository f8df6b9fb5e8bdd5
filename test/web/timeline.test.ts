import { describe, expect, it } from 'vitest';
import type { DeploymentEvent } from '../../src/core/event.js';
import { refuse } from '../../src/core/reason.js';
import { timelineOf } from '../../src/web/timeline.js';

/** Events one second apart. */
function told(...events: readonly DeploymentEvent[]) {
  return timelineOf(
    events.map((event, second) => ({ id: second + 1, deployment: 1, at: new Date(second * 1000), event })),
  );
}

const short = ({ stops }: ReturnType<typeof timelineOf>) =>
  stops.map(({ label, pack, state, at, until, note }) =>
    [pack, label, state, until && `${(until.getTime() - at.getTime()) / 1000}s`, note]
      .filter(Boolean)
      .join(' '),
  );

describe('the timeline of a deployment', () => {
  it('tells of a turn that was missed once, put off and then taken', () => {
    const until = new Date(9000).toISOString();
    const stops = told(
      { kind: 'requested' },
      { kind: 'queued', ahead: [3] },
      { kind: 'called', phrase: 'alas! ear wax!', until },
      { kind: 'missed' },
      { kind: 'called', phrase: 'mind the gap', until },
      { kind: 'deferred' },
      { kind: 'called', phrase: 'mind the gap', until },
      { kind: 'confirmed' },
    );
    expect(short(stops)).toEqual([
      'Requested done',
      'In the queue done 1s behind #3',
      'Its turn: asked for the phrase done 1s alas! ear wax!',
      'Not confirmed in time: to the end of the queue done 1s',
      'Its turn: asked for the phrase done 1s mind the gap',
      'Lets the next one go first done 1s',
      'Its turn: asked for the phrase done 1s mind the gap',
      'Confirmed done',
    ]);
  });

  it('tells how long each step took', () => {
    const stops = told(
      { kind: 'requested' },
      { kind: 'planned' },
      { kind: 'queued', ahead: [3, 4] },
      { kind: 'granted' },
      { kind: 'step', step: 'stage', pack: 'beans', state: 'started' },
      { kind: 'step', step: 'stage', pack: 'tea', state: 'started' },
      { kind: 'step', step: 'stage', pack: 'beans', state: 'done' },
      { kind: 'step', step: 'activate', pack: 'beans', state: 'started' },
    );
    expect(short(stops)).toEqual([
      'Requested done',
      'Planned done',
      'In the queue done 1s behind #3, #4',
      'beans Stage done 2s',
      'tea Stage running',
      'beans Activate running',
    ]);
  });

  it('keeps one stop for a step that was begun again after a crash', () => {
    const step = { kind: 'step', step: 'stage', pack: 'beans' } as const;
    const stops = told(
      { ...step, state: 'started' },
      { ...step, state: 'started' },
      { ...step, state: 'done' },
    );
    expect(short(stops)).toEqual(['beans Stage done 2s']);
  });

  it('tells what failed, why, and that the release before is back', () => {
    const refusal = refuse('unknown-ref', { repository: 'groceries', ref: 'x', near: ['y'] });
    const stops = told(
      { kind: 'step', step: 'verify', pack: 'beans', state: 'started' },
      { kind: 'step', step: 'verify', pack: 'beans', state: 'failed' },
      { kind: 'step', step: 'restore', pack: 'beans', state: 'started' },
      { kind: 'step', step: 'restore', pack: 'beans', state: 'done' },
      { kind: 'pack', pack: 'beans', status: 'restored', refusal },
      { kind: 'ended', status: 'failed' },
    );
    expect(short(stops)).toEqual([
      'beans Verify failed 1s',
      'beans Restore what was live before done 1s',
      'beans The release before is back failed groceries has no branch, tag or commit x. Did you mean y?',
      'Failed failed',
    ]);
  });

  it('ends the waiting of one that was canceled before its turn', () => {
    const by = { platform: 'web', userId: 'bob', name: 'bob' };
    const stops = told(
      { kind: 'queued', ahead: [] },
      { kind: 'cancel-requested', by },
      { kind: 'ended', status: 'canceled' },
    );
    expect(short(stops)).toEqual(['In the queue done 2s', 'bob asked to cancel done', 'Canceled failed']);
  });

  it('keeps the log apart, in its order', () => {
    const { log, stops } = told({ kind: 'log', line: 'one' }, { kind: 'log', line: 'two', pack: 'beans' });
    expect(stops).toEqual([]);
    expect(log.map(({ line, pack }) => [line, pack])).toEqual([
      ['one', undefined],
      ['two', 'beans'],
    ]);
  });
});
