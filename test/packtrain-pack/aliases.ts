import type { Command } from '../../src/chat/commands/command.js';
import { commandTable } from '../../src/chat/commands/table.js';
import { builtInPhrases } from '../../src/core/phrases.js';

/** Not for StackStorm's ChatOps: what is said there is kept in StackStorm's history, where others would find links and codes. */
const notThere: readonly string[] = ['login', 'link', 'unlink'];

/** The commands that StackStorm's ChatOps takes. */
export const saidThere: readonly Command[] = commandTable.filter(({ name }) => !notThere.includes(name));

/** The alias of a command, as its file has it. */
export function aliasText({ name, words, formats, help }: Command): string {
  const [first, ...rest] = words;
  const either = `[${first?.toUpperCase()}${first}]${rest.join('')}`;
  return `---
name: packtrain_${name}
description: ${JSON.stringify(help)}
action_ref: packtrain.say
formats:
  - display: ${JSON.stringify(formats[0]?.display ?? words)}
    representation:
      # The line as it was said, which Packtrain takes apart. A line is of one alias only.
      - ${JSON.stringify(`(?=${either}(?!\\S)){{ line }}`)}
ack:
  enabled: false
result:
  enabled: false
`;
}

/** The alias of the phrases that people are asked for when their turn has come. */
export function phraseAliasText(): string {
  const formats = builtInPhrases.map(
    (phrase) => `      - ${JSON.stringify(`(?=${phrasePattern(phrase)}(?!\\w)){{ line }}`)}`,
  );
  return `---
name: packtrain_phrase
description: "completes a deployment of yours whose turn has come"
action_ref: packtrain.say
formats:
  - display: "alas! ear wax! (or whichever phrase you are asked for)"
    representation:
${formats.join('\n')}
ack:
  enabled: false
result:
  enabled: false
`;
}

/** A phrase with any marks between its words, small or capital. */
function phrasePattern(phrase: string): string {
  const words = phrase.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  return words
    .map(([first = '', ...rest]) => `[${first.toUpperCase()}${first.toLowerCase()}]${rest.join('')}`)
    .join('\\W*')
    .replace(/[^\x20-\x7e]/g, '.');
}
