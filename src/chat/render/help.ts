import type { CommandText } from '../commands/command.js';
import { capital, code } from './markdown.js';

/** The commands, a line each. */
export function renderHelp(commands: readonly CommandText[], prefix: string): string {
  const lines = commands.map(
    ({ formats, words, help }) => `• ${code(`${prefix}${formats[0]?.display ?? words}`)} ${help}`,
  );
  return [
    'What I can do for you:',
    ...lines,
    `Say ${code(`${prefix}pack help ${commands[0]?.name ?? 'help'}`)} to read more of one.`,
  ].join('\n');
}

/** Everything about one command. `added` are the formats that the config adds. */
export function renderCommandHelp(command: CommandText, prefix: string, added: readonly string[]): string {
  const ways = [...command.formats.map(({ display }) => display), ...added];
  const options = (command.options ?? []).map((name) => code(`--${name}`));
  return [
    `${capital(command.help)}. Say:`,
    ...ways.map((way) => `• ${code(`${prefix}${way}`)}`),
    ...(options.length === 0 ? [] : [`It may be followed by ${options.join(', ')}.`]),
    `For example ${code(`${prefix}${command.example}`)}.`,
  ].join('\n');
}
