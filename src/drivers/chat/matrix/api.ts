import type { z } from 'zod';
import type { Clock } from '../../../core/clock.js';
import { parseJson } from '../../../core/json.js';
import { exchange } from '../../http/exchange.js';
import { errorOf } from './errors.js';

/** What the homeserver's API is called with. */
export interface ApiOptions {
  /** Without a slash at its end. */
  readonly homeserver: string;
  /** Read anew for each call, so that a new token needs no restart. */
  readonly token: () => Promise<string>;
  readonly caFile?: string | undefined;
  readonly clock: Clock;
}

/** One call of the client-server API. */
export interface ApiCall<S extends z.ZodType> {
  /** The segments of the path below `/_matrix/client/v3`, not encoded yet. */
  readonly path: readonly string[];
  readonly schema: S;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  /** Milliseconds for the answer; fifteen seconds unless given. */
  readonly limitMs?: number;
  readonly signal?: AbortSignal;
}

/** A homeserver's client-server API. Throws `ChatRateLimited`, `MatrixRefusal`, or what kept it from answering. */
export interface Api {
  get<S extends z.ZodType>(call: ApiCall<S>): Promise<z.output<S>>;
  put<S extends z.ZodType>(call: ApiCall<S>): Promise<z.output<S>>;
  post<S extends z.ZodType>(call: ApiCall<S>): Promise<z.output<S>>;
}

const usualLimitMs = 15_000;

/** Makes the client of a homeserver. */
export function createApi({ homeserver, token, caFile, clock }: ApiOptions): Api {
  async function call<S extends z.ZodType>(method: string, asked: ApiCall<S>): Promise<z.output<S>> {
    const { body, schema, limitMs = usualLimitMs, signal } = asked;
    const headers = { authorization: `Bearer ${await token()}` };
    const request = { method, url: addressOf(homeserver, asked), headers };
    const exchanged = await exchange(body === undefined ? request : { ...request, body }, {
      caFile,
      limitMs,
      signal,
    });
    if (exchanged.answer === undefined)
      throw new Error(`the homeserver does not answer: ${exchanged.detail}`);
    const { answer } = exchanged;
    if (answer.status < 200 || answer.status >= 300) throw errorOf(answer, clock.now());
    const read = schema.safeParse(parseJson(answer.text));
    if (read.success) return read.data;
    throw new Error(`${homeserver} does not answer as a homeserver does; look at chats.matrix.homeserver`);
  }

  return {
    get: (asked) => call('GET', asked),
    put: (asked) => call('PUT', asked),
    post: (asked) => call('POST', asked),
  };
}

function addressOf(
  homeserver: string,
  { path, query = {} }: Pick<ApiCall<z.ZodType>, 'path' | 'query'>,
): URL {
  const url = new URL(`${homeserver}/_matrix/client/v3/${path.map(encodeURIComponent).join('/')}`);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, value);
  return url;
}
