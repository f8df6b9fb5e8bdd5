/** Every command that can be asked for, and whether it only reads or changes something. */
export const commands = {
  deploy: 'changes',
  rollback: 'changes',
  cancel: 'changes',
  return: 'changes',
  extend: 'changes',
  give: 'changes',
  steal: 'changes',
  lock: 'changes',
  unlock: 'changes',
  confirm: 'changes',
  defer: 'changes',
  reword: 'changes',
  skip: 'changes',
  adopt: 'changes',
  link: 'changes',
  unlink: 'changes',
  adoptable: 'reads',
  preview: 'reads',
  why: 'reads',
  who: 'reads',
  whoami: 'reads',
  diff: 'reads',
  status: 'reads',
  list: 'reads',
  history: 'reads',
  queue: 'reads',
  clone: 'reads',
  help: 'reads',
  login: 'reads',
} as const satisfies Record<string, 'changes' | 'reads'>;

/** The name of a command, as rules and the config write it. */
export type CommandName = keyof typeof commands;

/** The names of all commands. */
export const commandNames = Object.keys(commands) as readonly CommandName[];

/** Whether a command only shows something. */
export function isReading(command: CommandName): boolean {
  return commands[command] === 'reads';
}
