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
  // Whoever says the length is held to it by HTTP itself.
  if (length !== undefined) return new Uint8Array(await c.req.arrayBuffer());
  return await readCounting(c.req.raw.body, most);
}

async function readCounting(
  stream: ReadableStream<Uint8Array> | null,
  most: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = stream?.getReader();
  for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) {
    bytes += next.value.byteLength;
    if (bytes > most) {
      await reader?.cancel();
      return undefined;
    }
    chunks.push(next.value);
  }
  return Buffer.concat(chunks);
}
