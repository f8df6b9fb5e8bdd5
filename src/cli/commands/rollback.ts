import type { AddCommand } from '../add-command.js';
import { requestDeployment } from '../request.js';
import { rollbackIntent } from '../words.js';

/** `packtrain rollback`: makes an earlier revision of a pack live again. */
export const rollbackCommand: AddCommand = (program, run) => {
  program
    .command('rollback')
    .description('make an earlier revision of a pack live again; the one before, unless named')
    .usage('[options] <pack> [revision]')
    .argument('<pack...>', 'and [REVISION]; the one before unless named')
    .option('--target <name>', 'the target, where a pack is live on more than one')
    .option('--overwrite', 'also where files were edited on the target; a copy is kept there (admins only)')
    .option('--no-wait', 'do not watch; end as soon as it is in the queue')
    .action((words: string[], flags: { target?: string; overwrite?: boolean; wait: boolean }, command) =>
      run(command, async (session) => {
        const intent = rollbackIntent(words, flags.target);
        if (!intent.ok) return session.refuse(intent.refusal);
        const overwrite = flags.overwrite === true ? { overwrite: true } : {};
        return requestDeployment(session, { intent: { ...intent.value, ...overwrite } }, flags.wait);
      }),
    );
};
