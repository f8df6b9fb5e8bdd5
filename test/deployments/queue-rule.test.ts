import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Borrow } from '../../src/core/borrow.js';
import type { Lock, LockScope } from '../../src/core/lock.js';
import type { QueueEntry } from '../../src/core/queue.js';
import { aheadOf, nextGrants, type Obstacles, obstaclesOf } from '../../src/deployments/queue-rule.js';

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

function borrow(pack: string, holder: string): Borrow {
  const who = { platform: 'web', userId: holder, name: holder };
  const place = { target: 'default', pack, repository: 'Kitchen', ref: 'feature/x' };
  return { id: 1, ...place, holder: who, deployment: 1, since: at, until: at, overnight: false, attempts: 0 };
}

function lock(scope: LockScope, by: string): Lock {
  return { id: 1, scope, by: { platform: 'web', userId: by, name: by }, because: 'lunch', since: at };
}

function obstacles(borrows: readonly Borrow[], locks: readonly Lock[] = []): Obstacles {
  return { borrows, locks, isSame: (a, b) => a.name === b.name };
}

const by = (name: string, more: Partial<QueueEntry>) => ({
  requester: { platform: 'web', userId: name, name },
  ...more,
});
const asked = (deployment: number, packs: string[], name: string, more: Partial<QueueEntry> = {}) => ({
  ...entry(deployment, packs),
  ...by(name, more),
});

describe('what stands in the way', () => {
  const beans = obstacles([borrow('beans', 'jjm')]);

  it('of others is a borrow, not of its holder, and not of a return', () => {
    expect(ids(nextGrants([asked(1, ['beans'], 'bob')], beans))).toEqual([]);
    expect(ids(nextGrants([asked(1, ['beans'], 'jjm')], beans))).toEqual([1]);
    expect(ids(nextGrants([asked(1, ['beans'], 'Packtrain', { kind: 'return' })], beans))).toEqual([1]);
  });

  it('of a push is a borrow and a lock, also of whoever pushed', () => {
    const push = asked(1, ['beans'], 'jjm', { via: 'push' });
    expect(ids(nextGrants([push], beans))).toEqual([]);
    expect(ids(nextGrants([push], obstacles([], [lock({ kind: 'pack', pack: 'beans' }, 'jjm')])))).toEqual(
      [],
    );
  });

  it.each<[string, LockScope, boolean]>([
    ['its pack', { kind: 'pack', pack: 'beans' }, true],
    ['another pack', { kind: 'pack', pack: 'ears' }, false],
    ['its repository', { kind: 'repository', repository: 'Kitchen' }, true],
    ['another repository', { kind: 'repository', repository: 'Pantry' }, false],
    ['everything', { kind: 'everything' }, true],
  ])('is a lock of %s: %o', (_name, scope, isHeld) => {
    const locked = obstacles([], [lock(scope, 'bob')]);
    expect(nextGrants([asked(1, ['beans'], 'jjm')], locked)).toHaveLength(isHeld ? 0 : 1);
    expect(nextGrants([asked(1, ['beans'], 'Packtrain', { kind: 'return' })], locked)).toHaveLength(
      isHeld ? 0 : 1,
    );
    expect(nextGrants([asked(1, ['beans'], 'bob')], locked)).toHaveLength(1);
  });

  it('the holder passes those who wait for the borrow, and for no other pack', () => {
    const waiting = asked(1, ['beans', 'ears'], 'bob');
    expect(ids(nextGrants([waiting, asked(2, ['beans'], 'jjm')], beans))).toEqual([2]);
    expect(ids(nextGrants([waiting, asked(2, ['ears'], 'jjm')], beans))).toEqual([]);
    expect(aheadOf([waiting, asked(2, ['beans'], 'jjm')], 2, beans)).toEqual([]);
    expect(aheadOf([waiting, asked(2, ['ears'], 'jjm')], 2, beans)).toEqual([1]);
  });

  it('nobody who waits keeps a return from ending what they all wait for', () => {
    const queue = [
      asked(1, ['beans', 'ears'], 'bob'),
      // The holder's own waits for ears, and so for the first one, which waits for beans.
      asked(2, ['beans', 'ears'], 'jjm'),
      asked(3, ['beans'], 'Packtrain', { kind: 'return', via: 'timer' }),
    ];
    expect(ids(nextGrants(queue, beans))).toEqual([3]);
    expect(aheadOf(queue, 3, beans)).toEqual([]);
  });
});

