import type { Hono } from 'hono';
import type { Log } from '../core/log.js';
import { readBody } from './body.js';
import type { WebEnv } from './env.js';

/** Takes what outside chats post; by platform. */
export type ChatReceivers = ReadonlyMap<string, (request: Request) => Promise<Response>>;

/** No platform posts more: files come as links. */
const mostBytes = 1024 * 1024;

/** Adds where outside chats post: each driver proves by itself who sent it. */
export function addChatReceivers(
  app: Hono<WebEnv>,
  { chats, log, baseUrl }: { chats: ChatReceivers; log: Log; baseUrl: () => string },
): void {
  app.post('/chats/:platform', async (c) => {
    const platform = c.req.param('platform');
    const receive = chats.get(platform);
    if (receive === undefined) return c.text('There is no such chat.\n', 404);
    const body = await readBody(c, mostBytes).catch(() => 'broken-off' as const);
    if (body === 'broken-off') return c.text('The body did not come whole.\n', 400);
    if (body === undefined) return c.text(`A message has at most ${mostBytes} bytes.\n`, 413);
    const url = `${baseUrl()}${c.req.path}${new URL(c.req.url).search}`;
    try {
      return await receive(
        new Request(url, { method: 'POST', headers: c.req.header(), body: Buffer.from(body) }),
      );
    } catch (error) {
      log.error({ err: error, platform }, 'what a chat posted could not be taken');
      return c.text('Not now. Send it again.\n', 503, { 'Retry-After': '10' });
    }
  });
}
