import { type Refusal, refuse } from '../../core/reason.js';
import type { Command } from '../commands/command.js';
import { fusedVerb, head, nearestVerb } from './for-bot.js';
import { beginsWith, matchOwn } from './match.js';
import type { KnownCommand } from './vocabulary.js';
import { plainText, type Word } from './words.js';

/** A line that is no command. */
export interface Miss {
  /** As it was typed. */
  readonly line: string;
  readonly words: readonly Word[];
  readonly prefix: string;
}

/** Says what comes nearest to a line that is no command: the command that was meant, and what it lacks. */
export function nearMiss(miss: Miss, vocabulary: readonly KnownCommand[]): Refusal {
  const { line, words, prefix } = miss;
  const known = vocabulary.find(({ command }) => beginsWith(words, command.words));
  if (known !== undefined) return misfit(miss, known);
  const meant = meantLine(words, vocabulary);
  return refuse('unknown-command', {
    said: clipped(line, 100),
    meant: meant === undefined ? null : `${prefix}${meant}`,
    help: `${prefix}${head} help`,
  });
}

/** Why the rest of a line does not fit the command that it names. */
function misfit({ line, words, prefix }: Miss, { command, names, keywords }: KnownCommand): Refusal {
  const shownCommand = `${prefix}${command.words}`;
  const example = `${prefix}${command.example}`;
  const rest = words.slice(command.words.split(' ').length);
  const option = rest.find((word) => !word.isQuoted && /^--\w/u.test(plainText(word)) && !isKnown(word));
  if (option !== undefined)
    return refuse('unknown-option', {
      command: shownCommand,
      option: clipped(plainText(option), 40),
      known: [...names.options],
    });
  const missing = missingPart(rest, command, keywords);
  if (missing !== undefined) return refuse('command-incomplete', { command: shownCommand, missing, example });
  const display = `${prefix}${command.formats[0]?.display ?? command.words}`;
  return refuse('command-not-understood', { said: clipped(line, 100), display, example });

  function isKnown(word: Word): boolean {
    return names.options.has(
      plainText(word)
        .replace(/^--|=.*$/gu, '')
        .toLowerCase(),
    );
  }
}

/** What a line lacks, in words: a required part, or what should follow a keyword. */
function missingPart(
  rest: readonly Word[],
  command: Command,
  keywords: ReadonlySet<string>,
): string | undefined {
  const isKeyword = (word: Word | undefined) =>
    word !== undefined && !word.isQuoted && keywords.has(plainText(word).toLowerCase());
  const positional = rest.findIndex(isKeyword);
  const given = positional < 0 ? rest.length : positional;
  const required = command.params.filter((param) => param.isRequired);
  const isSaid = ({ keyword }: (typeof required)[number]) =>
    rest.some((word, i) => rest[i + 1] !== undefined && isKeyword(word) && isWord(word, keyword));
  const lacking = required
    .slice(given)
    .filter((param) => !isSaid(param))
    .map((param) => param.label);
  if (lacking.length > 0) return lacking.join(' and ');
  const dangling = rest.find(
    (word, i) => isKeyword(word) && (rest[i + 1] === undefined || isKeyword(rest[i + 1])),
  );
  if (dangling === undefined) return undefined;
  const param = command.params.find(({ keyword }) => keyword === dangling.text.toLowerCase());
  return param && `${param.label} after \`${param.keyword}\``;
}

function isWord(word: Word, keyword: string | undefined): boolean {
  return plainText(word).toLowerCase() === keyword;
}

/** The line that was probably meant, without the prefix. */
function meantLine(words: readonly Word[], vocabulary: readonly KnownCommand[]): string | undefined {
  const [first, ...others] = words.map((word) => word.text);
  const second = nearestVerb(others, vocabulary);
  const fused = fusedVerb(first ?? '', vocabulary);
  const bare = nearestVerb(first === undefined ? [] : [first, ...others], vocabulary);
  const tries: readonly (readonly [verb: string | undefined, rest: number])[] = [
    [second?.verb, 1 + (second?.taken ?? 0)],
    [fused, 1],
    [bare?.verb, bare?.taken ?? 0],
  ];
  const found = tries.find(([verb]) => verb !== undefined);
  if (found?.[0] === undefined) return cloneLine(first, vocabulary);
  return corrected(found[0], words.slice(found[1]), vocabulary);
}

function cloneLine(first: string | undefined, vocabulary: readonly KnownCommand[]): string | undefined {
  if (first?.toLowerCase() !== 'show') return undefined;
  return vocabulary.find(({ command }) => command.words.startsWith('show '))?.command.example;
}

/** The line with its verb put right where that makes it a command, else the verb's example. */
function corrected(verb: string, rest: readonly Word[], vocabulary: readonly KnownCommand[]): string {
  const words = [head, ...verb.split(' ')].map((text) => ({ text, isQuoted: false }));
  const line = shown([...words, ...rest]);
  const isCommand = line.length < 100 && matchOwn(vocabulary, [...words, ...rest]) !== undefined;
  const known = vocabulary.find(({ command }) => command.words === `${head} ${verb}`);
  return isCommand ? line : (known?.command.example ?? line);
}

function shown(words: readonly Word[]): string {
  const line = words.map((word) => (word.isQuoted ? `"${plainText(word)}"` : plainText(word))).join(' ');
  return clipped(line, 100);
}

// It stands in code marks, which a backtick would end. Nobody is called by it: another bot would answer, and so on.
function clipped(text: string, max: number): string {
  const plain = text.replaceAll('`', "'").replace(/(^|[\s'"(<])@(?=\S)/gu, '$1');
  return plain.length <= max ? plain : `${plain.slice(0, max - 1)}…`;
}
