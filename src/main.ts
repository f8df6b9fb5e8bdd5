import { readFileSync } from 'node:fs';
import type { ChatParts, Drivers } from './app.js';
import type { ServeOptions } from './cli/parts.js';
import { processContext } from './cli/process-context.js';
import { runCli } from './cli/run.js';
import type { TargetConfig } from './config/config.js';
import { systemClock } from './core/clock.js';
import { createRedactor } from './core/redact.js';
import { openOutsideChat } from './drivers/chat/open.js';
import { createRoomLines } from './drivers/chat/room-lines.js';
import { createTerminalChat } from './drivers/chat/terminal.js';
import { createWebChat } from './drivers/chat/web.js';
import { openHost } from './drivers/hosts/open.js';
import { createDirectoryTarget } from './drivers/targets/directory.js';
import { createStackstormTarget } from './drivers/targets/stackstorm.js';
import { secretsOf } from './targets.js';

/** The drivers that this program has: the one place that knows them all. */
const drivers: Drivers = {
  openTarget(config, { secret, owner }) {
    const clock = systemClock;
    if (config.kind === 'directory') return createDirectoryTarget({ ...config, clock });
    return createStackstormTarget({ ...config, key: () => secret(config.key), owner, clock });
  },
  openHost: ({ token, ...config }, surroundings) => {
    const { token: readToken, clock } = surroundings;
    return openHost(config.kind, { ...config, clock, ...(token === undefined ? {} : { token: readToken }) });
  },
  openChats: (parts: ChatParts) => {
    const lines = createRoomLines(parts);
    return [createWebChat(parts, lines), createTerminalChat(parts, lines)];
  },
  openOutsideChat,
};

const redactor = createRedactor();

/** Runs a command line, given without the program's name. @returns the process's exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const parts = {
    version: version(),
    serve: serveToTheEnd,
    openTarget: (config: TargetConfig, owner?: string) =>
      drivers.openTarget(config, {
        secret: secretsOf((name) => process.env[name], redactor),
        ...(owner === undefined ? {} : { owner: async () => owner }),
      }),
    openHost: drivers.openHost,
    openOutsideChat,
  };
  process.on('uncaughtException', (error) => {
    tellOfBug(error);
    process.exit(1);
  });
  try {
    return await runCli(argv, processContext(parts, redactor));
  } catch (error) {
    tellOfBug(error);
    return 1;
  }
}

// Ended explicitly: all is closed, but timers of the engine's waiting workflows would hold the process for seconds.
async function serveToTheEnd(options: ServeOptions): Promise<number> {
  // Loaded for the server only: every other command would wait for it.
  const { serve } = await import('./serve.js');
  process.exit(await serve(options, { drivers, redactor }));
}

// Not left to Node, which would print secrets as they are.
function tellOfBug(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`packtrain: ${redactor.text(text)}\n`);
}

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
