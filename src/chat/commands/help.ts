import { nearest } from '../../core/near.js';
import { refuse } from '../../core/reason.js';
import type { Answer } from '../answer.js';
import { renderCommandHelp, renderHelp } from '../render/help.js';
import { refusal } from './about.js';
import type { Asking, Command, QueryCommand, Values } from './command.js';

/** `pack help`: what the asker may say. */
export const helpCommand: QueryCommand = {
  kind: 'query',
  name: 'help',
  words: 'pack help',
  formats: [{ display: 'pack help {{command=all}}', representation: ['pack help {{command}}', 'pack help'] }],
  params: [{ name: 'command', label: 'the command' }],
  help: 'tells what you can say, or more of one command',
  example: 'pack help deploy',
  answer,
};

async function answer({ command: name }: Values, asking: Asking): Promise<Answer> {
  const { prefix, formats } = asking.config.chat;
  const commands = asking.commands.filter(asking.mayEver);
  if (name === undefined)
    return { text: renderHelp(commands, prefix), data: { commands: commands.map(dataOf) } };
  const command = commands.find((one) => calls(one).includes(name.toLowerCase()));
  if (command === undefined) return unknown(name, commands, prefix);
  return { text: renderCommandHelp(command, prefix, formats.get(command.name) ?? []), data: dataOf(command) };
}

/** The words by which people call a command. */
function calls({ name, words }: Command): readonly string[] {
  return [name, words, words.split(' ').at(-1) ?? name];
}

function unknown(name: string, commands: readonly Command[], prefix: string): Answer {
  const said = `${prefix}pack help ${name}`.replaceAll('`', "'").slice(0, 100);
  const [near] = nearest(
    name,
    commands.map((one) => one.name),
  );
  const meant = near === undefined ? null : `${prefix}pack help ${near}`;
  return refusal(refuse('unknown-command', { said, meant, help: `${prefix}pack help` }));
}

function dataOf({ name, formats, help, example }: Command): object {
  return { name, formats: formats.map(({ display }) => display), help, example };
}
