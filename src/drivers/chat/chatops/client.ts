import { z } from 'zod';
import { ChatRateLimited, ChatUndeliverable } from '../../../core/chat.js';
import { parseJson } from '../../../core/json.js';
import { type Answer, exchange } from '../../http/exchange.js';

/** How StackStorm's API is reached. */
export interface ClientOptions {
  readonly url: string;
  readonly caFile?: string | undefined;
  /** The API key, read anew for each request. */
  readonly apiKey: () => Promise<string>;
}

/** StackStorm's executions, as far as a chat needs them. */
export interface StackstormClient {
  /** Throws what an operator has to mend, when the API does not answer or does not take the key. */
  check(): Promise<void>;
  /**
   * Starts an action.
   * @returns the execution's id
   * @throws ChatRateLimited; ChatUndeliverable for what will be refused again; {@link Doubtful}; or another error, for what
   * was surely not done
   */
  start(action: string, parameters: object, context: object): Promise<string>;
  /** The newest executions of an action, each with its id and what it carries in its context. */
  newest(action: string): Promise<readonly Execution[]>;
}

/** Nobody knows whether it was done: there was no answer, or none of StackStorm itself. */
export class Doubtful extends Error {
  override readonly name = 'Doubtful';
}

const execution = z.looseObject({ id: z.string(), context: z.record(z.string(), z.unknown()).default({}) });

/** An execution, with what it carries in its context. */
export type Execution = z.output<typeof execution>;

const limitMs = 15_000;
const looked = 100;
// Where the server names no time.
const usualPauseMs = 30_000;
const platform = 'chatops';

/** Makes the client of a server. Where its API begins is found out by the first request. */
export function createClient(options: ClientOptions): StackstormClient {
  let base: string | undefined;

  async function send(method: 'GET' | 'POST', url: string, body?: object): Promise<Answer> {
    const headers = { 'st2-api-key': await options.apiKey() };
    const call = { method, url: new URL(url), headers, ...(body === undefined ? {} : { body }) };
    const sent = await exchange(call, { caFile: options.caFile, limitMs });
    if (sent.answer === undefined) throw new Doubtful(`StackStorm at ${options.url}: ${sent.detail}`);
    return sent.answer;
  }

  /** Below `/api` behind the web proxy, and at the root of the API's own process. */
  async function findBase(): Promise<string> {
    const root = options.url.replace(/\/+$/, '').replace(/(?:\/api)?(?:\/v1)?$/, '');
    for (const candidate of [`${root}/api/v1`, `${root}/v1`]) {
      const answer = await send('GET', `${candidate}/executions?limit=1&include_attributes=status`);
      if (answer.status === 404 || isPage(answer)) continue;
      refuse(answer);
      return candidate;
    }
    throw new Error(`there is no API of a StackStorm at ${options.url}: correct chats.chatops.url`);
  }

  async function at(path: string): Promise<string> {
    base ??= await findBase();
    return `${base}${path}`;
  }

  return {
    check: async () => void (await at('')),
    async start(action, parameters, context) {
      const answer = await send('POST', await at('/executions'), { action, parameters, context });
      refuse(answer);
      const read = execution.safeParse(parseJson(answer.text));
      if (!read.success) throw new Doubtful('the answer is not one of StackStorm');
      return read.data.id;
    },
    async newest(action) {
      const query = `action=${action}&include_attributes=context,status&limit=${looked}`;
      const answer = await send('GET', await at(`/executions?${query}`));
      refuse(answer);
      const read = z.array(execution).safeParse(parseJson(answer.text));
      if (!read.success) throw new Error('the list of executions is not one of StackStorm');
      return read.data;
    },
  };
}

/** Throws what an answer means that is no success. */
function refuse(answer: Answer): void {
  const { status, headers } = answer;
  if (status >= 200 && status < 300 && !isPage(answer)) return;
  if (status === 429 || (status === 503 && headers['retry-after'] !== undefined))
    throw new ChatRateLimited(platform, pauseOf(headers['retry-after']));
  if (status >= 500 || isPage(answer))
    throw new Doubtful(`StackStorm, or a proxy before it, answers ${status}`);
  const said = faultIn(answer);
  if (status === 401)
    // What it says holds the key's hash.
    throw new Error(
      'StackStorm does not know the key: make one by `st2 apikey create` for chats.chatops.api_key',
    );
  if (status === 403) throw new Error(`the key in chats.chatops.api_key may not do this: ${said}`);
  if (/cannot be found|is disabled/.test(said))
    throw new Error(`StackStorm has to have its pack chatops: ${said}`);
  if (status === 400) throw new ChatUndeliverable(`StackStorm says ${said}`);
  throw new Error(`StackStorm answers ${status}: ${said}`);
}

function isPage({ headers, text }: Answer): boolean {
  return /html/i.test(headers['content-type'] ?? '') || /^\s*</.test(text);
}

function pauseOf(header: string | undefined): number {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : usualPauseMs;
}

const fault = z.object({ faultstring: z.string() });

function faultIn({ text }: Answer): string {
  const read = fault.safeParse(parseJson(text));
  const line = read.success ? (read.data.faultstring.trim().split('\n')[0] ?? '') : '';
  return line.replace(/\p{C}+/gu, ' ').slice(0, 300) || 'nothing more';
}
