import type { AddCommand } from '../add-command.js';
import { lineOf } from '../chat-line.js';
import { askLine } from '../request.js';

/** `packtrain confirm`: says yes to a deployment whose turn has come. */
export const confirmCommand: AddCommand = (program, run) => {
  program
    .command('confirm')
    .description('complete a deployment of yours whose turn has come, as its phrase does in chat')
    .argument('[deployment]', 'its number')
    .action((word: string | undefined, _flags: object, command) =>
      run(command, (session) => askLine(session, lineOf('confirm', [word]))),
    );
};

/** `packtrain defer`: lets the next one go first. */
export const deferCommand: AddCommand = (program, run) => {
  program
    .command('defer')
    .description('let the next one in line go before your deployment')
    .argument('[deployment]', 'its number')
    .action((word: string | undefined, _flags: object, command) =>
      run(command, (session) => askLine(session, lineOf('defer', [word]))),
    );
};
