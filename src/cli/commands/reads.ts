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

/** `packtrain why`: why a pack is as it is. */
export const whyCommand: AddCommand = (program, run) => {
  program
    .command('why')
    .description('why a pack is as it is, the one thing that blocks, and what clears it')
    .argument('<pack>')
    .action((pack: string, _flags: object, command) =>
      run(command, (session) => askLine(session, lineOf('why', [pack]))),
    );
};

/** `packtrain who`: who holds what. */
export const whoCommand: AddCommand = (program, run) => {
  program
    .command('who')
    .description('who has borrowed or locked what, and who waits for it')
    .argument('[pack]')
    .action((pack: string | undefined, _flags: object, command) =>
      run(command, (session) => askLine(session, lineOf('who', [pack]))),
    );
};
