import type { AddCommand } from '../add-command.js';
import { askIntent } from '../request.js';
import { cancelIntent } from '../words.js';

/** `packtrain cancel`: stops a deployment that has not begun to change anything. */
export const cancelCommand: AddCommand = (program, run) => {
  program
    .command('cancel')
    .description('cancel a deployment that has changed nothing yet; your newest open one, unless named')
    .argument('[deployment]', 'its number')
    .action((word: string | undefined, _flags: object, command) =>
      run(command, async (session) => {
        const intent = cancelIntent(word);
        return intent.ok ? askIntent(session, intent.value) : session.refuse(intent.refusal);
      }),
    );
};
