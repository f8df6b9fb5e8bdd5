import { exitCodeOf, refuse } from '../../core/reason.js';
import type { AddCommand } from '../add-command.js';
import { examine } from '../doctor/doctor.js';
import type { Finding } from '../doctor/finding.js';
import type { Session } from '../session.js';
import type { Style } from '../style.js';

/** `packtrain doctor`: what is wrong with this machine and the configuration, and how to mend it. */
export const doctorCommand: AddCommand = (program, run) => {
  program
    .command('doctor')
    .description(
      'check git, keys, remotes, targets, chats, database and disk, and say how to mend what is wrong',
    )
    .action((_flags: object, command) => run(command, doctor));
};

async function doctor(session: Session): Promise<number> {
  const { options, style } = session;
  const findings: Finding[] = [];
  for await (const finding of examine(session)) {
    findings.push(finding);
    if (!options.json) session.print(describe(finding, style));
  }
  const failed = [...new Set(findings.filter(({ state }) => state === 'failed').map(({ name }) => name))];
  if (options.json) session.json({ ok: failed.length === 0, checks: findings });
  if (failed.length === 0) return 0;
  const refusal = refuse('doctor-found', { failed });
  return options.json ? exitCodeOf(refusal) : session.refuse(refusal);
}

function describe({ name, state, what, next }: Finding, style: Style): string {
  const mark = { ok: style.green('✓'), warning: style.yellow('!'), failed: style.red('✗') }[state];
  const mend = next === '' ? '' : `\n    → ${next}`;
  return `${mark} ${style.bold(name)}: ${what.replaceAll('\n', '\n    ')}${mend}`;
}
