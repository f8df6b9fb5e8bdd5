import { devNull } from 'node:os';
import { runGit } from '../git/run.js';

/** Runs git in a folder; `as` makes it the author and committer, at a time. Throws when git fails. */
export type QuickstartGit = (
  cwd: string,
  args: readonly string[],
  as?: { readonly name: string; readonly at: Date },
) => Promise<void>;

const timeoutMs = 60_000;

/** Git as the workspace needs it: nobody's own config has a say, and it never asks. */
export function createGit(env: Readonly<Record<string, string | undefined>>): QuickstartGit {
  const base = {
    PATH: env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    LC_ALL: 'C',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
  return async (cwd, args, as) => {
    const end = await runGit({
      args,
      cwd,
      env: as === undefined ? base : { ...base, ...identity(as.name, as.at) },
      timeoutMs,
      signal: new AbortController().signal,
    });
    if (end.how === 'missing') throw new Error('git is not installed (Debian: apt-get install git)');
    if (end.how !== 'exit' || end.code !== 0)
      throw new Error(`git ${args[0]} failed: ${end.stderr.trim().split('\n').at(-1)}`);
  };
}

function identity(name: string, at: Date): Record<string, string> {
  const email = `${name}@example.com`;
  const date = at.toISOString();
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
}
