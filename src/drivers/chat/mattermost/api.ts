import type { z } from 'zod';
import type { Clock } from '../../../core/clock.js';
import { parseJson } from '../../../core/json.js';
import type { OutsideChatParts } from '../../../core/outside-chat.js';
import { exchange } from '../../http/exchange.js';
import { mattermostError } from './errors.js';
import type { MattermostSettings } from './settings.js';

/** One request to the API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below `/api/v4`, with its query. */
  readonly path: string;
  readonly body?: object;
}

/**
 * Calls the REST API, version 4.
 * @throws ChatRateLimited, MattermostRefusal for what will never be taken, or another error for what may be tried again
 */
export type MattermostApi = <S extends z.ZodType>(request: ApiRequest, schema: S) => Promise<z.output<S>>;

const limitMs = 15_000;

/** Makes the API of a server. The token is read anew for each call. */
export function createApi(
  { url, token, caFile }: MattermostSettings,
  { secret, clock }: Pick<OutsideChatParts, 'secret'> & { readonly clock: Clock },
): MattermostApi {
  return async ({ method, path, body }, schema) => {
    const headers = { authorization: `Bearer ${await secret(token)}` };
    const call = { method, url: new URL(`${url}/api/v4${path}`), headers, ...(body && { body }) };
    const { answer, ...none } = await exchange(call, { caFile, limitMs });
    if (answer === undefined)
      throw new Error(`${url} can not be reached: ${'detail' in none && none.detail}`);
    if (answer.status < 200 || answer.status > 299) throw mattermostError(answer, clock.now().getTime());
    const read = schema.safeParse(parseJson(answer.text));
    if (!read.success) throw new Error(`${url} does not answer as a Mattermost does: is its address right?`);
    return read.data;
  };
}
