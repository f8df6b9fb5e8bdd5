import type { Config } from '../../config/config.js';
import { commandTable } from './table.js';

/** A line that a message box can offer. */
export interface CommandHint {
  /** How it is said, with its prefix: `!pack deploy {{repo_name}} {{packs=changed}}`. */
  readonly display: string;
  readonly help: string;
}

/** What a message box can complete: a line for each command, and one for each format that the config adds. */
export function commandHints({ chat }: Pick<Config, 'chat'>): readonly CommandHint[] {
  return commandTable.flatMap(({ name, formats, words, help }) =>
    [formats[0]?.display ?? words, ...(chat.formats.get(name) ?? [])].map((display) => ({
      display: `${chat.prefix}${display}`,
      help,
    })),
  );
}
