import type { IncomingHttpHeaders } from 'node:http';
import { ChatRateLimited, ChatUndeliverable } from '../../../core/chat.js';
import { parseJson } from '../../../core/json.js';
import type { Answer } from '../../http/exchange.js';

/** What Mattermost refuses, and will refuse again: the channel is gone, the bot not in it, the message too long. */
export class MattermostRefusal extends ChatUndeliverable {
  readonly status: number;

  constructor(status: number, said: string) {
    super(said);
    this.status = status;
  }
}

const forGood = new Set([400, 403, 404, 413]);
const usualPauseMs = 5_000;
// A larger number of seconds is a date.
const longestSeconds = 86_400;

/** What went wrong with a call, by what may be done about it. @param now milliseconds since the epoch */
export function mattermostError({ status, headers, text }: Answer, now: number): Error {
  if (status === 429) return new ChatRateLimited('mattermost', pauseMs(headers, now));
  const { id, message } = fieldsOf(parseJson(text));
  // Without an id of its own it is not Mattermost that speaks, but what stands before it, or in its place.
  if (typeof id !== 'string')
    return new Error(`the answer is ${status}, and not from a Mattermost: is its address right?`);
  if (status === 401)
    return new Error(
      'Mattermost does not take the token: make a new one for the bot, put it where `token` says, and see that the bot is enabled',
    );
  const said = `Mattermost answers ${status}: ${typeof message === 'string' ? message : id} (${id})`;
  return forGood.has(status) ? new MattermostRefusal(status, said) : new Error(said);
}

function pauseMs(headers: IncomingHttpHeaders, now: number): number {
  for (const name of ['retry-after', 'x-ratelimit-reset']) {
    const seconds = Number(headers[name] ?? Number.NaN);
    if (Number.isFinite(seconds) && seconds >= 0)
      return Math.max(seconds > longestSeconds ? seconds * 1_000 - now : seconds * 1_000, 1_000);
  }
  return usualPauseMs;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
