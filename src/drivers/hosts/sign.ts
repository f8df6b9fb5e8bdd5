import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { RawDelivery } from '../../core/host.js';

/** Whether two texts are the same, in a time that tells nothing about where they differ. */
export function sameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** Whether a signature in hex is the body's HMAC with the secret. */
export function isHexHmac(
  algorithm: 'sha256' | 'sha1',
  signature: string,
  { body }: RawDelivery,
  secret: string,
): boolean {
  const expected = createHmac(algorithm, secret).update(body).digest('hex');
  return sameText(signature.toLowerCase(), expected);
}

/**
 * Whether a delivery has a right `x-hub-signature-256`, or where that is missing `x-hub-signature`; each is
 * `algorithm=hex`.
 */
export function hasHubSignature(delivery: RawDelivery, secret: string): boolean {
  const { headers } = delivery;
  const header = headers['x-hub-signature-256'] ?? headers['x-hub-signature'] ?? '';
  const [, algorithm, signature = ''] = /^(sha256|sha1)=([0-9a-f]+)$/i.exec(header.trim()) ?? [];
  if (algorithm === undefined) return false;
  return isHexHmac(algorithm.toLowerCase() === 'sha1' ? 'sha1' : 'sha256', signature, delivery, secret);
}
