import { beforeAll, describe, expect, it } from 'vitest';
import { refuse } from '../../src/core/reason.js';
import {
  addWatches,
  claimWatches,
  endLook,
  giveWatchesBack,
  hintAt,
  type Watch,
  watchProblems,
} from '../../src/store/watches.js';
import { withStore } from '../fixtures/opened-store.js';

const store = withStore();
const among = Array.from({ length: 60 }, (_, i) => ({ repository: `repository-${i}`, branch: 'main' }));
const start = new Date('2026-03-01T12:00:00Z');
const later = (seconds: number) => new Date(start.getTime() + seconds * 1_000);

beforeAll(async () => {
  await addWatches(store.db, among, start);
});

function claim(server: string, at: Date, areFailing = false, limit = 100): Promise<Watch[]> {
  const until = new Date(at.getTime() + 60_000);
  return claimWatches(store.db, { among, server, at, until, limit, areFailing });
}

describe('branches that are looked at by several servers', () => {
  it('are looked at by one at a time, and by another once it has died', async () => {
    const [a, b] = await Promise.all([claim('a', start, false, 30), claim('b', start, false, 30)]);
    const names = [...a, ...b].map(({ repository }) => repository);
    expect(new Set(names).size).toBe(60);
    expect(await claim('c', later(59))).toEqual([]);
    await giveWatchesBack(store.db, 'a');
    expect(await claim('c', later(59))).toHaveLength(30);
    expect(await claim('d', later(61))).toHaveLength(30);
  });

  it('are due again when told, at once when somebody said meanwhile that they moved', async () => {
    const [quiet, hinted, ...others] = await claim('a', later(1_000));
    if (quiet === undefined || hinted === undefined) throw new Error('nothing is due');
    expect(
      await hintAt(store.db, { ...hinted, sha: 'f'.repeat(40), source: 'webhook', at: later(1_001) }),
    ).toBe(true);
    for (const watch of [quiet, hinted, ...others])
      await endLook(store.db, watch, 'a', {
        at: later(1_002),
        nextLookAt: later(1_062),
        attempts: 0,
        keepsHint: false,
      });
    const [now, ...more] = await claim('b', later(1_003));
    expect(more).toEqual([]);
    expect(now).toMatchObject({
      repository: hinted.repository,
      hintedSha: 'f'.repeat(40),
      hintedBy: 'webhook',
    });
    const first = await claim('c', later(1_062), false, 50);
    const left = among.findLast((key) => ![now, ...first].some((one) => one?.repository === key.repository));
    if (left === undefined) throw new Error('none is left');
    await hintAt(store.db, { ...left, source: 'webhook', at: later(1_062) });
    expect(await claim('d', later(1_062), false, 1)).toMatchObject([left]);
    expect(await claim('d', later(1_062))).toHaveLength(8);
  });

  it('say what is the matter, and since when, until it is over; and those that fail are looked at apart', async () => {
    const [watch] = await claim('a', later(2_000));
    if (watch === undefined) throw new Error('nothing is due');
    const refusal = refuse('empty-repository', { repository: watch.repository });
    const failed = { attempts: 1, refusal, keepsHint: true };
    await endLook(store.db, watch, 'a', { ...failed, at: later(2_001), nextLookAt: later(2_010) });
    expect(await claim('b', later(2_010))).toEqual([]);
    const [again] = await claim('b', later(2_010), true);
    if (again === undefined) throw new Error('it is not due');
    await endLook(store.db, again, 'b', {
      ...failed,
      attempts: 2,
      at: later(2_011),
      nextLookAt: later(2_020),
    });
    const { repository, branch } = watch;
    expect(await watchProblems(store.db)).toEqual([
      { repository, branch, problem: { refusal, since: later(2_001) } },
    ]);
    const [last] = await claim('c', later(2_020), true);
    if (last === undefined) throw new Error('it is not due');
    await endLook(store.db, last, 'c', {
      at: later(2_021),
      nextLookAt: later(2_081),
      attempts: 0,
      keepsHint: false,
    });
    expect(await watchProblems(store.db)).toEqual([]);
  });
});
