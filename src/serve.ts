import { setFlagsFromString } from 'node:v8';
import { type App, createApp, type Drivers } from './app.js';
import { configChecks } from './cli/config-checks.js';
import type { ServeOptions } from './cli/parts.js';
import { removeServerFile, writeServerFile } from './cli/server-file.js';
import type { Config } from './config/config.js';
import { formatProblem, formatProblems } from './config/print.js';
import type { ConfigSource } from './config/source.js';
import { openConfig } from './config/watch.js';
import { systemClock } from './core/clock.js';
import type { Log } from './core/log.js';
import { exitCodeOf, type Refusal, refuse, sentence } from './core/reason.js';
import type { Redactor } from './core/redact.js';
import { createLogger, type Logger } from './logger.js';

const out = process.stdout;
const err = process.stderr;

/** Serves until SIGTERM or SIGINT, reading the config again on SIGHUP. @returns the process's exit code. */
export async function serve(
  options: ServeOptions,
  given: { drivers: Drivers; redactor: Redactor },
): Promise<number> {
  keepHeapSmall();
  const { drivers, redactor } = given;
  const config = await openConfig(options.config, { check: await configChecks((name) => process.env[name]) });
  if (!config.ok) {
    err.write(`${formatProblems(config.problems, { color: err.isTTY })}\n`);
    const problems = config.problems.map(formatProblem);
    return exitCodeOf(refuse('config-invalid', { file: options.config, problems, oldStays: false }));
  }
  const { source } = config;
  const log = createLogger(redactor, source.current().log.level, err);
  source.onChange((now, before) => tellOfChange(log, now, before));
  source.onProblems((problems) => log.warn({}, `the config was refused:\n${formatProblems(problems)}`));
  const reload = () => void reloadAloud(source, log);
  process.on('SIGHUP', reload);
  const stop = listenForStop();
  try {
    const app = await createApp({
      dataDir: options.data,
      ...(options.databaseUrl === undefined ? {} : { databaseUrl: options.databaseUrl }),
      ...(options.port === undefined ? {} : { port: options.port }),
      config: source,
      drivers,
      env: (name) => process.env[name],
      redactor,
      clock: systemClock,
      log,
    });
    if (!app.ok) return refuseToServe(app.refusal, redactor.text);
    await whileServing(app.value, options, stop.asked);
    return 0;
  } finally {
    process.off('SIGHUP', reload);
    stop.forget();
    source.close();
  }
}

function tellOfChange(log: Logger, now: Config, before: Config): void {
  log.level = now.log.level;
  log.info({}, 'the config changed and is in force');
  if (now.web.host !== before.web.host || now.web.port !== before.web.port)
    log.warn({}, 'the address at which the pages are served changes with the next start');
}

// By default the heap may grow fourfold before it is cleaned, and a server that has become idle cleans nothing: after a
// busy minute it would hold 200 MB of garbage all night.
function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=30');
}

/** Whoever asks for it hears of it, also when there was nothing new. */
async function reloadAloud(source: ConfigSource, log: Log): Promise<void> {
  const before = source.current();
  const loaded = await source.reload();
  if (loaded.ok && source.current() === before)
    log.info({}, 'the config was read again; nothing in it has changed');
}

/**
 * Hears when somebody asks to stop. It listens until all is closed: whoever runs children has a library that ends the
 * process on a signal that nobody else listens for, with the database still running.
 */
function listenForStop(): { readonly asked: Promise<void>; forget(): void } {
  let stop: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const signals = ['SIGTERM', 'SIGINT'] as const;
  for (const signal of signals) process.on(signal, stop);
  return {
    asked,
    forget() {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}

async function whileServing(app: App, options: ServeOptions, stopped: Promise<unknown>): Promise<void> {
  try {
    await writeServerFile(options.data, { url: app.localUrl, key: app.localKey, pid: process.pid });
    app.tellReady();
    out.write(await greeting(app, options));
    await stopped;
  } finally {
    await removeServerFile(options.data, process.pid);
    await app.close();
  }
}

async function greeting(app: App, options: ServeOptions): Promise<string> {
  const signInUrl = await app.createLoginLink(options.as);
  if (options.greeting !== undefined) return options.greeting(signInUrl);
  return `Packtrain serves ${app.url}\nSign in: ${signInUrl}\n`;
}

function refuseToServe(refusal: Refusal, redact: (text: string) => string): number {
  err.write(`packtrain: ${redact(sentence(refusal))}\n`);
  return exitCodeOf(refusal);
}
