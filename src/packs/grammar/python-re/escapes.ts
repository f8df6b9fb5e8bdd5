import type { Category, Node, Place, SetItem } from './nodes.js';
import { lengthOf, unsupported } from './problem.js';
import type { Source } from './source.js';

const characters: Readonly<Record<string, number>> = {
  '\\a': 7,
  '\\b': 8,
  '\\f': 12,
  '\\n': 10,
  '\\r': 13,
  '\\t': 9,
  '\\v': 11,
  '\\\\': 92,
};

const categories: Readonly<Record<string, Category>> = { d: 'digit', s: 'space', w: 'word' };

const places: Readonly<Record<string, Place>> = {
  '\\A': 'string-start',
  '\\Z': 'string-end',
  '\\b': 'boundary',
  '\\B': 'not-boundary',
};

const hexLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** `\d`, `\S` and the like, as a member of a set. */
function categoryOf(escaped: string): SetItem | undefined {
  const letter = escaped.slice(1);
  const category = categories[letter.toLowerCase()];
  if (category === undefined) return undefined;
  return { kind: 'category', category, negate: letter !== letter.toLowerCase() };
}

function hexCode(source: Source, escaped: string, length: number): number {
  const digits = source.takeWhile(length, /^[0-9A-Fa-f]$/);
  const whole = escaped + digits;
  if (digits.length !== length) throw source.error(`incomplete escape ${whole}`, lengthOf(whole));
  const code = Number.parseInt(digits, 16);
  if (code > 0x10ffff) throw source.error(`bad escape ${whole}`, lengthOf(whole));
  return code;
}

function octalCode(source: Source, escaped: string): number {
  const code = Number.parseInt(escaped.slice(1), 8);
  if (code <= 0o377) return code;
  throw source.error(`octal escape value ${escaped} outside of range 0-0o377`, escaped.length);
}

/** The escapes that mean one character both inside a set and outside. */
function plainCode(source: Source, escaped: string): number {
  const letter = escaped.slice(1);
  const length = hexLengths[letter];
  if (length !== undefined) return hexCode(source, escaped, length);
  if (letter === 'N') throw unsupported('\\N{…}, a character by its name');
  if (/^[A-Za-z0-9]$/.test(letter)) throw source.error(`bad escape ${escaped}`, lengthOf(escaped));
  return letter.codePointAt(0) ?? 0;
}

/** What an escape inside `[…]` stands for. */
export function escapeInSet(source: Source, escaped: string): SetItem {
  const known = characters[escaped];
  if (known !== undefined) return { kind: 'char', code: known };
  const category = categoryOf(escaped);
  if (category !== undefined) return category;
  if (!/^\\[0-7]$/.test(escaped)) return { kind: 'char', code: plainCode(source, escaped) };
  return { kind: 'char', code: octalCode(source, escaped + source.takeWhile(2, /^[0-7]$/)) };
}

/** `\1`, `\12`, `\101`: a reference to a group, or an octal escape where there are three octal digits. */
function numbered(source: Source, escaped: string, refer: (group: number, length: number) => Node): Node {
  const two = escaped + source.takeWhile(1, /^[0-9]$/);
  if (/^\\[0-7]{2}$/.test(two) && /^[0-7]$/.test(source.next)) {
    return { kind: 'char', negate: false, code: octalCode(source, two + source.take()) };
  }
  return refer(Number(two.slice(1)), two.length);
}

/**
 * What an escape outside a set stands for. `refer` makes the reference to a group, and is told its number and the
 * length of what was written.
 */
export function escapeOutside(
  source: Source,
  escaped: string,
  refer: (group: number, length: number) => Node,
): Node {
  const place = places[escaped];
  if (place !== undefined) return { kind: 'at', place };
  const category = categoryOf(escaped);
  if (category !== undefined) return { kind: 'set', negate: false, items: [category] };
  const known = characters[escaped];
  if (known !== undefined) return { kind: 'char', negate: false, code: known };
  if (escaped === '\\0') {
    const code = Number.parseInt(`0${source.takeWhile(2, /^[0-7]$/)}`, 8);
    return { kind: 'char', negate: false, code };
  }
  if (/^\\[1-9]$/.test(escaped)) return numbered(source, escaped, refer);
  return { kind: 'char', negate: false, code: plainCode(source, escaped) };
}
