import { refuse } from './reason.js';
import { ok, type Result, refused } from './result.js';

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** What a duration looks like: each unit at most once, the largest first. Some unit must be there. */
export const durationPattern = /^(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** A hundred years; more is a slip of the finger, and dates end somewhere. */
const longest = 36_500 * 86_400_000;

/**
 * Reads a duration such as `12s`, `10m`, `1h30m` or `2d`.
 * @returns milliseconds; refused with `bad-duration` when it can't be read or is over 100 years.
 */
export function parseDuration(text: string): Result<number> {
  const match = durationPattern.exec(text.trim());
  const ms = match === null ? Number.NaN : sum(match);
  return ms <= longest ? ok(ms) : refused(refuse('bad-duration', { text }));
}

function sum(match: RegExpExecArray): number {
  return units.reduce((total, [, size], i) => total + Number(match[i + 1] ?? 0) * size, 0);
}

/** A duration as `parseDuration` reads it, exact to the millisecond: `1h30m`, `0s` for nothing. */
export function formatDuration(ms: number): string {
  let rest = Math.max(0, Math.round(ms));
  let text = '';
  for (const [unit, size] of units) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n > 0) text += `${n}${unit}`;
  }
  return text === '' ? '0s' : text;
}
