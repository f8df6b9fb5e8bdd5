import { createHash, randomInt } from 'node:crypto';

// Without those that are taken for each other: 0 and O, 1, I and L, U and V.
const letters = '23456789ABCDEFGHJKMNPQRSTWXYZ';
const half = 5;

/** A code that can be typed on a telephone: 48 random bits, as `K7QWM-4XHRT`. */
export function newCode(): string {
  const part = () => Array.from({ length: half }, () => letters[randomInt(letters.length)]).join('');
  return `${part()}-${part()}`;
}

/** What is kept of a code, however it is typed. Codes live for minutes, so a plain hash can't be turned back in time. */
export function hashOfCode(typed: string): string {
  const plain = typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
  return createHash('sha256').update(`packtrain link ${plain}`).digest('hex');
}
