import type { Logger } from 'chat';
import type { Log } from '../../../core/log.js';

/** Our log as the `chat` SDK wants one. What it tells at every start and every line is for debugging. */
export function sdkLog(log: Log, name: string): Logger {
  const say = (level: 'debug' | 'warn') => (message: string, details?: unknown) =>
    log[level](fields(details), `${name}: ${message}`);
  return {
    child: (prefix) => sdkLog(log, `${name} ${prefix}`),
    debug: say('debug'),
    info: say('debug'),
    warn: say('warn'),
    error: say('warn'),
  };
}

function fields(details: unknown): object {
  if (details instanceof Error) return { err: details };
  if (typeof details !== 'object' || details === null) return details === undefined ? {} : { details };
  const { error, ...rest }: { error?: unknown } = details;
  return error === undefined ? rest : { ...rest, err: error };
}
