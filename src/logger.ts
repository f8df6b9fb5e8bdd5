import { pino } from 'pino';
import type { LogLevel } from './config/config.js';
import type { Log } from './core/log.js';
import type { Redactor } from './core/redact.js';

/** Where a log goes. */
export interface LogOutput {
  write(text: string): unknown;
  /** Whether people read it as it is written. */
  readonly isTTY?: boolean;
}

/** Makes the logger: one JSON object a line, or at a terminal plain lines, with every secret masked. */
export function createLogger(redactor: Redactor, level: LogLevel, out: LogOutput): Log {
  const shown = out.isTTY === true ? plainLine : (line: string) => line;
  const stream = { write: (line: string) => void out.write(redactor.text(shown(line))) };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, errorKey: 'error' }, stream);
}

/** `18:37:11 warn  the config was refused`, with the rest of what is known after it. */
function plainLine(json: string): string {
  const { level, time, msg, error, ...rest } = JSON.parse(json) as Record<string, unknown>;
  const clock = new Date(String(time)).toTimeString().slice(0, 8);
  const name = (pino.levels.labels[Number(level)] ?? '').padEnd(5);
  const facts = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`;
  return `${clock} ${name} ${String(msg ?? '')}${facts}${errorText(error)}\n`;
}

function errorText(error: unknown): string {
  if (error === undefined) return '';
  const { stack } = error as { readonly stack?: unknown };
  return `\n${typeof stack === 'string' ? stack : JSON.stringify(error)}`;
}
