import { describe, expect, it } from 'vitest';
import { endOfQuiet, isQuiet } from '../../src/core/quiet-hours.js';

const night = { from: '22:00', to: '07:00' };
const lunch = { from: '12:00', to: '13:30' };
const at = (time: string) => new Date(`2026-03-04T${time}:00Z`);

describe('quiet hours', () => {
  it.each([
    ['21:59', false],
    ['22:00', true],
    ['03:00', true],
    ['06:59', true],
    ['07:00', false],
  ])('over midnight: %s is %s', (time, isNight) => expect(isQuiet(at(time), night, 'UTC')).toBe(isNight));

  it.each([
    ['11:59', false],
    ['12:00', true],
    ['13:30', false],
  ])('within a day: %s is %s', (time, isLunch) => expect(isQuiet(at(time), lunch, 'UTC')).toBe(isLunch));

  it('end in the morning, whether they have begun or not', () => {
    expect(endOfQuiet(at('03:00'), night, 'UTC')).toEqual(new Date('2026-03-04T07:00:00Z'));
    expect(endOfQuiet(at('23:30'), night, 'UTC')).toEqual(new Date('2026-03-05T07:00:00Z'));
    expect(endOfQuiet(at('15:00'), night, 'UTC')).toEqual(new Date('2026-03-05T07:00:00Z'));
  });

  it('are those of the time zone', () => {
    expect(isQuiet(at('06:30'), night, 'Europe/Zurich')).toBe(false);
    expect(isQuiet(at('21:30'), night, 'Europe/Zurich')).toBe(true);
  });
});
