import { FLAG, TYPE_FLAGS } from './nodes.js';
import { lengthOf } from './problem.js';
import type { Source } from './source.js';

/** Flags that a group turns on and off; `global` where they were meant for the whole pattern. */
export interface FlagChange {
  readonly on: number;
  readonly off: number;
  readonly global: boolean;
}

const bits: Readonly<Record<string, number>> = FLAG;

/** Whether a letter starts flags: one of them, Python's `L`, or the minus. */
export function startsFlags(token: string): boolean {
  return token === '-' || token === 'L' || bits[token] !== undefined;
}

function isLetter(token: string): boolean {
  return /^\p{L}$/u.test(token);
}

function bitOf(source: Source, token: string, missing: string): number {
  if (token === '') throw source.error(missing);
  if (token === 'L') throw source.error("bad inline flags: cannot use 'L' flag with a str pattern");
  const bit = bits[token];
  if (bit === undefined) throw source.error(isLetter(token) ? 'unknown flag' : missing, lengthOf(token));
  return bit;
}

function turnedOn(source: Source, first: string): { on: number; end: string } {
  let on = 0;
  for (let token = first; ; token = source.take()) {
    if (on !== 0 && /^[):-]$/.test(token)) return { on, end: token };
    on |= bitOf(source, token, 'missing -, : or )');
    if ((on & TYPE_FLAGS) === TYPE_FLAGS) {
      throw source.error("bad inline flags: flags 'a', 'u' and 'L' are incompatible");
    }
  }
}

function turnedOff(source: Source): number {
  let off = 0;
  for (;;) {
    const token = source.take();
    if (off !== 0 && token === ':') return off;
    const bit = bitOf(source, token, off === 0 ? 'missing flag' : 'missing :');
    if ((bit & TYPE_FLAGS) !== 0) {
      throw source.error("bad inline flags: cannot turn off flags 'a', 'u' and 'L'");
    }
    off |= bit;
  }
}

/** Reads `i)`, `i:`, `i-s:` or `-s:`; `first` is the token after the question mark. */
export function parseFlags(source: Source, first: string): FlagChange {
  const { on, end } = first === '-' ? { on: 0, end: '-' } : turnedOn(source, first);
  if (end === ')') return { on, off: 0, global: true };
  if ((on & FLAG.t) !== 0) throw source.error('bad inline flags: cannot turn on global flag', 1);
  const off = end === '-' ? turnedOff(source) : 0;
  if ((off & FLAG.t) !== 0) throw source.error('bad inline flags: cannot turn off global flag', 1);
  if ((on & off) !== 0) throw source.error('bad inline flags: flag turned on and off', 1);
  return { on, off, global: false };
}
