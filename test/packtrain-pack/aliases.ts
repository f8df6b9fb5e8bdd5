import type { Command } from '../../src/chat/commands/command.js';
import { commandTable } from '../../src/chat/commands/table.js';

/**
 * The commands that StackStorm's ChatOps takes. Not signing in: what is said there is kept in StackStorm's history, where
 * others would find the link.
 */
export const saidThere: readonly Command[] = commandTable.filter(({ name }) => name !== 'login');

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
