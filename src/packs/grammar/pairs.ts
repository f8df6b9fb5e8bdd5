import { notSpaceSet, spaceSet } from './python-re/classes.js';
import { tailOf } from './tail.js';

/** A message without its trailing `key=value` pairs, and these in order; of two with the same key the later counts. */
export interface SplitMessage {
  readonly rest: string;
  readonly pairs: readonly (readonly [key: string, value: string])[];
}

const before = `(?:^|(?<!${spaceSet})${spaceSet}+)`;
const key = `(${notSpaceSet}+?)${spaceSet}*`;
const value = `(?:""|''|"(.+?)"|'(.+?)'|(\\{.+?\\})|(${notSpaceSet}+))`;
const pair = new RegExp(`${before}${key}=${value}`, 'gsv');

/**
 * Cuts the `key=value` pairs off the end of a message. Each stands after white space or at the start; a value is
 * `""`, `''`, text in quotes, text in braces, or one word. A tail that stands in the message more than once is cut
 * everywhere, as the formats' original parser does.
 */
export function splitPairs(message: string): SplitMessage {
  const tail = tailOf(message);
  if (tail === '') return { rest: message, pairs: [] };
  const pairs = [...tail.matchAll(pair)].map(([, name = '', ...values]) => {
    return [name, values.find((text) => text !== undefined) ?? ''] as const;
  });
  return { rest: message.replaceAll(tail, ''), pairs };
}
