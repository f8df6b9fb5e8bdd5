import path from 'node:path';
import { importOriginal } from '../../config/import.js';
import { readText } from '../../config/load.js';
import { formatProblems } from '../../config/print.js';
import { exitCodeOf, refuse } from '../../core/reason.js';
import type { AddCommand } from '../add-command.js';
import type { Session } from '../session.js';
import { ansiStyle } from '../style.js';

/** `packtrain import`: the packtrain.yaml that means the same as a config.yaml of `packs.deploy`. */
export const importCommand: AddCommand = (program, run) => {
  program
    .command('import')
    .description('print the packtrain.yaml that means the same as a config.yaml of packs.deploy')
    .argument('<file>', 'the config.yaml')
    .action((file: string, _flags: object, command) => run(command, (session) => importFile(session, file)));
};

async function importFile(session: Session, file: string): Promise<number> {
  const { context, options } = session;
  const read = await readText(path.resolve(context.cwd, file));
  const imported =
    'text' in read
      ? importOriginal(read.text, file)
      : { ok: false as const, problems: [{ file, text: read.problem }] };
  if (imported.ok) {
    // As it stands in the file, for a masked address would be another one.
    const { yaml } = imported;
    context.stdout.write(options.json ? `${JSON.stringify({ yaml })}\n` : yaml);
    return 0;
  }
  const { problems } = imported;
  if (options.json) session.json({ ok: false, file, problems });
  // Beside the result: whoever redirects it into a file still reads what is wrong.
  else session.note(formatProblems(problems, { color: session.style === ansiStyle }));
  return exitCodeOf(refuse('config-refused', { file, problems: problems.length }));
}
