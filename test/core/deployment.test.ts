import { describe, expect, it } from 'vitest';
import { type DeploymentStatus, isEnd, mayBecome, whence } from '../../src/core/deployment.js';

const statuses: readonly DeploymentStatus[] = [
  ...(['queued', 'waiting', 'running', 'succeeded', 'failed', 'errored'] as const),
  ...(['canceled', 'expired', 'superseded'] as const),
];

describe('the status of a deployment', () => {
  it('that has ended becomes no other', () => {
    for (const from of statuses.filter(isEnd))
      expect(statuses.filter((to) => mayBecome(from, to))).toEqual([from]);
  });

  it('comes from where it may', () => {
    expect(whence('running')).toEqual(['queued', 'waiting', 'running']);
    expect(whence('waiting')).toEqual(['queued', 'waiting', 'running']);
    // Its time calls off only what waits; a newer push also what has its turn, and has not begun with a pack.
    expect(whence('expired')).toEqual(['queued', 'waiting']);
    expect(whence('superseded')).toEqual(['queued', 'waiting', 'running']);
    expect(whence('succeeded')).toEqual(['queued', 'waiting', 'running']);
  });
});
