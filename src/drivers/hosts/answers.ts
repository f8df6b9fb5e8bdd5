import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { parseJson } from '../../core/json.js';
import { type Refusal, refuse } from '../../core/reason.js';
import type { Answer } from '../http/exchange.js';

/** Why an answer is none; undefined when it is one. */
export function refusalOf(
  { status, headers, text }: Answer,
  { host, path, now }: { readonly host: string; readonly path: string; readonly now: Date },
): Refusal | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (isLimit(status, headers)) {
    const until = limitedUntil(headers, now).toISOString();
    return refuse('host-limits', { host, until });
  }
  if (status === 401) return refuse('host-refuses-token', { host });
  if (status === 403) return refuse('host-forbids', { host, detail: detailOf(text) });
  if (status === 404 || status === 410) return refuse('host-knows-not', { host, path: withoutQuery(path) });
  const said = detailOf(text);
  const detail = said === '' ? `status ${status}` : `status ${status}: ${said}`;
  return refuse('host-broken', { host, detail });
}

function isLimit(status: number, headers: IncomingHttpHeaders): boolean {
  if (status === 429) return true;
  const hasEnd = headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0';
  return hasEnd && (status === 403 || status === 503);
}

const shortestMs = 1_000;
const standardMs = 60_000;
const longestMs = 3_600_000;

/** Until when a host wants to be left alone; an hour at most, for a header may be wrong. */
function limitedUntil(headers: IncomingHttpHeaders, now: Date): Date {
  const ms = waitMs(headers, now);
  const wait = Number.isFinite(ms) ? Math.min(Math.max(ms, shortestMs), longestMs) : standardMs;
  return new Date(now.getTime() + wait);
}

function waitMs(headers: IncomingHttpHeaders, now: Date): number {
  const after = headers['retry-after'];
  if (after !== undefined)
    return /^\d+$/.test(after) ? Number(after) * 1_000 : Date.parse(after) - now.getTime();
  const reset = [headers['x-ratelimit-reset'] ?? headers['ratelimit-reset'] ?? []].flat()[0];
  return reset === undefined ? Number.NaN : Number(reset) * 1_000 - now.getTime();
}

const said = z.union([
  z.object({ message: z.string() }).transform((body) => body.message),
  z.object({ error: z.string() }).transform((body) => body.error),
  z.object({ error: z.object({ message: z.string() }) }).transform((body) => body.error.message),
  z
    .object({ errors: z.array(z.object({ message: z.string() })).min(1) })
    .transform((body) => body.errors[0]?.message ?? ''),
]);

/** What a host says about a refusal, on one short line; nothing when that is a page for browsers. */
function detailOf(text: string): string {
  const read = said.safeParse(parseJson(text));
  return read.success
    ? read.data
        .replace(/[\p{C}\s`<>]+/gu, ' ')
        .trim()
        .slice(0, 160)
    : '';
}

function withoutQuery(path: string): string {
  return path.replace(/\?.*$/, '');
}
