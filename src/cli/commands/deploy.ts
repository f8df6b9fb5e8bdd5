import type { AddCommand } from '../add-command.js';
import { deployLine } from '../chat-line.js';
import { requestDeployment } from '../request.js';
import type { Session } from '../session.js';
import { type DeployFlags, deployIntent } from '../words.js';

interface Flags extends DeployFlags {
  readonly wait: boolean;
}

const examples = `
Examples:
  packtrain deploy house-packs                      the packs that differ from what is live
  packtrain deploy house-packs beans,ears main      two packs from a branch
  packtrain deploy house-packs beans feature/decaf for 2h
  packtrain deploy house-packs --all                every pack (or '*' in quotes: your shell takes a bare one)
  packtrain deploy house-packs packs beans branch feature/decaf
  packtrain deploy beans                            the one live pack of that name, from its repository`;

/** `packtrain deploy`: asks for a deployment and shows it until it has ended. */
export const deployCommand: AddCommand = (program, run) => {
  program
    .command('deploy')
    .description('deploy packs of a repository, and watch until they are live')
    .usage('[options] <repository> [pack,…] [branch] [for 2h]')
    .argument('<repository...>', 'and [PACK[,PACK…]] [BRANCH] [for 2h], as in chat')
    .option('--all', 'every pack of the repository')
    .option('--adopt', 'take over a pack folder that Packtrain did not put there (admins only)')
    .option('--overwrite', 'also where files were edited on the target; a copy is kept there (admins only)')
    .option('--ignoring-checks <why>', "deploy though CI's checks have not passed (admins only)")
    .option('--no-wait', 'do not watch; end as soon as it is in the queue')
    .addHelpText('after', examples)
    .action((words: string[], flags: Flags, command) =>
      run(command, (session) => deploy(session, words, flags)),
    );
};

async function deploy(session: Session, words: readonly string[], flags: Flags): Promise<number> {
  const intent = deployIntent(words, flags);
  if (!intent.ok) return session.refuse(intent.refusal);
  return requestDeployment(session, { line: deployLine('deploy', intent.value) }, flags.wait);
}
