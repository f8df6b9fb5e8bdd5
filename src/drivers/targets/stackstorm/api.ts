import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { parseJson } from '../../../core/json.js';
import { type Refusal, refuse } from '../../../core/reason.js';
import { ok, type Result, refused } from '../../../core/result.js';
import { type Answer, exchange } from '../../http/exchange.js';

/** How the API of a StackStorm server is reached. */
export interface ApiOptions {
  /** The target's name in the config, for messages. */
  readonly target: string;
  /** The server's address, with or without `/api/v1` or `/v1`. */
  readonly url: string;
  /** The headers that prove who asks; undefined when the key is not there. */
  readonly proof: () => Promise<Readonly<Record<string, string>> | undefined>;
  readonly caFile?: string | undefined;
  /** Milliseconds for a request with its answer. */
  readonly requestMs: number;
  /** Milliseconds before a request is tried again; it doubles. */
  readonly retryMs: number;
}

/** What to send. */
export interface Ask {
  readonly body?: object;
  /** Milliseconds; those of every request unless given. */
  readonly limitMs?: number;
}

/** An answer that is one: its status is 2xx. */
export interface Reply {
  /** The JSON; undefined when the answer has none, and text when it is none. */
  readonly body: unknown;
  /** How many there are, where a list tells. */
  readonly total: number | undefined;
}

