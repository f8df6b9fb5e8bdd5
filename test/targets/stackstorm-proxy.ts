import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FakeStackStorm } from '../fixtures/stackstorm/fake.js';

/** A request on its way. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
}

/** Gives another body for a request, or a status with which it is answered without getting through; else it passes. */
export type Meddle = (
  passing: Passing,
) => { readonly body: object } | { readonly status: number; readonly fault?: string } | undefined;

/** Stands between a target and its server, and meddles with what passes. */
export async function startProxy(
  stack: FakeStackStorm,
  meddle: Meddle,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString('utf8');
    const [method, path] = [request.method ?? 'GET', request.url ?? '/'];
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    const meddled = meddle({ method, path, body });
    if (meddled !== undefined && 'status' in meddled) {
      response.writeHead(meddled.status, { 'content-type': 'application/json' }).end(faultOf(meddled));
      return;
    }
    const sent = meddled === undefined ? text : JSON.stringify(meddled.body);
    const answer = await fetch(`${stack.url}${path}`, {
      method,
      headers: { 'st2-api-key': stack.key, 'content-type': 'application/json' },
      ...(sent === '' ? {} : { body: sent }),
    });
    const headers = ['content-type', 'x-total-count'].flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    response
      .writeHead(answer.status, Object.fromEntries(headers))
      .end(Buffer.from(await answer.arrayBuffer()));
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

function faultOf({ fault: faultstring }: { readonly fault?: string }): string {
  return faultstring === undefined ? '' : JSON.stringify({ faultstring });
}
