import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesName, matchesPath } from '../../src/core/glob.js';

describe('names with *', () => {
  it.each([
    ['beans', 'beans', true],
    ['beans', 'beans2', false],
    ['*', '', true],
    ['feature/*', 'feature/a/b', true],
    ['feature/*', 'feature', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b*', 'xxbxxaxx', false],
    ['ab*ba', 'aba', false],
    ['a.c', 'abc', false],
    ['**', 'anything', true],
  ])('%s and %s: %s', (pattern, name, fits) => {
    expect(matchesName(pattern, name)).toBe(fits);
  });

  it('agrees with the regular expression that says the same', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        const source = p.replaceAll('.', '\\.').replace(/\*+/g, '.*');
        expect(matchesName(p, t)).toBe(new RegExp(`^${source}$`).test(t));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('paths with * and **', () => {
  it.each([
    ['lib/**', 'lib/a/b.py', true],
    ['lib/*', 'lib/a/b.py', false],
    ['lib/*', 'lib/b.py', true],
    ['**/common.py', 'common.py', true],
    ['**/common.py', 'a/b/common.py', true],
    ['lib/*.py', 'lib/xpy', false],
    ['lib', 'lib/a', false],
  ])('%s and %s: %s', (pattern, path, fits) => {
    expect(matchesPath(pattern, path)).toBe(fits);
  });
});
