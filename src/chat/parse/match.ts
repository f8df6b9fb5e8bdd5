import type { CompiledFormat } from '../../packs/grammar/format.js';
import { matchFormat } from '../../packs/grammar/match.js';
import type { Values } from '../commands/command.js';
import { lineFor, lineForOthers, quotedMark, unprotect } from './protect.js';
import type { KnownCommand } from './vocabulary.js';
import type { Word } from './words.js';

/** A line that is of a command's format. */
export interface MatchedCommand {
  readonly known: KnownCommand;
  readonly values: Values;
}

/** Finds the command whose added format a line has. */
export function matchAdded(vocabulary: readonly KnownCommand[], line: string): MatchedCommand | undefined {
  for (const known of vocabulary) {
    if (known.added.length === 0) continue;
    const text = lineForOthers(line, known.names);
    const values = firstOf(known.added, (format) => valuesOf(format, text));
    if (values !== undefined) return { known, values };
  }
  return undefined;
}

/** Finds the command whose own format a line has; every value is one word there, and no keyword unless quoted. */
export function matchOwn(
  vocabulary: readonly KnownCommand[],
  words: readonly Word[],
): MatchedCommand | undefined {
  for (const known of vocabulary) {
    if (!beginsWith(words, known.command.words)) continue;
    const text = lineFor(words, known.names);
    const values = firstOf(known.own, (format) => valuesOf(format, text, known));
    if (values !== undefined) return { known, values };
  }
  return undefined;
}

/** Whether a line begins with some fixed words, in any case. */
export function beginsWith(words: readonly Word[], fixed: string): boolean {
  return fixed.split(' ').every((word, i) => words[i]?.text.toLowerCase() === word);
}

function firstOf<A, B>(all: readonly A[], find: (one: A) => B | undefined): B | undefined {
  for (const one of all) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

function valuesOf(format: CompiledFormat, text: string, strict?: KnownCommand): Values | undefined {
  const match = matchFormat(format, text);
  if (!match.ok) return undefined;
  const given = Object.entries(match.params).flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as const],
  );
  if (strict !== undefined && given.some(([name, value]) => !fits(name, value, strict))) return undefined;
  const plain = given.map(([name, value]) => [name, unprotect(value).trim()] as const);
  return Object.fromEntries(plain.filter(([, value]) => value !== ''));
}

function fits(name: string, value: string, known: KnownCommand): boolean {
  return known.command.params.some((param) => param.isText && param.name === name) || isOneWord(value, known);
}

function isOneWord(value: string, { keywords }: KnownCommand): boolean {
  if (value.startsWith(quotedMark)) return !value.includes(' ');
  // An option that is not known is a slip, not the name of something.
  return !value.includes(' ') && !value.startsWith('--') && !keywords.has(value.toLowerCase());
}
