import type { Config } from '../../config/config.js';
import type { Refusal } from '../../core/reason.js';
import type { Command, Values } from '../commands/command.js';
import { cleanLine } from './clean.js';
import { head, looksLikeOurs } from './for-bot.js';
import { matchAdded, matchOwn } from './match.js';
import { nearMiss } from './near-miss.js';
import { type KnownCommand, vocabularyOf } from './vocabulary.js';
import { type Word, wordsOf } from './words.js';

/** What a line is. */
export type Parsed =
  /** Somebody speaks to somebody else. */
  | { readonly kind: 'not-for-bot' }
  | { readonly kind: 'command'; readonly command: Command; readonly values: Values }
  /** It was meant for the bot but is no command; the refusal says what comes nearest. */
  | { readonly kind: 'near-miss'; readonly refusal: Refusal };

/** How a line was said. */
export interface Spoken {
  /** Whether it was certainly meant for the bot, so that it needs no prefix. */
  readonly addressed: boolean;
  /** Whether other bots may listen there too, so that a bare `!status` may be theirs. */
  readonly isShared: boolean;
}

/** No command is longer; of what is, only the beginning is looked at, to say so. */
const longest = 4_000;

/** Reads a line. Never throws, whatever the line is. */
export function parseLine(text: string, config: Pick<Config, 'chat'>, spoken: Spoken): Parsed {
  const { prefix } = config.chat;
  const clean = cleanLine(text.slice(0, longest));
  const said = withoutPrefix(clean, prefix);
  const isAddressed = spoken.addressed;
  if (said === undefined && !isAddressed) return { kind: 'not-for-bot' };
  const line = said ?? clean;
  const vocabulary = vocabularyOf(config);
  const isTooLong = text.length > longest;
  const added = isTooLong ? undefined : matchAdded(vocabulary, line);
  if (added !== undefined) return { kind: 'command', command: added.known.command, values: added.values };
  const words = completed(wordsOf(line), vocabulary, isAddressed);
  const own = isTooLong ? undefined : matchOwn(vocabulary, words);
  if (own !== undefined) {
    const { command } = own.known;
    return { kind: 'command', command, values: withVerbatim(command, own.values, text) };
  }
  if (!isAddressed && !looksLikeOurs(words, vocabulary, spoken.isShared)) return { kind: 'not-for-bot' };
  return { kind: 'near-miss', refusal: nearMiss({ line: clean, words, prefix }, vocabulary) };
}

/** The values with the text that is meant as it was written: it follows the command's words and one word for each other. */
function withVerbatim(command: Command, values: Values, text: string): Values {
  const at = command.params.findIndex((param) => param.isVerbatim);
  const name = command.params[at]?.name;
  if (name === undefined) return values;
  const words = command.words.split(' ').length + at;
  const begin = Math.max(0, text.toLowerCase().indexOf(command.words.slice(0, head.length)));
  const rest = new RegExp(`^(?:\\S+\\s+){${words}}(?::\\s*)?(\\S[^]*)$`, 'u').exec(text.slice(begin))?.[1];
  return rest === undefined ? values : { ...values, [name]: rest.trim() };
}

/** What follows the prefix; undefined where there is none, or nothing after it. */
function withoutPrefix(line: string, prefix: string): string | undefined {
  if (!line.toLowerCase().startsWith(prefix.toLowerCase())) return undefined;
  const rest = line.slice(prefix.length);
  // A prefix of letters is a word of its own.
  if (/\w$/u.test(prefix) && /^\w/u.test(rest)) return undefined;
  const trimmed = rest.trim();
  return trimmed === '' ? undefined : trimmed;
}

/** `pack` alone asks for help; whoever speaks to the bot itself may leave `pack` away. */
function completed(
  words: readonly Word[],
  vocabulary: readonly KnownCommand[],
  isAddressed: boolean,
): readonly Word[] {
  const first = words[0]?.text.toLowerCase() ?? '';
  if (words.length === 0 || (words.length === 1 && first === 'pack')) return [word('pack'), word('help')];
  const isVerb = vocabulary.some(({ command }) => command.words === `pack ${first}`);
  return isAddressed && isVerb ? [word('pack'), ...words] : words;
}

function word(text: string): Word {
  return { text, isQuoted: false };
}
