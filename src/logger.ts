import { pino } from 'pino';
import type { LogLevel } from './config/config.js';
import type { Log } from './core/log.js';
import type { Redactor } from './core/redact.js';

/** Where a log goes; `isTTY` when a person reads it as it comes. */
export type LogStream = Pick<NodeJS.WritableStream, 'write'> & { readonly isTTY?: boolean };

/** A log whose level may be changed while it is used. */
export type Logger = Log & { level: string };

/** Makes the logger: one JSON object a line, or at a terminal a short sentence, with every secret masked. */
export function createLogger(redactor: Redactor, level: LogLevel, out: LogStream): Logger {
  const shown = out.isTTY === true ? readable : (line: string) => line;
  const stream = { write: (line: string) => void out.write(redactor.text(shown(line))) };
  const { err } = pino.stdSerializers;
  const format = { base: null, timestamp: pino.stdTimeFunctions.isoTime, errorKey: 'error' };
  return pino({ level, ...format, serializers: { err, error: err } }, stream);
}

const infoLevel = 30;

interface Entry {
  readonly level: number;
  readonly time: string;
  readonly msg: string;
}

function readable(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Entry & Readonly<Record<string, unknown>>;
  const name = level > infoLevel ? ` ${pino.levels.labels[level] ?? level}:` : '';
  const details = Object.entries(fields).map(([key, value]) => `${key}=${brief(value)}`);
  return `${time.slice(11, 19)}${name} ${[msg, ...details].join(' ')}\n`;
}

function brief(value: unknown): string {
  if (typeof value === 'string') return value;
  const isError = typeof value === 'object' && value !== null && 'message' in value;
  return isError ? String(value.message) : JSON.stringify(value);
}
