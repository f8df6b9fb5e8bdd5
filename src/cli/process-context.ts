import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { systemClock } from '../core/clock.js';
import type { Redactor } from '../core/redact.js';
import type { CliContext } from './context.js';
import type { CliParts } from './parts.js';

/** The context of a real process. From here on a closed pipe, as of `| head`, ends the process quietly. */
export function processContext(parts: CliParts, redactor: Redactor): CliContext {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endOnClosedPipe);
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    userName: userName(),
    nodeVersion: process.versions.node,
    clock: systemClock,
    fetch,
    newKey: randomUUID,
    onInterrupt(callback) {
      process.once('SIGINT', callback);
      return () => process.off('SIGINT', callback);
    },
    redactor,
    parts,
  };
}

function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user id may have no name.
    return process.env.USER ?? 'somebody';
  }
}
