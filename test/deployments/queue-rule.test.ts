import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueueEntry } from '../../src/core/queue.js';
import { aheadOf, nextGrants } from '../../src/deployments/queue-rule.js';

const at = new Date('2026-01-01T00:00:00Z');

function entry(deployment: number, packs: string[], isRunning = false): QueueEntry {
  const requester = { platform: 'web', userId: 'ann', name: 'ann' };
  const rest = { requester, repository: 'Kitchen', kind: 'deploy', via: 'chat', misses: 0 } as const;
  return { deployment, target: 'default', packs, ...rest, ...(isRunning ? { grantedAt: at } : {}) };
}

function ids(entries: readonly QueueEntry[]): number[] {
  return entries.map((e) => e.deployment);
}

describe('whose turn comes', () => {
  it('the first one’s, at once', () => {
    expect(ids(nextGrants([entry(1, ['beans'])]))).toEqual([1]);
  });

  it('not that of one who needs a pack that is running', () => {
    expect(ids(nextGrants([entry(1, ['beans'], true), entry(2, ['beans'])]))).toEqual([]);
  });

  it('also that of one who shares no pack with those who wait', () => {
    const queue = [entry(1, ['beans'], true), entry(2, ['beans', 'ears']), entry(3, ['weather'])];
    expect(ids(nextGrants(queue))).toEqual([3]);
  });

  it('not that of one who would overtake an earlier one who waits for the same pack', () => {
    const queue = [entry(1, ['beans'], true), entry(2, ['beans', 'ears']), entry(3, ['ears'])];
    expect(ids(nextGrants(queue))).toEqual([]);
    expect(aheadOf(queue, 3)).toEqual([2]);
  });

  it('a running entry keeps its packs wherever it stands in the order', () => {
    expect(ids(nextGrants([entry(2, ['beans']), entry(1, ['beans'], true)]))).toEqual([]);
    expect(aheadOf([entry(2, ['beans']), entry(1, ['beans'], true)], 2)).toEqual([1]);
  });
});

const packs = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 4 });
const commands = fc.array(fc.oneof(fc.record({ add: packs }), fc.record({ end: fc.nat(20) })), {
  maxLength: 60,
});

describe('any sequence of requests and endings', () => {
  it('runs a pack once at a time, serves first in first out per pack, and ends with an empty queue', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        let queue: QueueEntry[] = [];
        const started: QueueEntry[] = [];
        let number = 0;
        for (const command of sequence) {
          if ('add' in command) queue.push(entry(++number, command.add));
          else endOne(command.end);
          grant();
        }
        while (queue.length > 0) {
          // No deadlock: whenever something waits, something runs.
          expect(queue.some((e) => e.grantedAt !== undefined)).toBe(true);
          endOne(0);
          grant();
        }
        expect(started).toHaveLength(number);
        expectFifoPerPack(started);

        function grant(): void {
          const grants = ids(nextGrants(queue));
          queue = queue.map((e) => (grants.includes(e.deployment) ? { ...e, grantedAt: at } : e));
          started.push(...queue.filter((e) => grants.includes(e.deployment)));
          const held = queue.filter((e) => e.grantedAt !== undefined).flatMap((e) => e.packs);
          expect(new Set(held).size).toBe(held.length);
        }

        function endOne(which: number): void {
          const running = queue.filter((e) => e.grantedAt !== undefined);
          const ended = running[which % Math.max(running.length, 1)];
          queue = queue.filter((e) => e !== ended);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function expectFifoPerPack(started: readonly QueueEntry[]): void {
  for (const pack of ['a', 'b', 'c', 'd', 'e']) {
    const order = ids(started.filter((e) => e.packs.includes(pack)));
    expect(order).toEqual([...order].sort((x, y) => x - y));
  }
}
