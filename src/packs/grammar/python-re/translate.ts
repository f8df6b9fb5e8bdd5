import { hasAnchor } from './anchors.js';
import { emit } from './emit.js';
import { checkTranslatable } from './limits.js';
import { FLAG } from './nodes.js';
import { parsePattern } from './parse.js';
import { PatternError, type PatternProblem, unsupported } from './problem.js';

/** A pattern of Python's `re`, translated. */
export interface TranslatedPattern {
  /** For `exec` from `lastIndex`; global, so set `lastIndex` first. */
  readonly regexp: RegExp;
  /** The named groups: the number that each has in `regexp`. */
  readonly names: ReadonlyMap<string, number>;
}

type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: PatternProblem };

function caught<T>(work: () => T): Outcome<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof PatternError) return { ok: false, problem: error.problem };
    throw error;
  }
}

function toRegExp(source: string): RegExp {
  try {
    return new RegExp(source, 'gsv');
  } catch {
    throw unsupported('a pattern that is too large');
  }
}

/**
 * Translates a pattern of Python 3.11's `re`, compiled with DOTALL, to a JavaScript regular expression that matches
 * the same texts with the same groups. The problem says whether Python refuses the pattern too.
 */
export function translate(text: string): Outcome<TranslatedPattern> {
  return caught(() => {
    const pattern = parsePattern(text);
    checkTranslatable(pattern, pattern.widths);
    const { source, numbers } = emit(pattern.nodes, pattern.flags | FLAG.s, pattern.widths);
    const named = [...pattern.names].map(([name, group]) => [name, numbers.get(group) ?? 0] as const);
    return { regexp: toRegExp(source), names: new Map(named) };
  });
}

/** Which ends of a pattern are anchored already (see `anchors.ts`). */
export function anchorsOf(text: string): Outcome<{ readonly start: boolean; readonly end: boolean }> {
  return caught(() => {
    const { nodes } = parsePattern(text);
    return {
      start: hasAnchor(nodes, ['start', 'string-start']),
      end: hasAnchor(nodes, ['end', 'string-end']),
    };
  });
}
