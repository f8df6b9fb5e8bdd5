import { z } from 'zod';
import type { ChatBacklog } from '../../../core/chat-backlog.js';
import { ok } from '../../../core/result.js';
import { type Route, route } from '../route.js';
import { loginBody } from '../schemas/requests.js';
import { count, texts, time, wire } from '../schemas/wire.js';

const keys = 'local';

const backlog = wire<ChatBacklog>()(
  z
    .object({
      platforms: texts.describe('Those that are configured.'),
      delayed: z.array(
        z.object({
          platform: z.string(),
          channel: z.string(),
          waiting: count.describe('How many messages.'),
          since: time,
          problem: z.string().exactOptional().describe('Why it could not be said the last time.'),
          nextTryAt: time.exactOptional(),
        }),
      ),
      undeliverable: z.array(
        z.object({
          platform: z.string(),
          channel: z.string(),
          key: z.string(),
          at: time,
          problem: z.string(),
        }),
      ),
    })
    .meta({ id: 'ChatBacklog', description: 'What the chats of others have not taken.' }),
);

/** What is only for the machine of the server. */
export const serverRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/chats',
      id: 'getChats',
      group: 'Chats',
      keys,
      summary: 'What the chats of others have not taken',
      answer: { json: backlog },
    },
    async (_, { chatBacklog }) =>
      ok((await chatBacklog?.()) ?? { platforms: [], delayed: [], undeliverable: [] }),
  ),
  route(
    {
      method: 'post',
      path: '/login-links',
      id: 'createLoginLink',
      group: 'Signing in',
      keys,
      summary: 'Makes a link that signs somebody in to the pages once',
      body: loginBody,
      answer: { json: z.object({ url: z.string() }) },
    },
    async ({ body: { as } }, { createLoginLink }) =>
      ok({ url: await createLoginLink({ platform: 'cli', userId: as, name: as }) }),
  ),
];
