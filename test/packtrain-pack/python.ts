import { execFile, spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { packFolder } from './files.js';

const look = 'import ssl, sys; print(sys.executable); sys.exit(sys.version_info < (3, 6))';
const found = spawnSync('python3', ['-c', look], { encoding: 'utf8' });

/** Why the pack's actions can't be run here; undefined where they can. */
export const noPython = found.status === 0 ? undefined : 'skipped: there is no python3';

const path = process.env.PATH ?? '';

/** The search path, with the folder of Python itself first: what stands for it may look it up at each start. */
export const pathToPython =
  noPython === undefined ? `${dirname(found.stdout.trim())}${delimiter}${path}` : path;

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
  const bare = { PATH: pathToPython, HOME: process.env.HOME ?? '' };
  return new Promise((resolve) => {
    execFile(join(packFolder, 'actions', script), args, { env: { ...bare, ...env } }, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, out: out === '' ? undefined : JSON.parse(out), err: err.trim() });
    });
  });
}
