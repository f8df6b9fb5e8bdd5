import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import type { Clock } from '../../core/clock.js';
import { parseJson } from '../../core/json.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { type Answer, type Call, exchange as send } from '../http/exchange.js';
import { refusalOf } from './answers.js';

/** How a host's API is reached. */
export interface HttpOptions {
  /** The host's name in the config, for messages. */
  readonly host: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** The headers that prove who asks; undefined when the token is not there. */
  readonly headers: () => Promise<Readonly<Record<string, string>> | undefined>;
  readonly caFile?: string | undefined;
  readonly clock: Clock;
  /** Milliseconds for a request with its answer; ten seconds unless given. */
  readonly timeLimitMs?: number | undefined;
}

/** One page of an answer. */
export interface Page<T> {
  readonly value: T;
  readonly headers: IncomingHttpHeaders;
}

/** The API of a host: JSON in, JSON out. What may go wrong is refused, never thrown. */
export interface HostHttp {
  /** @param path below the base, with its query; or a whole address at the same host */
  get<S extends z.ZodType>(path: string, schema: S): Promise<Result<Page<z.output<S>>>>;
  /** Every page, one after the other. @param nextOf the next page's path or address; undefined after the last */
  pages<S extends z.ZodType>(
    path: string,
    schema: S,
    nextOf: (page: Page<z.output<S>>) => string | undefined,
  ): Promise<Result<readonly z.output<S>[]>>;
  post<S extends z.ZodType>(path: string, body: object, schema: S): Promise<Result<z.output<S>>>;
}

const timeLimitMs = 10_000;
const mostPages = 100;

/**
 * Makes a client. By Node's own http and https rather than `fetch`, which takes no certificate authority of one's own.
 * Redirects are not followed: the token is for this host alone.
 */
export function createHttp(options: HttpOptions): HostHttp {
  async function call<S extends z.ZodType>(
    method: 'GET' | 'POST',
    path: string,
    how: { readonly schema: S; readonly body?: object },
  ): Promise<Result<Page<z.output<S>>>> {
    const { host } = options;
    const url = addressOf(options.baseUrl, path);
    if (url === undefined)
      return refused(refuse('host-broken', { host, detail: 'it sends on to another host' }));
    const headers = await options.headers();
    if (headers === undefined) return refused(refuse('host-refuses-token', { host }));
    const answer = await exchange(options, { method, url, headers, ...(how.body && { body: how.body }) });
    if (!answer.ok) return answer;
    const refusal = refusalOf(answer.value, { host, path, now: options.clock.now() });
    if (refusal !== undefined) return refused(refusal);
    const read = how.schema.safeParse(parseJson(answer.value.text));
    if (read.success) return ok({ value: read.data, headers: answer.value.headers });
    return refused(refuse('host-broken', { host, detail: 'not the JSON that was expected' }));
  }

  return {
    get: (path, schema) => call('GET', path, { schema }),
    async post(path, body, schema) {
      const done = await call('POST', path, { schema, body });
      return done.ok ? ok(done.value.value) : done;
    },
    async pages(path, schema, nextOf) {
      const values: z.output<typeof schema>[] = [];
      let next: string | undefined = path;
      for (let page = 0; next !== undefined; page += 1) {
        if (page === mostPages)
          return refused(refuse('host-broken', { host: options.host, detail: 'pages without end' }));
        const got: Result<Page<z.output<typeof schema>>> = await call('GET', next, { schema });
        if (!got.ok) return got;
        values.push(got.value.value);
        next = nextOf(got.value);
      }
      return ok(values);
    },
  };
}

/** The address of a path; undefined when it is of another host. */
function addressOf(baseUrl: string, path: string): URL | undefined {
  const base = new URL(baseUrl);
  if (!/^https?:/i.test(path)) return new URL(`${baseUrl}${path}`);
  const url = URL.canParse(path) ? new URL(path) : undefined;
  return url?.origin === base.origin ? url : undefined;
}

/** The address that a `Link` header names as the next page. */
export function nextLink({ headers }: Pick<Page<unknown>, 'headers'>): string | undefined {
  const link = [headers.link ?? []].flat().join(', ');
  return /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(link)?.[1];
}

async function exchange(options: HttpOptions, call: Call): Promise<Result<Answer>> {
  const { host, caFile } = options;
  const sent = await send(call, { caFile, limitMs: options.timeLimitMs ?? timeLimitMs });
  if (sent.answer !== undefined) return ok(sent.answer);
  return refused(refuse('host-unreachable', { host, detail: sent.detail }));
}
