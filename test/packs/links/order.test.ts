import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PackLinks } from '../../../src/packs/links/links.js';
import { type Need, needsOf, orderByNeeds } from '../../../src/packs/links/order.js';

const names = [...'abcdefghijkl'];

/** The needs of packs, from pairs of `who whom`; `!` behind makes it a firm one. */
function needsIn(...pairs: string[]): ReadonlyMap<string, readonly Need[]> {
  const needs = new Map<string, Need[]>();
  for (const pair of pairs) {
    const [who = '', on = ''] = pair;
    needs.set(who, [...(needs.get(who) ?? []), { on, isFirm: pair.endsWith('!') }]);
  }
  return needs;
}

const anyNeeds = fc
  .array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names), fc.constantFrom('', '!')), {
    maxLength: 30,
  })
  .map((pairs) => needsIn(...pairs.map((pair) => pair.join(''))));

/** Whoever needs somebody later in a random order: that can't be a circle. */
const acyclicNeeds = fc
  .tuple(fc.shuffledSubarray(names, { minLength: names.length }), anyNeeds)
  .map(([ranks, needs]) => {
    const entries = [...needs].map(([who, of]): [string, Need[]] => [
      who,
      of.filter(({ on }) => ranks.indexOf(on) > ranks.indexOf(who)),
    ]);
    return new Map<string, readonly Need[]>(entries);
  });

describe('the order of packs', () => {
  it('respects every need, for any needs without a circle', () => {
    fc.assert(
      fc.property(acyclicNeeds, fc.shuffledSubarray(names), (needs, packs) => {
        const ordered = orderByNeeds(packs, needs);
        expect([...ordered.packs].sort()).toEqual([...packs].sort());
        expect(ordered.circles).toEqual([]);
        for (const [who, of] of needs)
          for (const { on } of of)
            if (packs.includes(who) && packs.includes(on))
              expect(ordered.packs.indexOf(on)).toBeLessThan(ordered.packs.indexOf(who));
      }),
    );
  });

  it('has each pack once for any needs, the same each time, and breaks none outside of a circle', () => {
    fc.assert(
      fc.property(anyNeeds, (needs) => {
        const { packs, circles } = orderByNeeds(names, needs);
        expect([...packs].sort()).toEqual(names);
        expect(orderByNeeds(names, needs)).toEqual({ packs, circles });
        for (const [who, of] of needs)
          for (const { on } of of) {
            if (on === who || packs.indexOf(on) < packs.indexOf(who)) continue;
            expect(circles.some((circle) => circle.includes(who) && circle.includes(on))).toBe(true);
          }
      }),
    );
  });

  it('is the given one where nothing is needed, also where what is needed is not among them', () => {
    expect(orderByNeeds(['c', 'a', 'b'], needsIn('az', 'aa')).packs).toEqual(['c', 'a', 'b']);
  });

  it('meets firm needs in a circle, and names the circle', () => {
    const needs = needsIn('ab!', 'ba', 'ca', 'xy', 'yx');
    expect(orderByNeeds(['a', 'b', 'c', 'x', 'y'], needs)).toEqual({
      packs: ['b', 'a', 'c', 'x', 'y'],
      circles: [
        ['b', 'a'],
        ['x', 'y'],
      ],
    });
    expect(orderByNeeds(['a', 'b'], needsIn('ab!', 'ba!')).packs).toEqual(['a', 'b']);
  });

  it('takes a trigger type and a dependency for firm needs', () => {
    const place = { file: 'f', line: 1 };
    const links: PackLinks = {
      version: '1.0.0',
      dependencies: [{ pack: 'b', ...place }],
      references: [
        { kind: 'rule', to: 'trigger', pack: 'c', name: 't', ...place },
        { kind: 'rule', to: 'action', pack: 'c', name: 'x', ...place },
        { kind: 'workflow', to: 'action', pack: 'd', name: 'x', ...place },
        { kind: 'rule', to: 'action', pack: 'a', name: 'x', ...place },
      ],
      lines: [],
    };
    expect(needsOf('a', links)).toEqual([
      { on: 'b', isFirm: true },
      { on: 'c', isFirm: true },
      { on: 'd', isFirm: false },
    ]);
  });
});
