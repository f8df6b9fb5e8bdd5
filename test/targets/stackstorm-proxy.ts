import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FakeStackStorm } from '../fixtures/stackstorm/fake.js';

/** A request on its way. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
}

/** Another body or path for a request, an answer without its total, or a status with which it never gets through. */
export type Meddled =
  | { readonly body: object }
  | { readonly path: string }
  | { readonly hidesTotal: true }
  | { readonly status: number; readonly fault?: string; readonly says?: object };

/** Says what becomes of a request; undefined lets it pass. */
export type Meddle = (passing: Passing) => Meddled | undefined;

/** Stands between a target and its server, and meddles with what passes. */
export async function startProxy(
  stack: FakeStackStorm,
  meddle: Meddle,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const passing = await readPassing(request);
    const meddled = meddle(passing);
    if (meddled !== undefined && 'status' in meddled) {
      response.writeHead(meddled.status, { 'content-type': 'application/json' }).end(saidBy(meddled));
      return;
    }
    const answer = await passOn(stack, passing, meddled);
    const hidden = meddled !== undefined && 'hidesTotal' in meddled;
    const shown = ['content-type', ...(hidden ? [] : ['x-total-count'])];
    const headers = shown.flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    const said = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, Object.fromEntries(headers)).end(said);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readPassing(request: IncomingMessage): Promise<Passing> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString('utf8');
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  return { method: request.method ?? 'GET', path: request.url ?? '/', body };
}

async function passOn(
  { url, key }: FakeStackStorm,
  { method, path, body }: Passing,
  meddled: Exclude<Meddled, { status: number }> | undefined,
): Promise<Response> {
  const sent = meddled !== undefined && 'body' in meddled ? meddled.body : body;
  const way = meddled !== undefined && 'path' in meddled ? meddled.path : path;
  return await fetch(`${url}${way}`, {
    method,
    headers: { 'st2-api-key': key, 'content-type': 'application/json' },
    ...(Object.keys(sent).length === 0 ? {} : { body: JSON.stringify(sent) }),
  });
}

function saidBy({ fault: faultstring, says }: Extract<Meddled, { status: number }>): string {
  if (faultstring === undefined && says === undefined) return '';
  return JSON.stringify(says ?? { faultstring });
}
