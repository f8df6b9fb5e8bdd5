import { randomUUID } from 'node:crypto';
import { type HookAnswer, type HookPost, mostDeliveryBytes } from '../core/delivery.js';
import type { Host, RawDelivery } from '../core/host.js';
import { readSecret } from '../secrets/read.js';
import type { NewDelivery } from '../store/deliveries.js';
import type { Counter } from './counts.js';
import type { Keeper } from './keep.js';
import type { WebhookParts } from './parts.js';

/** What takes a POST. */
export interface Receiver {
  readonly parts: WebhookParts;
  readonly keeper: Keeper;
  readonly counter: Counter;
  /** Bytes of bodies that are being read. */
  readonly reading: { bytes: number };
}

/** As many bytes of bodies may be read at a time; nobody has proved anything yet. */
const mostReadingBytes = 128 * 1024 * 1024;
const retryAfterS = 10;
const later: HookAnswer = { status: 503, text: 'Not now. Send it again.', retryAfterS };

/** Takes a POST: proves who sent it, keeps it, and answers before anything is done. */
export async function receive(receiver: Receiver, post: HookPost): Promise<HookAnswer> {
  const { parts, counter } = receiver;
  const host = parts.config().hosts.get(post.host);
  const driver = parts.hostNamed(post.host);
  if (host === undefined || driver === undefined) return { status: 404, text: 'There is no such host.' };
  const secret = host.webhookSecret && (await readSecret(host.webhookSecret, parts.env));
  if (secret === undefined) {
    counter.add(host.name, 'unsigned');
    return { status: 403, text: 'No webhook_secret is configured for this host, so nothing is accepted.' };
  }
  // A secret that was changed since the start has to be masked too.
  parts.redactor.learn(secret);
  const body = await readWithin(receiver, post);
  if (body === 'later') return later;
  if (body === 'broken-off') return { status: 400, text: 'The body did not come whole.' };
  if (body === undefined) {
    counter.add(host.name, 'tooLarge');
    return { status: 413, text: `A delivery has at most ${mostDeliveryBytes} bytes.` };
  }
  const delivery = { headers: post.headers, body };
  if (!driver.verify(delivery, secret, parts.clock.now())) {
    counter.add(host.name, 'unsigned');
    return { status: 401, text: 'The signature is missing or wrong.' };
  }
  return await keep(receiver, driver, delivery);
}

async function readWithin(
  { reading }: Receiver,
  post: HookPost,
): Promise<Uint8Array | undefined | 'later' | 'broken-off'> {
  const length = Number(post.headers['content-length'] ?? mostDeliveryBytes);
  const expected = Math.min(Number.isFinite(length) ? length : mostDeliveryBytes, mostDeliveryBytes);
  if (reading.bytes + expected > mostReadingBytes) return 'later';
  reading.bytes += expected;
  try {
    return await post.readBody(mostDeliveryBytes);
  } catch {
    // Whoever sent it is gone.
    return 'broken-off';
  } finally {
    reading.bytes -= expected;
  }
}

async function keep(
  { parts, keeper, counter }: Receiver,
  driver: Host,
  delivery: RawDelivery,
): Promise<HookAnswer> {
  const now = parts.clock.now();
  // Without an id each is one of its own: who sends the same again wants another look, and a look more does no harm.
  const key = driver.deliveryId(delivery) ?? `without an id ${randomUUID()}`;
  const kept = await keeper.keep(newDelivery(driver, delivery, { key, receivedAt: now }));
  counter.add(driver.name, kept === 'kept' ? 'accepted' : 'putOff');
  return kept === 'kept' ? { status: 202, text: 'Accepted.' } : later;
}

/** A delivery as it is kept: without the headers that prove it, for they may hold secrets. */
export function newDelivery(
  driver: Host,
  { headers, body }: RawDelivery,
  { key, receivedAt }: { key: string; receivedAt: Date },
): NewDelivery {
  const wanted = ['content-type', 'user-agent', ...driver.headers];
  const kept = Object.entries(headers).filter(([name]) => wanted.includes(name));
  const event = driver.eventHeader === undefined ? undefined : headers[driver.eventHeader];
  return {
    host: driver.name,
    key: storable(key),
    headers: Object.fromEntries(kept.map(([name, value]) => [name, storable(value)])),
    body: storable(Buffer.from(body).toString('utf8')),
    receivedAt,
    ...(event === undefined ? {} : { event: storable(event) }),
  };
}

// PostgreSQL's texts hold no NUL; neither does JSON.
function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}
