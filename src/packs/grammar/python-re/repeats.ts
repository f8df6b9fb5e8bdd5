import type { Node, Repeat } from './nodes.js';
import { invalid } from './problem.js';
import type { Source } from './source.js';

const bounds: Readonly<Record<string, { min: number; max: number }>> = {
  '?': { min: 0, max: 1 },
  '*': { min: 0, max: Infinity },
  '+': { min: 1, max: Infinity },
};

const largest = 4_294_967_295;

function digits(source: Source): number | undefined {
  const taken = source.takeWhile(Infinity, /^[0-9]$/);
  if (taken === '') return undefined;
  if (Number(taken) >= largest) throw invalid('the repetition number is too large');
  return Number(taken);
}

/** `{2}`, `{2,}`, `{,3}`, `{2,3}`; undefined where the brace is only a brace. */
function braces(source: Source, here: number): { min: number; max: number } | undefined {
  if (source.next === '}') return undefined;
  const min = digits(source);
  const max = source.match(',') ? digits(source) : min;
  if (!source.match('}')) {
    source.seek(here);
    return undefined;
  }
  const range = { min: min ?? 0, max: max ?? Infinity };
  if (range.max >= range.min) return range;
  throw source.error('min repeat greater than max repeat', source.position - here);
}

function modeOf(source: Source): Repeat['mode'] {
  if (source.match('?')) return 'lazy';
  return source.match('+') ? 'possessive' : 'greedy';
}

/** Whether a token may begin a repeat. */
export function startsRepeat(token: string): boolean {
  return token === '{' || bounds[token] !== undefined;
}

/** Reads a repeat, its first token being taken already; undefined where that is an ordinary brace. */
export function parseRepeat(source: Source, token: string, item: Node | undefined): Repeat | undefined {
  const here = source.position;
  const range = bounds[token] ?? braces(source, here);
  if (range === undefined) return undefined;
  const back = source.position - here + 1;
  if (item === undefined || item.kind === 'at') throw source.error('nothing to repeat', back);
  if (item.kind === 'repeat') throw source.error('multiple repeat', back);
  return { kind: 'repeat', ...range, mode: modeOf(source), body: [item] };
}
