import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isToSkip } from '../../src/automation/assess.js';
import { divide } from '../../src/automation/parts.js';
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
