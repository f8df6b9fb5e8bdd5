import type { AddCommand } from '../add-command.js';
import { lineOf } from '../chat-line.js';
import { askLine, requestDeployment } from '../request.js';

/** `packtrain adopt`: lists the packs that others put on the targets, or takes some over. */
export const adoptCommand: AddCommand = (program, run) => {
  program
    .command('adopt')
    .description(
      'list the packs that others put on the targets, or take some over just as they are (admins only)',
    )
    .argument('[packs]', 'PACK[,PACK…] of one commit; none: list them')
    .option('--no-wait', 'do not watch; end as soon as it is in the queue')
    .action((packs: string | undefined, flags: { wait: boolean }, command) =>
      run(command, (session) =>
        packs === undefined
          ? askLine(session, lineOf('adoptable', []))
          : requestDeployment(session, { line: lineOf('adopt', [packs]) }, flags.wait),
      ),
    );
};
