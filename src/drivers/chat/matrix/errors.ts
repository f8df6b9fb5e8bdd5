import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { ChatRateLimited, ChatUndeliverable } from '../../../core/chat.js';
import { parseJson } from '../../../core/json.js';
import type { Answer } from '../../http/exchange.js';
import { platform } from './settings.js';

/** A refusal of the homeserver, by its own code. */
export class MatrixRefusal extends Error {
  override readonly name = 'MatrixRefusal';
  readonly status: number;
  /** Such as `M_FORBIDDEN`; empty where it is not the homeserver that answers. */
  readonly code: string;

  constructor(status: number, code: string, said: string) {
    super(`The homeserver answers ${status}${code === '' ? '' : ` ${code}`}: ${said || 'nothing more'}`);
    this.status = status;
    this.code = code;
  }
}

const refusal = z.object({
  errcode: z.string().catch(''),
  error: z.string().catch(''),
  retry_after_ms: z.number().optional().catch(undefined),
  soft_logout: z.boolean().optional().catch(undefined),
});

const usualPauseMs = 5_000;
const longestPauseMs = 3_600_000;

/** What an answer that is none says, by what may be done about it. */
export function errorOf({ status, headers, text }: Answer, now: Date): Error {
  const read = refusal.safeParse(parseJson(text));
  const { errcode, error, ...more } = read.success ? read.data : { errcode: '', error: '' };
  if (status === 429 || errcode === 'M_LIMIT_EXCEEDED')
    return new ChatRateLimited(platform, pauseMs(headers, more.retry_after_ms, now));
  if (errcode === 'M_UNKNOWN_TOKEN' || errcode === 'M_MISSING_TOKEN')
    return new MatrixRefusal(status, errcode, tokenWords(more.soft_logout === true));
  return new MatrixRefusal(status, errcode, error.replace(/[\p{C}\s]+/gu, ' ').slice(0, 200));
}

function tokenWords(isExpired: boolean): string {
  const why = isExpired ? 'the access token has expired' : 'it does not know the access token';
  return `${why}. Log in as the bot anew, and put the new token where chats.matrix.access_token says; it is read again by itself`;
}

/** The header goes before the body, which is the older way to say it. */
function pauseMs({ 'retry-after': after }: IncomingHttpHeaders, fromBody: number | undefined, now: Date) {
  const fromHeader =
    after === undefined
      ? Number.NaN
      : /^\d+$/.test(after)
        ? Number(after) * 1_000
        : Date.parse(after) - now.getTime();
  const ms = Number.isFinite(fromHeader) ? fromHeader : (fromBody ?? usualPauseMs);
  return Math.min(Math.max(Math.ceil(ms), 0), longestPauseMs);
}

/** What passes by itself, or once somebody has done something about the whole account. */
const passing = new Set([
  'M_RESOURCE_LIMIT_EXCEEDED',
  'M_CONSENT_NOT_GIVEN',
  'M_USER_LOCKED',
  'M_USER_SUSPENDED',
]);
const never = new Set([400, 403, 404, 413]);

/** A failure to say something: what the homeserver will refuse again is undeliverable. */
export function sayingError(error: unknown): unknown {
  if (!(error instanceof MatrixRefusal) || !never.has(error.status) || passing.has(error.code)) return error;
  // Where something else than a homeserver answers, its 404 says nothing of the room.
  return error.code === '' ? error : new ChatUndeliverable(error.message);
}
