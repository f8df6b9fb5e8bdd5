import { createHmac } from 'node:crypto';
import type { RawDelivery } from '../../../core/host.js';
import { sameText } from '../sign.js';

/** How far a signed time may be from ours, in milliseconds. */
const toleranceMs = 5 * 60_000;

/**
 * Whether a delivery is signed as Standard Webhooks have it: `webhook-signature` holds signatures `v1,base64`, separated
 * by spaces, of `id.timestamp.body`, and `webhook-timestamp` is within 5 minutes of `now`.
 * @param secret the key itself, or `whsec_` with the key in base64
 */
export function hasStandardSignature(delivery: RawDelivery, secret: string, now: Date): boolean {
  const { headers, body } = delivery;
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'] ?? '';
  if (id === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now.getTime() - Number(timestamp) * 1000) > toleranceMs) return false;
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  const given = (headers['webhook-signature'] ?? '').split(' ').filter((one) => one.startsWith('v1,'));
  // All of them, so that the time tells nothing; a sender has two while its key is being changed.
  return given.map((one) => sameText(one.slice(3), expected)).includes(true);
}
