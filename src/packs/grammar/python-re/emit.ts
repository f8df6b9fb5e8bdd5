import { asciiClasses, unicodeClasses } from './classes.js';
import { caseVariants } from './letters.js';
import {
  FLAG,
  type Group,
  type Look,
  type Node,
  type Place,
  type Repeat,
  type SetItem,
  TYPE_FLAGS,
} from './nodes.js';
import { invalid } from './problem.js';
import { type GroupWidths, widthOf } from './width.js';

/** Where Python's groups went: their number in the JavaScript pattern, by their number in Python's. */
interface Emitter {
  readonly numbers: Map<number, number>;
  readonly widths: GroupWidths;
  groups: number;
}

/** A pattern's JavaScript source, for the flags `s` and `v`: every other flag is written out in it. */
export interface Emitted {
  readonly source: string;
  readonly numbers: ReadonlyMap<number, number>;
}

function has(flags: number, flag: number): boolean {
  return (flags & flag) !== 0;
}

function char(code: number): string {
  const text = String.fromCodePoint(code);
  return /^[A-Za-z0-9]$/.test(text) ? text : `\\u{${code.toString(16)}}`;
}

function cased(codes: readonly number[], flags: number): string {
  if (!has(flags, FLAG.i)) return codes.map(char).join('');
  const variants = codes.flatMap((code) => caseVariants(code, has(flags, FLAG.a)));
  return [...new Set(variants)].map(char).join('');
}

function range(low: number, high: number, flags: number): string {
  const whole = `${char(low)}-${char(high)}`;
  if (!has(flags, FLAG.i)) return whole;
  const codes = Array.from({ length: high - low + 1 }, (_, at) => low + at);
  const outside = codes
    .flatMap((code) => caseVariants(code, has(flags, FLAG.a)))
    .filter((code) => code < low || code > high);
  return whole + [...new Set(outside)].map(char).join('');
}

function word(flags: number): string {
  return `[${(has(flags, FLAG.a) ? asciiClasses : unicodeClasses).word}]`;
}

function setItem(item: SetItem, flags: number): string {
  if (item.kind === 'char') return cased([item.code], flags);
  if (item.kind === 'range') return range(item.low, item.high, flags);
  const inside = (has(flags, FLAG.a) ? asciiClasses : unicodeClasses)[item.category];
  return item.negate ? `[^${inside}]` : inside;
}

function place(where: Place, flags: number): string {
  const lines = has(flags, FLAG.m);
  switch (where) {
    case 'string-start':
      return '^';
    case 'string-end':
      return '$';
    case 'start':
      return lines ? '(?<=^|\\n)' : '^';
    case 'end':
      return lines ? '(?=\\n|$)' : '(?=\\n?$)';
    case 'boundary':
      return `(?:(?<=${word(flags)})(?!${word(flags)})|(?<!${word(flags)})(?=${word(flags)}))`;
    case 'not-boundary':
      // The last part: Python finds no `\B` in an empty text.
      return `(?:(?<=${word(flags)})(?=${word(flags)})|(?<!${word(flags)})(?!${word(flags)})(?!^$))`;
  }
}

/** A part that takes either as much as it can for good, or nothing: a look-ahead is never tried a second way. */
function atomic(body: readonly Node[], flags: number, emitter: Emitter): string {
  emitter.groups += 1;
  const number = emitter.groups;
  return `(?:(?=(${sequence(body, flags, emitter)}))\\${number})`;
}

function count({ min, max }: Repeat): string {
  if (max === Infinity && min <= 1) return min === 0 ? '*' : '+';
  return `{${min},${max === Infinity ? '' : max}}`;
}

function repeat(node: Repeat, flags: number, emitter: Emitter): string {
  if (node.mode === 'possessive') return atomic([{ ...node, mode: 'greedy' }], flags, emitter);
  const body = sequence(node.body, flags, emitter);
  if (node.min === 0 && node.max === 1) {
    // Not by a question mark: JavaScript's does not let the part take part with nothing in it.
    return node.mode === 'lazy' ? `(?:|${body})` : `(?:${body}|)`;
  }
  return `(?:${body})${count(node)}${node.mode === 'lazy' ? '?' : ''}`;
}

function group(node: Group, flags: number, emitter: Emitter): string {
  const kept = has(node.on, TYPE_FLAGS) ? flags & ~TYPE_FLAGS : flags;
  if (node.capture === null) return `(?:${sequence(node.body, (kept | node.on) & ~node.off, emitter)})`;
  emitter.groups += 1;
  emitter.numbers.set(node.capture, emitter.groups);
  return `(${sequence(node.body, flags, emitter)})`;
}

function look(node: Look, flags: number, emitter: Emitter): string {
  if (!node.ahead) {
    const { min, max } = widthOf(node.body, emitter.widths);
    if (min !== max) throw invalid('look-behind requires fixed-width pattern');
  }
  const sign = `${node.ahead ? '' : '<'}${node.negate ? '!' : '='}`;
  return `(?${sign}${sequence(node.body, flags, emitter)})`;
}

function emitNode(node: Node, flags: number, emitter: Emitter): string {
  switch (node.kind) {
    case 'char':
      if (!node.negate && !has(flags, FLAG.i)) return char(node.code);
      return `[${node.negate ? '^' : ''}${cased([node.code], flags)}]`;
    case 'any':
      return has(flags, FLAG.s) ? '.' : '[^\\n]';
    case 'set':
      return `[${node.negate ? '^' : ''}${node.items.map((item) => setItem(item, flags)).join('')}]`;
    case 'at':
      return place(node.place, flags);
    case 'reference':
      return `(?:\\${emitter.numbers.get(node.group) ?? 0})`;
    case 'branch':
    case 'condition':
      return `(?:${node.branches.map((branch) => sequence(branch, flags, emitter)).join('|')})`;
    case 'atomic':
      return atomic(node.body, flags, emitter);
    case 'repeat':
      return repeat(node, flags, emitter);
    case 'group':
      return group(node, flags, emitter);
    case 'look':
      return look(node, flags, emitter);
  }
}

function sequence(nodes: readonly Node[], flags: number, emitter: Emitter): string {
  return nodes.map((node) => emitNode(node, flags, emitter)).join('');
}

/** Writes parsed parts as JavaScript. Conditions must have been refused before (see `limits.ts`). */
export function emit(nodes: readonly Node[], flags: number, widths: GroupWidths): Emitted {
  const emitter: Emitter = { numbers: new Map(), widths, groups: 0 };
  return { source: sequence(nodes, flags, emitter), numbers: emitter.numbers };
}
