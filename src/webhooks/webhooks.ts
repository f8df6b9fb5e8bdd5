import { randomUUID } from 'node:crypto';
import type { DeliveryView, HandedDelivery, Webhooks } from '../core/delivery.js';
import { refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import { keepDeliveries, listDeliveries, lookAgain } from '../store/deliveries.js';
import { type Counter, createCounter } from './counts.js';
import { createKeeper } from './keep.js';
import { lookAt } from './look.js';
import type { WebhookParts } from './parts.js';
import { startProcessor } from './process.js';
import { newDelivery, type Receiver, receive } from './receive.js';

/** Webhooks that are open. */
export interface RunningWebhooks extends Webhooks {
  /** Stops after what is under way; what was kept is looked at after the next start. */
  close(): Promise<void>;
}

/** How long a delivery waits for a database that is away: what hosts can wait for an answer, less a second. */
export const usualPatienceMs = 9_000;

/** Begins to take what Git hosts send, and to pass on what it says. */
export function openWebhooks(parts: WebhookParts): RunningWebhooks {
  const counter = createCounter();
  const processor = startProcessor(parts);
  const keeper = createKeeper({
    insert: async (batch) => {
      const fresh = await keepDeliveries(parts.db, batch);
      countRepeated(counter, batch, fresh);
      if (fresh.length > 0) processor.wake();
    },
    patienceMs: parts.patienceMs ?? (() => usualPatienceMs),
    log: parts.log,
  });
  const receiver: Receiver = { parts, keeper, counter, reading: { bytes: 0 } };
  return {
    receive: (post) => receive(receiver, post),
    take: (delivery) => take(parts, delivery),
    replay: (id) => replay(parts, id),
    list: (limit) => listDeliveries(parts.db, limit),
    counts: counter.all,
    close: () => processor.close(),
  };
}

function countRepeated(
  counter: Counter,
  batch: readonly { host: string }[],
  fresh: readonly { host: string }[],
): void {
  const left = fresh.map(({ host }) => host);
  for (const { host } of batch) {
    const at = left.indexOf(host);
    if (at < 0) counter.add(host, 'repeated');
    else left.splice(at, 1);
  }
}

async function take(parts: WebhookParts, handed: HandedDelivery): Promise<Result<DeliveryView>> {
  const known = [...parts.config().hosts.keys()];
  const name = handed.host ?? (known.length === 1 ? known[0] : undefined);
  if (name === undefined) return refused(refuse('host-not-told', { known }));
  const driver = parts.hostNamed(name);
  if (driver === undefined) return refused(refuse('no-host', { host: name, known }));
  const { event, body } = handed;
  const named =
    event === undefined || driver.eventHeader === undefined ? {} : { [driver.eventHeader]: event };
  const delivery = { headers: { ...handed.headers, ...named }, body: Buffer.from(body) };
  const receivedAt = parts.clock.now();
  // Whoever hands one in wants it to be looked at, known or not.
  const key = `by hand ${randomUUID()}`;
  const [kept] = await keepDeliveries(parts.db, [newDelivery(driver, delivery, { key, receivedAt })], true);
  return await replay(parts, kept?.id ?? 0);
}

async function replay(parts: WebhookParts, id: number): Promise<Result<DeliveryView>> {
  const look = async (delivery: Parameters<typeof lookAt>[1][number]) => {
    const [looked] = await lookAt(parts, [{ ...delivery, attempts: 0 }]);
    return looked ?? { id: delivery.id, repositories: [], attempts: 0 };
  };
  const view = await lookAgain(parts.db, id, look, () => parts.clock.now());
  return view === undefined ? refused(refuse('no-delivery', { id: String(id) })) : ok(view);
}
