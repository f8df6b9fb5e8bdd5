import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { type DeliveryView, mostDeliveryBytes, type Webhooks } from '../../core/delivery.js';
import { refuse } from '../../core/reason.js';
import type { Result } from '../../core/result.js';
import { idOf } from '../deployment-routes.js';
import type { WebDeps } from '../deps.js';
import type { WebEnv } from '../env.js';
import { check, readBody, refuseRequest } from './answers.js';
import { localOnly } from './auth.js';

/** The one address of the API that takes large bodies. */
export const deliveriesPath = '/api/v1/deliveries';

const handed = z.object({
  host: z.string().min(1).max(200).exactOptional(),
  event: z.string().min(1).max(200).exactOptional(),
  headers: z.record(z.string().toLowerCase(), z.string()).default({}),
  body: z.string().max(mostDeliveryBytes),
});

const query = z.object({ limit: z.coerce.number().int().min(1).max(500).default(20) });

/** Adds what the API tells of the hosts' deliveries, and how one is looked at again. */
export function addDeliveries(api: Hono<WebEnv>, deps: WebDeps, webhooks: Webhooks): void {
  const { redactor } = deps;
  // A letter of the body may take six in JSON, but seldom does.
  const limit = bodyLimit({
    maxSize: 3 * mostDeliveryBytes,
    onError: (c: Context) => c.text('The request is too large.\n', 413),
  });
  api.get('/deliveries', async (c) => {
    const asked = check(query, c.req.query());
    if (!asked.ok) return refuseRequest(c, redactor, asked.refusal, 400);
    const deliveries = await webhooks.list(asked.value.limit);
    return c.json(redactor.json({ deliveries, counts: webhooks.counts() }));
  });
  // Without a signature, nobody but this machine can say that a host sent something.
  const onlyHere = localOnly(deps);
  api.post('/deliveries', onlyHere, limit, async (c) => {
    const body = await readBody(c, handed);
    if (!body.ok) return refuseRequest(c, redactor, body.refusal, 400);
    return answer(c, await webhooks.take(body.value));
  });
  api.post('/deliveries/:id/replay', onlyHere, async (c) => {
    const id = idOf(c.req.param('id'));
    const unknown = refuse('no-delivery', { id: (c.req.param('id') ?? '').slice(0, 20) });
    return id === undefined ? refuseRequest(c, redactor, unknown, 404) : answer(c, await webhooks.replay(id));
  });

  function answer(c: Context<WebEnv>, delivery: Result<DeliveryView>) {
    if (delivery.ok) return c.json(redactor.json({ delivery: delivery.value }));
    return refuseRequest(
      c,
      redactor,
      delivery.refusal,
      delivery.refusal.code === 'host-not-told' ? 400 : 404,
    );
  }
}
