import type { PackRef } from '../../core/pack.js';
import { type CompiledFormat, compileFormat } from '../grammar/format.js';
import { matchFormat } from '../grammar/match.js';
import { fillIn } from '../grammar/template.js';
import type { SaidLine } from './links.js';

/** A line that an alias takes, and the alias's pack. */
export interface LineOf extends SaidLine {
  readonly pack: PackRef;
}

/** Two aliases that take the same line. */
export interface Clash {
  readonly first: LineOf;
  readonly second: LineOf;
  /** A line that both take. */
  readonly example: string;
}

/** Nobody reads more, and a format that takes any line clashes with all others. */
const mostFound = 20;

/**
 * Finds lines that are taken by one of the new formats and by another alias's, new or old. Each is shown with a line
 * that both formats were seen to match, so none is a false alarm; two patterns may have others in common that are not found.
 * @returns at most 20
 */
export function findClashes(fresh: readonly LineOf[], others: readonly LineOf[]): readonly Clash[] {
  const found = new Map<string, Clash>();
  for (const first of fresh)
    for (const second of [...fresh, ...others]) {
      // One pair of aliases is told once, however many of their formats clash.
      const pair = [keyOf(first), keyOf(second)].sort().join(' ');
      if (keyOf(first) === keyOf(second) || found.has(pair) || found.size === mostFound) continue;
      const example = commonLine(first.format, second.format);
      if (example !== undefined) found.set(pair, { first, second, example });
    }
  return [...found.values()];
}

function keyOf({ pack, alias }: LineOf): string {
  return `${pack}.${alias}`;
}

/** A line that two formats take; undefined when none was found. */
export function commonLine(one: string, other: string): string | undefined {
  const [a, b] = [knownOf(one), knownOf(other)];
  if (!mayMeet(a.heads, b.heads)) return undefined;
  return linesOf(a).find((line) => takes(b, line)) ?? linesOf(b).find((line) => takes(a, line));
}

/** What is known of a format. */
interface Known {
  readonly format: string;
  /** The words with one of which every line of it begins, in small letters; undefined when there is no telling. */
  readonly heads: readonly string[] | undefined;
  /** Undefined while it was not needed; null when the format can't be used. */
  compiled?: CompiledFormat | null;
  /** Lines that it was seen to take. */
  lines?: readonly string[];
}

const kept = new Map<string, Known>();
const mostKept = 5_000;

function knownOf(format: string): Known {
  const known = kept.get(format) ?? { format, heads: headsOf(format) };
  const [oldest] = kept.keys();
  if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest);
  kept.set(format, known);
  return known;
}

function mayMeet(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a === undefined || b === undefined || a.some((word) => b.includes(word));
}

/** A plain word, or a choice of some: `show`, `(show|sh)`. */
const firstWord = /^\s*(?:\(\?[a-z]+\))?\^?\s*(?:([\w-]+)|\((?:\?:)?([\w-]+(?:\|[\w-]+)*)\))(?=\s|$)/u;

function headsOf(format: string): readonly string[] | undefined {
  const [, word, choice] = firstWord.exec(format) ?? [];
  // Of an alternation that is not within a group any part may be taken.
  const isOneWay = !format.replace(/\([^()]*\)/gu, '').includes('|');
  const words = (word ?? choice)?.toLowerCase().split('|');
  return isOneWay ? words : undefined;
}

function compiledOf(known: Known): CompiledFormat | undefined {
  if (known.compiled === undefined) {
    const made = compileFormat(known.format);
    known.compiled = made.ok ? made.value : null;
  }
  return known.compiled ?? undefined;
}

function linesOf(known: Known): readonly string[] {
  known.lines ??= samplesOf(known.format).filter((line) => takes(known, line));
  return known.lines;
}

/** How long one line may be tried against one format. */
const longestMs = 50;

function takes(known: Known, line: string): boolean {
  const [word = ''] = line.toLowerCase().split(' ');
  const compiled = mayMeet(known.heads, [word]) ? compiledOf(known) : undefined;
  if (compiled === undefined) return false;
  const match = matchFormat(compiled, line, { maxMs: longestMs });
  // One that takes so long is not tried on every other line too.
  if (!match.ok && match.why === 'too-slow') known.compiled = null;
  return match.ok;
}

/**
 * Lines that a format may take: with and without what may be left out. Whether it does is for the grammar to say, as the
 * text around parameters is a pattern too; of that only the commonest signs are understood here.
 */
function samplesOf(format: string): readonly string[] {
  const bare = fillIn(format, { required: 'something' });
  const full = fillIn(format, { required: 'something', optional: 'more' });
  const lines = [bare, full, asTyped(bare), asTyped(full)].map((line) => line.trim());
  return [...new Set(lines)].filter((line) => line !== '');
}

/** A simple pattern as somebody would type it: the first of what may be chosen, without what may be left out. */
function asTyped(pattern: string): string {
  return pattern
    .replace(/\(\?[a-zA-Z]+\)|^\^|\$$/gu, '')
    .replace(/\((?:\?:)?[^()]*\)[?*]/gu, '')
    .replace(/\((?:\?:)?([^()|]*)[^()]*\)/gu, '$1')
    .replace(/\\s\+|\\s/gu, ' ')
    .replace(/[\s\w][?*]/gu, '')
    .replace(/\\([^\w\s])/gu, '$1')
    .replace(/ +/gu, ' ');
}
