import { z } from 'zod';
import {
  type DeliveryCounts,
  type DeliveryView,
  type HandedDelivery,
  mostDeliveryBytes,
} from '../../../core/delivery.js';
import { refuse } from '../../../core/reason.js';
import { ok, refused } from '../../../core/result.js';
import { idOf } from '../../deployment-routes.js';
import { type Outcome, type Route, route } from '../route.js';
import { limit } from '../schemas/requests.js';
import { count, number, texts, time, wire } from '../schemas/wire.js';

const group = 'Deliveries';
const keys = 'local';

const delivery = wire<DeliveryView>()(
  z
    .object({
      id: number,
      host: z.string(),
      event: z.string().exactOptional(),
      receivedAt: time,
      repositories: texts.describe('Their names in the configuration.'),
      outcome: z
        .object({ kind: z.enum(['noted', 'nothing', 'unreadable', 'broken']), what: z.string() })
        .exactOptional()
        .describe('Absent until it was looked at.'),
    })
    .meta({ id: 'Delivery', description: 'What a Git host sent.' }),
);

const counts = wire<DeliveryCounts>()(
  z.object({ accepted: count, repeated: count, unsigned: count, tooLarge: count, putOff: count }),
);

const handed: z.ZodType<HandedDelivery> = z
  .strictObject({
    host: z.string().min(1).max(200).exactOptional().describe('The only one unless given.'),
    event: z.string().min(1).max(200).exactOptional().describe('Where the headers don’t say it.'),
    headers: z.record(z.string().toLowerCase(), z.string()).default({}),
    body: z.string().max(mostDeliveryBytes),
  })
  .meta({ id: 'HandedDelivery', description: 'What a host would have sent.' });

const one = z.object({ delivery });

/** The hosts' deliveries. */
export const deliveryRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/deliveries',
      id: 'listDeliveries',
      group,
      keys,
      summary: 'What Git hosts sent, newest first',
      query: z.object({ limit: limit.default(20) }),
      answer: {
        json: z.object({
          deliveries: z.array(delivery),
          counts: z.record(z.string(), counts).describe('Of this server since its start, by host.'),
        }),
      },
    },
    async ({ query }, { webhooks }) =>
      ok({ deliveries: (await webhooks?.list(query.limit)) ?? [], counts: webhooks?.counts() ?? {} }),
  ),
  route(
    {
      method: 'post',
      path: '/deliveries',
      id: 'takeDelivery',
      group,
      keys,
      summary: 'Takes a delivery without a signature',
      refusals: ['missing'],
      body: handed,
      // A letter of the body may take six in JSON, but seldom does.
      mostBytes: 3 * mostDeliveryBytes,
      answer: { json: one },
    },
    async ({ body }, { webhooks }) => {
      const none = refused(refuse('no-host', { host: body.host ?? 'any', known: [] }));
      return webhooks === undefined ? none : shownOnce(await webhooks.take(body));
    },
  ),
  route(
    {
      method: 'post',
      path: '/deliveries/{id}/replay',
      id: 'replayDelivery',
      group,
      keys,
      summary: 'Looks at a delivery again',
      params: z.object({ id: z.string().meta({ type: 'integer', description: 'The delivery’s number.' }) }),
      answer: { json: one },
    },
    async ({ params: { id } }, { webhooks }) => {
      const known = idOf(id);
      const unknown = refused(refuse('no-delivery', { id: id.slice(0, 20) }));
      return known === undefined || webhooks === undefined
        ? unknown
        : shownOnce(await webhooks.replay(known));
    },
  ),
];

function shownOnce(taken: { ok: true; value: DeliveryView } | Extract<Outcome, { ok: false }>): Outcome {
  return taken.ok ? ok({ delivery: taken.value }) : taken;
}
