import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/core/duration.js';
import { sentence } from '../../src/core/reason.js';

describe('durations', () => {
  it.each([
    ['12s', 12_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['250ms', 250],
    ['1d2h3m4s5ms', 93_784_005],
    [' 90m ', 5_400_000],
    ['0s', 0],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: ms });
  });

  it.each(['', ' ', '10', 'm', '10 m', '1.5h', '-5m', '30m1h', '1h1h', '10min', '99999999999d', '١٠m'])(
    'refuses %j and says how to write one',
    (text) => {
      const result = parseDuration(text);
      if (result.ok) throw new Error(`read as ${result.value}`);
      expect(sentence(result.refusal)).toBe(
        `"${text}" is no duration. Write whole numbers with their units, the largest first, such as 12s, 10m, 1h30m or 2d.`,
      );
    },
  );

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 36_500 * 86_400_000 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toEqual({ ok: true, value: ms });
      }),
    );
  });
});
