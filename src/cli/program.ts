import { Command, Option } from 'commander';
import type { AddCommand, Run } from './add-command.js';
import { adoptCommand } from './commands/adopt.js';
import { announceCommand } from './commands/announce.js';
import { backupCommand, restoreCommand } from './commands/backup.js';
import { cancelCommand } from './commands/cancel.js';
import { chatCommand } from './commands/chat.js';
import { chatsCommand } from './commands/chats.js';
import { configCommand } from './commands/config.js';
import { deployCommand } from './commands/deploy.js';
import { diffCommand } from './commands/diff.js';
import { doctorCommand } from './commands/doctor.js';
import {
  extendCommand,
  giveCommand,
  lockCommand,
  returnCommand,
  stealCommand,
  unlockCommand,
} from './commands/holds.js';
import { importCommand } from './commands/import.js';
import { loginCommand } from './commands/login.js';
import { logsCommand } from './commands/logs.js';
import { openApiCommand } from './commands/openapi.js';
import { linkCommand, unlinkCommand, whoAmICommand } from './commands/people.js';
import {
  historyCommand,
  listCommand,
  queueCommand,
  statusCommand,
  whoCommand,
  whyCommand,
} from './commands/reads.js';
import { receiveCommand } from './commands/receive.js';
import { rollbackCommand } from './commands/rollback.js';
import { serveCommand } from './commands/serve.js';
import { confirmCommand, deferCommand } from './commands/turns.js';
import { webhooksCommand } from './commands/webhooks.js';
import type { CliContext } from './context.js';

const commands: readonly AddCommand[] = [
  serveCommand,
  deployCommand,
  diffCommand,
  statusCommand,
  whyCommand,
  whoCommand,
  returnCommand,
  extendCommand,
  giveCommand,
  stealCommand,
  lockCommand,
  unlockCommand,
  listCommand,
  historyCommand,
  rollbackCommand,
  adoptCommand,
  queueCommand,
  confirmCommand,
  deferCommand,
  cancelCommand,
  announceCommand,
  logsCommand,
  chatCommand,
  loginCommand,
  linkCommand,
  unlinkCommand,
  whoAmICommand,
  webhooksCommand,
  chatsCommand,
  receiveCommand,
  configCommand,
  importCommand,
  openApiCommand,
  doctorCommand,
  backupCommand,
  restoreCommand,
];

const afterHelp = `
Every option may stand before or after the command.
DATABASE_URL names a PostgreSQL to use in place of the embedded one. NO_COLOR turns colours off.

Exit codes: 0 done, 1 a bug, 2 asked wrongly, 3 no such thing, 4 not allowed, 5 refused by a rule, check or pack,
6 something else holds it, 7 something technical is broken, 130 left by Ctrl-C.`;

/** The whole command line: its options, its commands and its help. */
export function createProgram(context: CliContext, run: Run): Command {
  const program = new Command('packtrain')
    .description('Deploys StackStorm packs from Git by chat.')
    .version(context.parts.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'packtrain: ')),
      getOutHelpWidth: () => context.stdout.columns ?? 100,
      getErrHelpWidth: () => context.stderr.columns ?? 100,
    })
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
    .addHelpText('after', afterHelp);
  for (const option of globalOptions()) program.addOption(option);
  // A command inherits only what stood on the program before it was made.
  for (const add of commands) add(program, run);
  return program;
}

function globalOptions(): Option[] {
  return [
    new Option('--config <file>', 'the configuration (PACKTRAIN_CONFIG; ./packtrain.yaml)'),
    new Option('--data <dir>', 'the data directory (PACKTRAIN_DATA; ./.packtrain)'),
    new Option('--port <n>', 'the port to serve on (PACKTRAIN_PORT; 7425)'),
    new Option('--as <name>', "in whose name to ask (your user's name on this machine)"),
    new Option('--json', 'print JSON, one object a line where there are many'),
  ];
}
