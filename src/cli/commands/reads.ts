import type { AddCommand } from '../add-command.js';
import { lineOf } from '../chat-line.js';
import { askLine } from '../request.js';

/** `packtrain status`: what is live. */
export const statusCommand: AddCommand = (program, run) => {
  program
    .command('status')
    .description('what is live, and what is under way')
    .argument('[pack]')
    .action((pack: string | undefined, _flags: object, command) =>
      run(command, (session) => askLine(session, lineOf('status', [pack]))),
    );
};

/** `packtrain list`: the repositories and their packs. */
export const listCommand: AddCommand = (program, run) => {
  program
    .command('list')
    .description('the repositories and their packs')
    .argument('[repository]')
    .action((repository: string | undefined, _flags: object, command) =>
      run(command, (session) => askLine(session, lineOf('list', [repository]))),
    );
};

/** `packtrain history`: past deployments. */
export const historyCommand: AddCommand = (program, run) => {
  program
    .command('history')
    .description('past deployments, newest first')
    .argument('[pack]')
    .action((pack: string | undefined, _flags: object, command) =>
      run(command, (session) => askLine(session, lineOf('history', [pack]))),
    );
};

/** `packtrain queue`: what runs and waits. */
export const queueCommand: AddCommand = (program, run) => {
  program
    .command('queue')
    .description('what runs and what waits, in the order in which it will run')
    .argument('[pack]')
    .action((pack: string | undefined, _flags: object, command) =>
      run(command, (session) => askLine(session, lineOf('queue', [pack]))),
    );
};
