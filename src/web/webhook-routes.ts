import type { Hono } from 'hono';
import type { Webhooks } from '../core/delivery.js';
import { readBody } from './body.js';
import type { WebEnv } from './env.js';

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
