import { type Logger, LogLevel } from '@slack/socket-mode';
import type { Log } from '../../../core/log.js';

/** Our log as Slack's own clients want one. What they say for debugging holds whole messages, so it goes nowhere. */
export function slackLog(log: Log): Logger {
  const tell = (...what: unknown[]) => log.debug({ platform: 'slack' }, what.map(String).join(' '));
  return {
    debug: () => undefined,
    info: () => undefined,
    // What they warn of comes as an error, too, which is logged or thrown where it is dealt with.
    warn: tell,
    error: tell,
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}