/** A StackStorm server's API. What may go wrong is refused, never thrown. */
export interface Api {
  /** @param path below the version, such as `/packs` */
  call(method: Method, path: string, ask?: Ask): Promise<Result<Reply>>;
  /** The same, with the answer read by a schema. */
  read<S extends z.ZodType>(
    method: Method,
    path: string,
    how: Ask & { schema: S },
  ): Promise<Result<z.output<S>>>;
  /** All of a list, page by page. @param path with its filters */
  list<S extends z.ZodType>(path: string, item: S): Promise<Result<readonly z.output<S>[]>>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

const tries = 3;
const pageSize = 100;

/** Makes the client of a server. Where its API begins is found out by the first request, and kept. */
export function createApi(options: ApiOptions): Api {
  const { target } = options;
  let finding: Promise<Result<string>> | undefined;

  /** Looked for once, also by several requests at a time; what failed is looked for anew. */
  async function base(): Promise<Result<string>> {
    finding ??= findBase(options);
    const found = await finding.catch((error: unknown) => {
      finding = undefined;
      throw error;
    });
    if (!found.ok) finding = undefined;
    return found;
  }

  async function call(method: Method, path: string, ask: Ask = {}): Promise<Result<Reply>> {
    const at = await base();
    if (!at.ok) return at;
    for (let attempt = 1; ; attempt++) {
      const reply = await once(options, { method, url: `${at.value}${path}`, path, ask });
      if (reply.ok || attempt === tries || !mayRepeat(method, path, reply.refusal)) return reply;
      await sleep(options.retryMs * 2 ** (attempt - 1));
    }
  }

  return {
    call,
    async read(method, path, { schema, ...ask }) {
      const reply = await call(method, path, ask);
      if (!reply.ok) return reply;
      const read = schema.safeParse(reply.value.body);
      return read.success ? ok(read.data) : refused(refuse('st2-odd-answer', { target, path: plain(path) }));
    },
    list: (path, item) => listAll({ call, target }, path, item),
  };
}

async function listAll<S extends z.ZodType>(
  api: Pick<Api, 'call'> & Pick<ApiOptions, 'target'>,
  path: string,
  item: S,
): Promise<Result<readonly z.output<S>[]>> {
  const all: z.output<S>[] = [];
  for (;;) {
    const page = await pageOf(api, `${path}${joint(path)}limit=${pageSize}&offset=${all.length}`, item);
    if (!page.ok) return page;
    const { items, total } = page.value;
    // Some lists (rules and sensor types) know no offset, and give their beginning again.
    if (all.length > 0 && isDeepStrictEqual(items[0], all[0])) break;
    all.push(...items);
    if (items.length === 0 || all.length >= (total ?? 0)) return ok(all);
  }
  const whole = await pageOf(api, `${path}${joint(path)}limit=-1`, item);
  return whole.ok ? ok(whole.value.items) : whole;
}

async function pageOf<S extends z.ZodType>(
  { call, target }: Pick<Api, 'call'> & Pick<ApiOptions, 'target'>,
  path: string,
  item: S,
): Promise<Result<{ readonly items: readonly z.output<S>[]; readonly total: number | undefined }>> {
  const reply = await call('GET', path);
  if (!reply.ok) return reply;
  const read = z.array(item).safeParse(reply.value.body);
  if (!read.success) return refused(refuse('st2-odd-answer', { target, path: plain(path) }));
  return ok({ items: read.data, total: reply.value.total });
}

function joint(path: string): string {
  return path.includes('?') ? '&' : '?';
}

/** What is harmless when it comes twice: all but starting an execution or making an object. */
function mayRepeat(method: Method, path: string, refusal: Refusal): boolean {
  const isSafe = method !== 'POST' || path === '/packs/register';
  return isSafe && isPassing(refusal);
}

/** Whether what went wrong may be over soon: the server is away, or a proxy answers for it. */
export function isPassing({ code }: Refusal): boolean {
  return code === 'st2-unreachable' || code === 'st2-broken' || code === 'st2-not-json';
}

/** Finds where the API begins: below `/api` behind the web proxy, and at the root of the API's own process. */
async function findBase(options: ApiOptions): Promise<Result<string>> {
  const { target } = options;
  const given = options.url.replace(/\/+$/, '');
  const root = given.replace(/\/v1$/, '').replace(/\/api$/, '');
  const bases = [
    ...new Set([/\/v1$/.test(given) ? given : `${root}/api/v1`, `${root}/api/v1`, `${root}/v1`]),
  ];
  let last: Refusal | undefined;
  for (const base of bases) {
    const path = '/packs?limit=1';
    const reply = await once(options, { method: 'GET', url: `${base}${path}`, path, ask: {} });
    if (reply.ok && Array.isArray(reply.value.body)) return ok(base);
    if (!reply.ok && !mayBeElsewhere(reply.refusal)) return reply;
    last = reply.ok ? undefined : reply.refusal;
  }
  if (last?.code === 'st2-not-json') return refused(last);
  const detail = last === undefined ? 'the answer is no list of packs' : 'nothing is there (404)';
  return refused(refuse('st2-no-api', { target, tried: bases, detail }));
}

function mayBeElsewhere(refusal: Refusal): boolean {
  if (refusal.code === 'st2-not-json') return refusal.params.status < 500;
  return refusal.code === 'st2-knows-not';
}

interface Request {
  readonly method: Method;
  readonly url: string;
  readonly path: string;
  readonly ask: Ask;
}

async function once(options: ApiOptions, { method, url, path, ask }: Request): Promise<Result<Reply>> {
  const { target, caFile } = options;
  const headers = await options.proof();
  if (headers === undefined) return refused(refuse('st2-key-missing', { target }));
  const { body, limitMs = options.requestMs } = ask;
  const call = { method, url: new URL(url), headers, ...(body === undefined ? {} : { body }) };
  const sent = await exchange(call, { caFile, limitMs });
  if (sent.answer === undefined)
    return refused(refuse('st2-unreachable', { target, url: call.url.origin, detail: sent.detail }));
  return replyOf(sent.answer, { target, path: plain(path) });
}

interface Where {
  readonly target: string;
  readonly path: string;
}

function replyOf({ status, headers, text }: Answer, at: Where): Result<Reply> {
  if (isPage(headers['content-type'], text))
    return refused(refuse('st2-not-json', { ...at, status, title: titleOf(text) }));
  if (status >= 200 && status < 300) {
    const total = Number(headers['x-total-count'] ?? Number.NaN);
    const body = text === '' ? undefined : (parseJson(text) ?? text);
    return ok({ body, total: Number.isInteger(total) ? total : undefined });
  }
  const detail = faultIn(text);
  switch (status) {
    // What it says holds the key's hash.
    case 401:
      return refused(refuse('st2-key-refused', { target: at.target }));
    case 403:
      return refused(refuse('st2-forbidden', { ...at, detail: detail || 'it may not' }));
    case 404:
      return refused(refuse('st2-knows-not', at));
    case 400:
    case 409:
      return refused(refuse('st2-refused', { ...at, detail: detail || `status ${status}` }));
    default:
      return refused(refuse('st2-broken', { ...at, status, detail }));
  }
}

function isPage(type: string | undefined, text: string): boolean {
  return /html/i.test(type ?? '') || /^\s*<(?:!doctype|html)/i.test(text);
}

function titleOf(text: string): string {
  return oneLine(/<title>([^<]*)<\/title>/i.exec(text)?.[1] ?? '');
}

const fault = z.object({ faultstring: z.string() });

/** The first line of what StackStorm says is wrong: after it come whole schemas. */
function faultIn(text: string): string {
  const read = fault.safeParse(parseJson(text));
  return read.success ? oneLine(read.data.faultstring.trim().split('\n')[0] ?? '') : '';
}

function oneLine(text: string): string {
  return text
    .replace(/key_hash=\S+/g, 'key_hash=…')
    .replace(/[\p{C}\s`]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

function plain(path: string): string {
  return path.replace(/\?.*$/, '');
}
