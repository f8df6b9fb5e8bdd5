import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import type { CliContext } from '../../src/cli/context.js';
import type { ServeOptions } from '../../src/cli/parts.js';
import { runCli } from '../../src/cli/run.js';
import type { TargetConfig } from '../../src/config/config.js';
import { createRedactor } from '../../src/core/redact.js';
import type { Target } from '../../src/core/target.js';
import { openOutsideChat } from '../../src/drivers/chat/open.js';
import { openHost } from '../../src/drivers/hosts/open.js';
import { createDirectoryTarget } from '../../src/drivers/targets/directory.js';
import { createStackstormTarget } from '../../src/drivers/targets/stackstorm.js';
import { readSecret } from '../../src/secrets/read.js';

/** A command line in a folder of its own, with what it wrote. */
export interface Shell {
  readonly folder: string;
  readonly data: string;
  readonly env: Record<string, string | undefined>;
  readonly stdin: PassThrough & { isTTY?: boolean };
  readonly out: () => string;
  readonly err: () => string;
  /** The lines of standard output as JSON. */
  readonly objects: () => Record<string, unknown>[];
  /** How the server was started. */
  readonly served: ServeOptions[];
  /** Runs a command line; gives its exit code. */
  run(...argv: string[]): Promise<number>;
  /** What Ctrl-C does. */
  interrupt(): void;
  /** Waits until standard output holds a text. */
  shows(text: string): Promise<void>;
  /** Makes standard output a terminal. */
  atTerminal(): void;
  leave(): Promise<void>;
}

type Screen = PassThrough & { isTTY?: boolean; columns?: number };

export async function openShell(): Promise<Shell> {
  const folder = await mkdtemp(path.join(tmpdir(), 'packtrain-cli-'));
  const data = path.join(folder, '.packtrain');
  await mkdir(data);
  const stdin: Shell['stdin'] = new PassThrough();
  const stdout = screen();
  const stderr = screen();
  const served: ServeOptions[] = [];
  const interrupts = new Set<() => void>();
  const env: Record<string, string | undefined> = { PATH: process.env.PATH };
  let keys = 0;

  const context: CliContext = {
    stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    env,
    cwd: folder,
    userName: 'ann',
    nodeVersion: process.versions.node,
    clock: { now: () => new Date('2026-03-14T12:00:10Z') },
    fetch,
    newKey: () => `key-${++keys}`,
    onInterrupt(callback) {
      interrupts.add(callback);
      return () => interrupts.delete(callback);
    },
    redactor: createRedactor(),
    parts: {
      version: '0.1.0',
      serve: async (options) => {
        served.push(options);
        return 0;
      },
      openHost: ({ token: _, ...config }, surroundings) =>
        openHost(config.kind, { ...config, ...surroundings }),
      openTarget: (config, owner) => openTarget(config, { env, owner }),
      openOutsideChat,
    },
  };

  return {
    folder,
    data,
    env,
    stdin,
    out: stdout.text,
    err: stderr.text,
    objects: () =>
      stdout
        .text()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    served,
    run: (...argv) => runCli(argv, context),
    interrupt: () => {
      for (const callback of interrupts) callback();
    },
    shows: (text) => stdout.until(text),
    atTerminal() {
      stdin.isTTY = true;
      stdout.stream.isTTY = true;
      stdout.stream.columns = 80;
    },
    leave: () => rm(folder, { recursive: true, force: true }),
  };
}

function openTarget(
  config: TargetConfig,
  { env, owner }: { readonly env: Shell['env']; readonly owner: string | undefined },
): Target {
  const clock = { now: () => new Date() };
  if (config.kind === 'directory') return createDirectoryTarget({ ...config, clock });
  const key = () => readSecret(config.key, (name) => env[name]);
  const owned = owner === undefined ? {} : { owner: async () => owner };
  return createStackstormTarget({ ...config, key, clock, ...owned });
}

function screen() {
  const stream: Screen = new PassThrough();
  let text = '';
  const waiting = new Set<() => void>();
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    for (const look of waiting) look();
  });
  return {
    stream,
    text: () => text,
    until: (wanted: string) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!text.includes(wanted)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
