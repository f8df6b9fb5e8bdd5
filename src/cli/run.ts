import querystring from 'node:querystring';
import { CommanderError } from 'commander';
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
  learnPassword(context);
  const options = resolveOptions(raw, context);
  if (options.ok) return work(createSession(context, options.value));
  const { what, exitCode } = failureOf(options.refusal);
  context.stderr.write(`${styleOf(context.stderr, context.env).red('packtrain:')} ${what}\n`);
  return exitCode;
}

// The one secret that reaches the command line itself.
function learnPassword({ env, redactor }: CliContext): void {
  const url = env.DATABASE_URL ?? '';
  if (!URL.canParse(url)) return;
  // As it stands there, and as it is sent.
  const { password } = new URL(url);
  for (const form of [password, querystring.unescape(password)]) redactor.learn(form);
}
