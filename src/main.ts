import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { ChatParts, Drivers } from './app.js';
import type { CliContext } from './cli/context.js';
import { runCli } from './cli/run.js';
import { systemClock } from './core/clock.js';
import { createRedactor } from './core/redact.js';
import { createRoomLines } from './drivers/chat/rooms.js';
import { createTerminalChat } from './drivers/chat/terminal.js';
import { createWebChat } from './drivers/chat/web.js';
import { createDirectoryTarget } from './drivers/targets/directory.js';
import { serve } from './serve.js';

/** The drivers that this program has: the one place that knows them all. */
const drivers: Drivers = {
  openTarget: (config) => createDirectoryTarget({ ...config, clock: systemClock }),
  openChats: (parts: ChatParts) => {
    const lines = createRoomLines(parts);
    return [createWebChat(parts, lines), createTerminalChat(parts, lines)];
  },
};

const redactor = createRedactor();

const context: CliContext = {
  redactor,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  userName: userName(),
  nodeVersion: process.version,
  clock: systemClock,
  fetch,
  newKey: randomUUID,
  onInterrupt(callback) {
    process.on('SIGINT', callback);
    return () => void process.off('SIGINT', callback);
  },
  parts: {
    version: version(),
    serve: (options) => serve(options, { drivers, redactor }),
    openTarget: drivers.openTarget,
  },
};

/** Runs a command line, given without the program's name. @returns the process's exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  return await runCli(argv, context);
}

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

// A user id without an entry, as containers have it, has no name to ask for.
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER ?? 'operator';
  }
}
