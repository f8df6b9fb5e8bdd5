import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { refuse } from '../../core/reason.js';
import type { AddCommand } from '../add-command.js';
import { parseDelivery } from '../delivery-file.js';
import { withServer } from '../request.js';
import type { Session } from '../session.js';
import { showDelivery } from '../show-delivery.js';

interface Flags {
  readonly host?: string;
  readonly event?: string;
}

/** `packtrain receive`: a delivery from a file goes the way of one that a host sent. */
export const receiveCommand: AddCommand = (program, run) => {
  program
    .command('receive')
    .description('take a saved delivery: a body, or a request with its headers')
    .argument('<file>')
    .option('--host <name>', 'the host that it is from, as the configuration names it')
    .option('--event <name>', "the event's name as the host sends it, such as push")
    .action((file: string, flags: Flags, command) =>
      run(command, (session) => receive(session, file, flags)),
    );
};

async function receive(session: Session, named: string, flags: Flags): Promise<number> {
  const file = path.resolve(session.context.cwd, named);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (typeof text !== 'string')
    return session.refuse(refuse('file-unreadable', { file, why: text.code ?? text.message }));
  const saved = parseDelivery(text);
  const host = flags.host ?? saved.host;
  const { event } = flags;
  const delivery = {
    headers: saved.headers,
    body: saved.body,
    ...(host === undefined ? {} : { host }),
    ...(event === undefined ? {} : { event }),
  };
  return withServer(session, async (client) => showDelivery(session, await client.receive(delivery)));
}
