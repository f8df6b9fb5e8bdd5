import { distance } from 'fastest-levenshtein';
import type { KnownCommand } from './vocabulary.js';
import type { Word } from './words.js';

/** The word with which nearly every command begins. */
export const head = 'pack';

/** The words that follow `pack`. */
export function verbsOf(vocabulary: readonly KnownCommand[]): readonly string[] {
  return vocabulary.flatMap(({ command }) =>
    command.words.startsWith(`${head} `) ? [command.words.slice(head.length + 1)] : [],
  );
}

/** A verb that may have been meant, which may have more words than one. */
export interface NearVerb {
  readonly verb: string;
  /** How many of the words that were written stand for it. */
  readonly taken: number;
}

/** The verb that somebody who wrote some words may have meant: one that is there whole goes before one that is begun. */
export function nearestVerb(
  words: readonly string[],
  vocabulary: readonly KnownCommand[],
): NearVerb | undefined {
  const near = verbsOf(vocabulary)
    .map((verb) => ({ verb, ...likeness(words, verb.split(' ')) }))
    .filter(({ taken }) => taken > 0)
    .sort((a, b) => a.lacking - b.lacking || a.far - b.far);
  return near[0];
}

/** How many of a verb's words are there, though perhaps misspelt, and by how many letters. */
function likeness(words: readonly string[], parts: readonly string[]) {
  const fars = parts.map((part, at) => distance(words[at]?.toLowerCase() ?? '', part));
  const unlike = fars.findIndex((far, at) => far > ((parts[at] ?? '').length > 4 ? 2 : 1));
  const taken = unlike < 0 ? parts.length : unlike;
  const far = fars.slice(0, taken).reduce((sum, one) => sum + one, 0);
  return { taken, far, lacking: parts.length - taken };
}

/**
 * Whether a line with the prefix, though it is no command, was meant for this bot. Other bots may share the prefix:
 * `!karma bob++` is left alone, `!pck deploy beans` is ours.
 */
export function looksLikeOurs(
  words: readonly Word[],
  vocabulary: readonly KnownCommand[],
  isShared: boolean,
): boolean {
  const [first = '', second = ''] = words.map((word) => word.text.toLowerCase());
  if (first === head || first === `${head}s`) return true;
  if (headsOfAdded(vocabulary).has(first)) return true;
  if (first === 'show') return distance(second, 'git') <= 1;
  if (fusedVerb(first, vocabulary) !== undefined) return true;
  if (distance(first, head) <= 2 && nearestVerb([second], vocabulary) !== undefined) return true;
  return !isShared && verbsOf(vocabulary).includes(first);
}

/** The verb of `pack-deploy` and `packdeploy`. */
export function fusedVerb(word: string, vocabulary: readonly KnownCommand[]): string | undefined {
  const rest = /^packs?[-_:.]?(\w{3,})$/iu.exec(word)?.[1];
  return rest === undefined ? undefined : nearestVerb([rest], vocabulary)?.verb;
}

/** The fixed words with which formats of the config begin. */
function headsOfAdded(vocabulary: readonly KnownCommand[]): ReadonlySet<string> {
  const formats = vocabulary.flatMap(({ added }) => added.map(({ format }) => format));
  return new Set(formats.flatMap((format) => /^\w+/u.exec(format)?.[0].toLowerCase() ?? []));
}
