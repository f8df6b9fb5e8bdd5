import { refuse } from '../../core/reason.js';
import { ok } from '../../core/result.js';
import type { AddCommand } from '../add-command.js';
import type { Client } from '../client.js';
import type { Outcome } from '../outcome.js';
import { withServer } from '../request.js';
import type { Session } from '../session.js';
import { showLog, watchDeployment } from '../watch.js';
import { deploymentNumber } from '../words.js';

/** `packtrain logs`: what happened in a deployment; with -f as it happens. */
export const logsCommand: AddCommand = (program, run) => {
  program
    .command('logs')
    .description('what happened in a deployment; the newest, unless named')
    .argument('[deployment]', 'its number')
    .option('-f, --follow', 'go on until it has ended, and end with the exit code of its outcome')
    .action((word: string | undefined, flags: { follow?: boolean }, command) =>
      run(command, (session) => logs(session, word, flags.follow === true)),
    );
};

async function logs(session: Session, word: string | undefined, isFollowed: boolean): Promise<number> {
  const named = word === undefined ? ok(undefined) : deploymentNumber(word);
  if (!named.ok) return session.refuse(named.refusal);
  return withServer(session, async (client) => {
    const found = await orNewest(client, named.value);
    if (!found.ok) return session.fail(found.failure);
    const id = found.value;
    if (id === undefined) return session.refuse(refuse('nothing-deployed-yet', {}));
    return isFollowed ? watchDeployment(session, client, id) : showLog(session, client, id);
  });
}

async function orNewest(client: Client, id: number | undefined): Promise<Outcome<number | undefined>> {
  return id === undefined ? client.newestDeployment() : { ok: true, value: id };
}
