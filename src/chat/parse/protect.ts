import { plainText, type Word } from './words.js';

/** Characters that mean something to the grammar of formats, and what stands for them while a line is matched. */
const stand: ReadonlyMap<string, string> = new Map([
  [' ', '\uE000'],
  ['=', '\uE001'],
  ['"', '\uE002'],
  ["'", '\uE003'],
  ['{', '\uE004'],
  ['}', '\uE005'],
]);
const back: ReadonlyMap<string, string> = new Map([...stand].map(([sign, other]) => [other, sign]));

/** Stands before a value that was in quotes, so that it is never taken for a keyword. */
export const quotedMark = '\uE006';

/** A text that the grammar takes as one plain word. */
export function protect(text: string): string {
  return text.replace(/[ ="'{}]/gu, (sign) => stand.get(sign) ?? sign);
}

/** The text that was protected. */
export function unprotect(text: string): string {
  return text.replace(/[\uE000-\uE006]/gu, (sign) => back.get(sign) ?? '');
}

/** The names that may be said as `name=value`. */
export interface Names {
  readonly params: ReadonlySet<string>;
  readonly options: ReadonlySet<string>;
}

/**
 * The words as one line for the grammar: options and the trailing pairs of known names stand at its end as
 * `name=value`, everything else is protected. So a branch such as `feature/a=b` stays a branch.
 */
export function lineFor(words: readonly Word[], names: Names): string {
  const options = words.flatMap((word) => optionOf(word, names) ?? []);
  const rest = words.filter((word) => optionOf(word, names) === undefined);
  let end = rest.length;
  while (end > 0 && isPair(rest[end - 1], names)) end -= 1;
  const pairs = rest.slice(end).map((word) => pair(word.key ?? '', word.text));
  return [...rest.slice(0, end).map(protectedWord), ...pairs, ...options].join(' ');
}

function protectedWord(word: Word): string {
  const text = protect(plainText(word));
  return word.isQuoted && word.key === undefined ? `${quotedMark}${text}` : text;
}

function isPair(word: Word | undefined, names: Names): boolean {
  return word?.key !== undefined && names.params.has(word.key.toLowerCase());
}

/** An option as a pair: `--adopt`, `--adopt=true` and `adopt=true` say the same. */
function optionOf(word: Word, names: Names): string | undefined {
  const flag = /^--(.+)$/u.exec(word.key ?? (word.isQuoted ? '' : word.text))?.[1]?.toLowerCase();
  const name = flag ?? word.key?.toLowerCase() ?? '';
  if (!names.options.has(name)) return undefined;
  return pair(name, word.key === undefined ? 'true' : word.text);
}

function pair(key: string, text: string): string {
  return `${key.toLowerCase()}=${text === '' ? '""' : protect(text)}`;
}

/** A cleaned line for a format that somebody else wrote: as it stands, but only known names make pairs. */
export function lineForOthers(line: string, names: Names): string {
  const { text, pairs } = withoutFlags(line, names.options);
  const guarded = text
    .replace(/ ?, ?/gu, ',')
    .replace(/=/gu, (sign, at: number, whole: string) =>
      endsWithName(whole.slice(0, at), names) ? sign : protect(sign),
    );
  return [guarded, ...pairs].join(' ');
}

function withoutFlags(line: string, options: ReadonlySet<string>) {
  if (options.size === 0) return { text: line, pairs: [] };
  const flag = new RegExp(` --(${[...options].join('|')})(?:=true)?(?= |$)`, 'giu');
  const pairs = [...line.matchAll(flag)].map(([, name = '']) => pair(name, 'true'));
  return { text: line.replace(flag, ''), pairs };
}

function endsWithName(text: string, names: Names): boolean {
  const word = text.slice(text.lastIndexOf(' ') + 1);
  return names.params.has(word) || names.options.has(word);
}
