import type { Completer } from 'node:readline';
import { commandNames } from '../../core/commands.js';

/** Completes commands, and after them the words that were learnt. */
export function createCompleter(words: () => Iterable<string>): Completer {
  const commands = commandNames.map((name) => `!pack ${name} `);
  return (line) => {
    const inCommand = commands.filter((command) => command.startsWith(line));
    if (inCommand.length > 0) return [inCommand, line];
    const typed = /[^\s,]*$/.exec(line)?.[0] ?? '';
    return [[...words()].filter((word) => word.startsWith(typed)).sort(), typed];
  };
}

/** The names in an answer of the bot: what it marks up as bold or code, and is one word. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(/[*`_]([\w./-]+)[*`_]/g)].flatMap(([, name]) => name ?? []);
}
