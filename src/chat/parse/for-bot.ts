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

/** The verb that somebody who wrote a word may have meant. */
export function nearestVerb(word: string, vocabulary: readonly KnownCommand[]): string | undefined {
  const wanted = word.toLowerCase();
  const near = verbsOf(vocabulary)
    .map((verb) => ({ verb, far: distance(wanted, verb) }))
    .filter(({ verb, far }) => far <= (verb.length > 4 ? 2 : 1))
    .sort((a, b) => a.far - b.far);
  return near[0]?.verb;
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
  if (distance(first, head) <= 2 && nearestVerb(second, vocabulary) !== undefined) return true;
  return !isShared && verbsOf(vocabulary).includes(first);
}

/** The verb of `pack-deploy` and `packdeploy`. */
export function fusedVerb(word: string, vocabulary: readonly KnownCommand[]): string | undefined {
  const rest = /^packs?[-_:.]?(\w{3,})$/iu.exec(word)?.[1];
  return rest === undefined ? undefined : nearestVerb(rest, vocabulary);
}

/** The fixed words with which formats of the config begin. */
function headsOfAdded(vocabulary: readonly KnownCommand[]): ReadonlySet<string> {
  const formats = vocabulary.flatMap(({ added }) => added.map(({ format }) => format));
  return new Set(formats.flatMap((format) => /^\w+/u.exec(format)?.[0].toLowerCase() ?? []));
}
