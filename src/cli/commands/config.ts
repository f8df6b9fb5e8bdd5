import type { Config } from '../../config/config.js';
import { loadConfig } from '../../config/load.js';
import { formatProblems } from '../../config/print.js';
import type { Problem } from '../../config/problem.js';
import { exitCodeOf, refuse } from '../../core/reason.js';
import type { AddCommand } from '../add-command.js';
import { configChecks } from '../config-checks.js';
import { configInUse } from '../config-in-use.js';
import { summarize, summaryLines } from '../config-summary.js';
import type { Session } from '../session.js';
import { ansiStyle } from '../style.js';

/** `packtrain config check`: every problem of the config, or what it configures. */
export const configCommand: AddCommand = (program, run) => {
  program
    .command('config')
    .description('the configuration: `config check` lists its problems')
    .command('check')
    .description('list every problem of packtrain.yaml, or what it configures')
    .action((_flags: object, command) => run(command, check));
};

async function check(session: Session): Promise<number> {
  const loaded = await loadConfig(
    configInUse(session),
    await configChecks((name) => session.context.env[name]),
  );
  return loaded.ok ? showSummary(session, loaded.config) : showProblems(session, loaded.problems);
}

function showSummary(session: Session, config: Config): number {
  const summary = summarize(config);
  if (session.options.json) session.json({ ok: true, ...summary });
  else for (const line of summaryLines(summary)) session.print(line);
  return 0;
}

function showProblems(session: Session, problems: readonly Problem[]): number {
  const file = configInUse(session);
  if (session.options.json) session.json({ ok: false, file, problems });
  else session.print(formatProblems(problems, { color: session.style === ansiStyle }));
  return exitCodeOf(refuse('config-refused', { file, problems: problems.length }));
}
