import { pino } from 'pino';
import type { LogLevel } from './config/config.js';
import type { Log } from './core/log.js';
import type { Redactor } from './core/redact.js';

/** Makes the logger: one JSON object a line on standard error, with every secret masked. */
export function createLogger(redactor: Redactor, level: LogLevel, out: NodeJS.WritableStream): Log {
  const stream = { write: (line: string) => void out.write(redactor.text(line)) };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, errorKey: 'error' }, stream);
}
