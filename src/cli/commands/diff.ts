import type { AddCommand } from '../add-command.js';
import { deployLine } from '../chat-line.js';
import { askLine } from '../request.js';
import { deployIntent } from '../words.js';

/** `packtrain diff`: what deploying would change; takes the words of `deploy`. */
export const diffCommand: AddCommand = (program, run) => {
  program
    .command('diff')
    .description('what deploying would change; nothing is changed by asking')
    .usage('[options] <repository> [pack,…] [branch]')
    .argument('<repository...>', 'and [PACK[,PACK…]] [BRANCH], as in chat')
    .option('--all', 'every pack of the repository')
    .action((words: string[], flags: { all?: boolean }, command) =>
      run(command, async (session) => {
        const intent = deployIntent(words, flags);
        return intent.ok
          ? askLine(session, deployLine('diff', intent.value))
          : session.refuse(intent.refusal);
      }),
    );
};
