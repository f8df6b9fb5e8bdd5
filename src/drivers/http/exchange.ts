import { readFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { rootCertificates } from 'node:tls';
import { errorMessage } from '../../core/error-message.js';

/** One request; a body is sent as JSON. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** What a server answered. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** An answer of whatever status, or why there was none. */
export type Exchange = { readonly answer: Answer } | { readonly answer?: undefined; readonly detail: string };

const mostBytes = 16 * 1024 * 1024;

/**
 * Sends one request and reads its answer. By Node's own http and https rather than `fetch`, which takes no certificate
 * authority of one's own. Redirects are not followed: what proves who asks is for this server alone.
 * @param how `limitMs`: milliseconds for the request with its answer; `signal` gives both up before
 */
export async function exchange(
  call: Call,
  how: {
    readonly caFile?: string | undefined;
    readonly limitMs: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Exchange> {
  const { caFile, limitMs, signal } = how;
  const late = AbortSignal.timeout(limitMs);
  try {
    const ca = caFile === undefined ? {} : { ca: [...rootCertificates, await readFile(caFile, 'utf8')] };
    const ending = signal === undefined ? late : AbortSignal.any([late, signal]);
    return { answer: await send(call, { ...ca, signal: ending }) };
  } catch (error) {
    if (signal?.aborted === true) return { detail: 'it was given up' };
    const isLate = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
    return { detail: isLate ? `no answer within ${limitMs / 1000} s` : errorMessage(error) };
  }
}

function send(
  { method, url, headers, body }: Call,
  how: { readonly ca?: readonly string[]; readonly signal: AbortSignal },
): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const request = url.protocol === 'https:' ? tlsRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const options = {
      method,
      headers: {
        accept: 'application/json',
        'user-agent': 'packtrain',
        ...(text === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        ...headers,
      },
      signal: how.signal,
      ...(how.ca === undefined ? {} : { ca: [...how.ca] }),
    };
    const sent = request(url, options, (answer) => read(answer, how.signal).then(resolve, reject));
    sent.on('error', reject);
    sent.end(text);
  });
}

async function read(answer: IncomingMessage, signal: AbortSignal): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // An answer that trickles in without an end is given up too.
  const stop = () => answer.destroy(new DOMException('too late', 'TimeoutError'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of answer) {
      bytes += (chunk as Buffer).length;
      if (bytes > mostBytes) throw new Error('the answer is too large');
      chunks.push(chunk as Buffer);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: answer.statusCode ?? 0, headers: answer.headers, text };
}
