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
    // What is under way is not called off by its time; a newer push stops it between two packs.
    expect(whence('expired')).toEqual(['queued', 'waiting']);
    expect(whence('superseded')).toEqual(['queued', 'waiting', 'running']);
    expect(whence('succeeded')).toEqual(['queued', 'waiting', 'running']);
  });
});
