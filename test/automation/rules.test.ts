import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isToSkip } from '../../src/automation/assess.js';
import { divide, inOrder } from '../../src/automation/parts.js';
import { untilHintAgain, untilNextLook } from '../../src/automation/timing.js';

describe('a push is divided', () => {
  const nobody = () => false;

  it('not at all where its packs share a gate and nobody holds one', () => {
    const what = { changed: ['a', 'b'], removes: ['c'], hasChecksPerPack: false, isHeld: nobody };
    expect(divide(what)).toEqual([{ key: 'all', packs: ['a', 'b'], removes: ['c'] }]);
  });

  it('so that what somebody holds holds up nobody else', () => {
    const isHeld = (pack: string) => pack === 'b' || pack === 'c';
    expect(divide({ changed: ['a', 'b'], removes: ['c'], hasChecksPerPack: false, isHeld })).toEqual([
      { key: 'all', packs: ['a'], removes: [] },
      { key: 'pack:b', packs: ['b'], removes: [] },
      { key: 'gone:c', packs: [], removes: ['c'] },
    ]);
  });

  it('pack by pack where each has checks of its own', () => {
    const what = { changed: ['a', 'b'], removes: ['c', 'd'], hasChecksPerPack: true, isHeld: nobody };
    expect(divide(what).map(({ key }) => key)).toEqual(['all', 'pack:a', 'pack:b']);
  });

  const part = (...packs: readonly string[]) => ({ key: packs.join(), packs, removes: [] });
  const needing = (pack: string, on: string) => ({ pack, on });

  it('so that each part comes after those that it needs, and knows which', () => {
    const parts = [part('a'), part('b'), part('c', 'd')];
    expect(inOrder(parts, [needing('a', 'c'), needing('c', 'd'), needing('a', 'x')])).toEqual([
      part('b'),
      part('c', 'd'),
      { ...part('a'), needs: [needing('a', 'c')] },
    ]);
  });

  it('so that in a circle the first goes first, and waits for nothing of it', () => {
    const circle = [needing('a', 'b'), needing('b', 'c'), needing('c', 'a')];
    expect(inOrder([part('a'), part('b'), part('c')], circle)).toEqual([
      part('a'),
      { ...part('c'), needs: [needing('c', 'a')] },
      { ...part('b'), needs: [needing('b', 'c')] },
    ]);
  });

  it('so that whatever needs what, no part is lost and none waits for a later one', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const name = fc.constantFrom(...names);
    fc.assert(
      fc.property(
        fc.array(fc.record({ pack: name, on: name }), { maxLength: 20 }),
        fc.nat(3),
        (needs, size) => {
          const parts = [part(...names.slice(0, size + 1)), ...names.slice(size + 1).map((one) => part(one))];
          const ordered = inOrder(parts, needs);
          expect(ordered.map(({ key }) => key).sort()).toEqual(parts.map(({ key }) => key).sort());
          const before = new Set<string>();
          for (const one of ordered) {
            expect(
              one.needs?.every(({ pack, on }) => before.has(on) && one.packs.includes(pack)) ?? true,
            ).toBe(true);
            for (const pack of one.packs) before.add(pack);
          }
          // Without a circle, every need is met.
          const forward = needs.filter(({ pack, on }) => pack > on);
          const alone = names.map((one) => part(one));
          const met = inOrder(alone, forward).flatMap((one) => one.needs ?? []);
          expect(met).toHaveLength(forward.length);
        },
      ),
    );
  });

  it('and every pack comes once, with a key of its own', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: 8 });
    fc.assert(
      fc.property(
        names,
        fc.nat(8),
        fc.boolean(),
        fc.func(fc.boolean()),
        (packs, at, hasChecksPerPack, isHeld) => {
          const [changed, removes] = [packs.slice(0, at), packs.slice(at)];
          const parts = divide({ changed, removes, hasChecksPerPack, isHeld });
          expect(new Set(parts.map(({ key }) => key)).size).toBe(parts.length);
          expect(parts.flatMap((part) => part.packs).sort()).toEqual([...changed].sort());
          expect(parts.flatMap((part) => part.removes).sort()).toEqual([...removes].sort());
          expect(parts.every((part) => part.packs.length + part.removes.length > 0)).toBe(true);
        },
      ),
    );
  });
});

describe('a look', () => {
  it('comes after the interval, a tenth more or less, and ever more seldom while it fails', () => {
    expect(untilNextLook(60_000, 0, 0)).toBe(54_000);
    expect(untilNextLook(60_000, 0, 1)).toBe(66_000);
    expect([1, 2, 3, 4, 5, 60].map((attempts) => untilNextLook(60_000, attempts, 0.5))).toEqual([
      120_000, 240_000, 480_000, 900_000, 900_000, 900_000,
    ]);
    expect(untilNextLook(3_600_000, 9, 0.5)).toBe(3_600_000);
  });

  it('for what a webhook told comes soon again', () => {
    expect([0, 1, 2, 3, 9].map((attempts) => untilHintAgain(600_000, attempts))).toEqual([
      1_000, 2_000, 4_000, 8_000, 60_000,
    ]);
  });
});

describe('a commit', () => {
  it('that asks not to be deployed says so anywhere in its message', () => {
    expect(isToSkip('Draft\n\nNot yet: [Deploy Skip] please')).toBe(true);
    expect(isToSkip('Do not skip the deploy')).toBe(false);
  });
});