const person = fc.constantFrom('ann', 'bob', 'jjm');
const packName = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const happenings = fc.array(
  fc.oneof(
    fc.record({
      ask: packs,
      who: person,
      kind: fc.constantFrom('deploy' as const, 'deploy' as const, 'return' as const),
    }),
    fc.record({ end: fc.nat(20) }),
    fc.record({ borrow: packName, who: person }),
    fc.record({ lock: packName, who: person }),
    fc.record({ unlock: packName }),
  ),
  { maxLength: 60 },
);

/** A queue with what stands in its way, moved by hand. */
function makeQueue() {
  const borrows = new Map<string, Borrow>();
  const locks = new Map<string, Lock>();
  let queue: readonly QueueEntry[] = [];
  let number = 0;
  const now = () => obstacles([...borrows.values()], [...locks.values()]);
  const running = () => queue.filter((e) => e.grantedAt !== undefined);

  function mayPass(one: QueueEntry, other: QueueEntry): boolean {
    if (one.kind === 'return') return other.kind !== 'return';
    const shared = one.packs.filter((pack) => other.packs.includes(pack));
    return shared.every((pack) => borrows.get(pack)?.holder.name === one.requester.name);
  }

  return {
    borrows,
    locks,
    running,
    isEmpty: () => queue.length === 0,
    ask(wanted: readonly string[], who: string, kind: QueueEntry['kind']): void {
      const own = kind === 'return' ? [...borrows.keys()].slice(0, 1) : wanted;
      number += 1;
      if (own.length > 0) queue = [...queue, asked(number, [...own], who, { kind })];
    },
    giveBack(pack: string): void {
      number += 1;
      queue = [...queue, asked(number, [pack], 'Packtrain', { kind: 'return' })];
    },
    isRunning: (pack: string) => running().some((e) => e.packs.includes(pack)),
    end(which: number): void {
      const ended = running()[which % Math.max(running().length, 1)];
      queue = queue.filter((e) => e !== ended);
      if (ended?.kind === 'return') for (const pack of ended.packs) borrows.delete(pack);
    },
    /** Gives turns, and expects that nobody gets one whom something stops or who overtakes. */
    grant(): void {
      const grants = nextGrants(queue, now());
      expect(grants.flatMap((one) => obstaclesOf(one, now()))).toEqual([]);
      for (const one of grants) {
        const passed = queue.slice(0, queue.indexOf(one)).filter((e) => e.grantedAt === undefined);
        const overtaken = passed.filter((e) => !grants.includes(e) && shares(e, one));
        expect(overtaken.filter((other) => !mayPass(one, other))).toEqual([]);
      }
      queue = queue.map((e) => (grants.includes(e) ? { ...e, grantedAt: at } : e));
      const held = running().flatMap((e) => e.packs);
      expect(new Set(held).size).toBe(held.length);
    },
  };
}

type Happening = typeof happenings extends fc.Arbitrary<(infer H)[]> ? H : never;

function happen(queue: ReturnType<typeof makeQueue>, one: Happening): void {
  if ('ask' in one) queue.ask(one.ask, one.who, one.kind);
  if ('end' in one) queue.end(one.end);
  // A pack is only borrowed or given back by what runs.
  if ('borrow' in one && !queue.isRunning(one.borrow))
    queue.borrows.set(one.borrow, borrow(one.borrow, one.who));
  if ('lock' in one) queue.locks.set(one.lock, lock({ kind: 'pack', pack: one.lock }, one.who));
  if ('unlock' in one) queue.locks.delete(one.unlock);
  queue.grant();
}

describe('any sequence of requests, borrows and locks', () => {
  it('holds what is held, keeps the order but for the right of way, and never deadlocks', () => {
    fc.assert(
      fc.property(happenings, (sequence) => {
        const queue = makeQueue();
        for (const one of sequence) happen(queue, one);
        // Everything is unlocked, and each borrow has its return: then all come to their turn.
        queue.locks.clear();
        for (const pack of queue.borrows.keys()) queue.giveBack(pack);
        queue.grant();
        while (!queue.isEmpty()) {
          expect(queue.running().length).toBeGreaterThan(0);
          queue.end(0);
          queue.grant();
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

function shares(a: QueueEntry, b: QueueEntry): boolean {
  return a.packs.some((pack) => b.packs.includes(pack));
}
