import { CommanderError } from 'commander';
import { learnDatabasePassword } from '../core/database-url.js';
import type { Run } from './add-command.js';
import type { CliContext } from './context.js';
import { type RawOptions, resolveOptions } from './options.js';
import { failureOf } from './outcome.js';
import { createProgram } from './program.js';
import { createSession, type Session } from './session.js';
import { styleOf } from './style.js';

const usageError = 2;

/**
 * Runs one command line, given without the program's own name.
 * @returns the exit code: 0 done, 2 to 7 by the kind of the reason for which it was refused, 130 left by Ctrl-C.
 * @throws for bugs only.
 */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number> {
  let exitCode = 0;
  const run: Run = async (command, work) => {
    exitCode = await inSession(context, command.optsWithGlobals<RawOptions>(), work);
  };
  // The one secret that reaches the command line itself.
  learnDatabasePassword(context.redactor, context.env.DATABASE_URL ?? '');
  try {
    await createProgram(context, run).parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : usageError;
  }
}

async function inSession(
  context: CliContext,
  raw: RawOptions,
  work: (session: Session) => Promise<number>,
): Promise<number> {
  const options = resolveOptions(raw, context);
  if (options.ok) return work(createSession(context, options.value));
  const { what, exitCode } = failureOf(options.refusal);
  context.stderr.write(`${styleOf(context.stderr, context.env).red('packtrain:')} ${what}\n`);
  return exitCode;
}
