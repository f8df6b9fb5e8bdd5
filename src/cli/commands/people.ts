import type { AddCommand } from '../add-command.js';
import { lineOf } from '../chat-line.js';
import { askLine } from '../request.js';

/** `packtrain link`: joins accounts of one person. */
export const linkCommand: AddCommand = (program, run) => {
  program
    .command('link')
    .description('join your account here with one of yours in a chat: by a code that is said there')
    .argument('[code]', 'the code that your other account was given')
    .action((code: string | undefined, _flags: object, command) =>
      run(command, (session) => askLine(session, lineOf('link', [code]))),
    );
};

/** `packtrain unlink`: takes joined accounts apart. */
export const unlinkCommand: AddCommand = (program, run) => {
  program
    .command('unlink')
    .description('take accounts apart that were joined; the one here, unless you name another')
    .argument('[account]', 'a platform, or an account as platform:id')
    .action((account: string | undefined, _flags: object, command) =>
      run(command, (session) => askLine(session, lineOf('unlink', [account]))),
    );
};

/** `packtrain whoami`: who somebody is. */
export const whoAmICommand: AddCommand = (program, run) => {
  program
    .command('whoami')
    .description('who you are, and which accounts are yours')
    .action((_flags: object, command) => run(command, (session) => askLine(session, lineOf('whoami', []))));
};
