import type { Category } from './nodes.js';

/** Python's classes, as the inside of a JavaScript set under the `v` flag. JavaScript's own `\s` and `\w` differ. */
export const unicodeClasses: Readonly<Record<Category, string>> = {
  digit: '\\p{Nd}',
  space: '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000',
  word: '\\p{L}\\p{N}_',
};

/** The same where a pattern asks for ASCII, by `(?a)`. */
export const asciiClasses: Readonly<Record<Category, string>> = {
  digit: '0-9',
  space: '\\t-\\r\\x20',
  word: 'A-Za-z0-9_',
};

/** White space as Python sees it: one character, for patterns of our own. */
export const spaceSet = `[${unicodeClasses.space}]`;

/** Anything but white space. */
export const notSpaceSet = `[^${unicodeClasses.space}]`;
