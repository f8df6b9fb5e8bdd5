import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packFolder } from './files.js';

const found = spawnSync('python3', ['-c', 'import ssl, sys; sys.exit(sys.version_info < (3, 6))']);

/** Why the pack's actions can't be run here; undefined where they can. */
export const noPython = found.status === 0 ? undefined : 'skipped: there is no python3';

/** What an action left. */
export interface Ended {
  readonly code: number;
  readonly out: unknown;
  readonly err: string;
}

/** Runs an action of the pack as StackStorm does, with its arguments by position. */
export function runAction(
  script: 'say.py' | 'deploy.py',
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const bare = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
  return new Promise((resolve) => {
    execFile(join(packFolder, 'actions', script), args, { env: { ...bare, ...env } }, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, out: out === '' ? undefined : JSON.parse(out), err: err.trim() });
    });
  });
}
