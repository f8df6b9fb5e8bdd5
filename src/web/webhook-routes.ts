import { IncomingMessage } from 'node:http';
import type { Hono } from 'hono';
import type { Webhooks } from '../core/delivery.js';
import type { WebContext, WebEnv } from './env.js';

/** Adds where Git hosts post: no session and no page has to do with it, only the signature counts. */
export function addWebhooks(app: Hono<WebEnv>, webhooks: Webhooks): void {
  app.post('/webhooks/:host', async (c) => {
    const answer = await webhooks.receive({
      host: c.req.param('host'),
      headers: c.req.header(),
      readBody: (most) => readBody(c, most),
    });
    const later = answer.retryAfterS === undefined ? {} : { 'Retry-After': String(answer.retryAfterS) };
    return c.text(`${answer.text}\n`, answer.status, later);
  });
}

async function readBody(c: WebContext, most: number): Promise<Uint8Array | undefined> {
  const length = c.req.header('content-length');
  if (length !== undefined && Number(length) > most) return undefined;
  const socket =
    typeof c.env === 'object' && c.env !== null && 'incoming' in c.env ? c.env.incoming : undefined;
  // Straight from the connection: many come at once, and a web stream for each would cost more than all the rest.
  if (socket instanceof IncomingMessage) return await readCounting(socket, most);
  const body = new Uint8Array(await c.req.arrayBuffer());
  return body.byteLength > most ? undefined : body;
}

function readCounting(incoming: IncomingMessage, most: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (settle: () => void) => {
      incoming.off('data', take);
      settle();
    };
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > most) end(() => resolve(undefined));
    };
    incoming.on('data', take);
    incoming.once('end', () => end(() => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))));
    incoming.once('close', () => end(() => reject(new Error('the connection was closed'))));
  });
}
