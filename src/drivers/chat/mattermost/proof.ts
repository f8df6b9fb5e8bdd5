import { createHmac, createPublicKey, verify } from 'node:crypto';
import { sameText } from '../../hosts/sign.js';

/** What a button is bound to. */
export interface ButtonPlace {
  readonly channel: string;
  readonly value: string;
}

/**
 * What proves that a button is ours: its HMAC with a key made of the bot's token. The server keeps it, and shows it to
 * nobody who only sees the button.
 */
export function proofOf(token: string, { channel, value }: ButtonPlace): string {
  const key = createHmac('sha256', token).update('packtrain: buttons').digest();
  return createHmac('sha256', key)
    .update(JSON.stringify([channel, value]))
    .digest('base64url');
}

/** Whether a button is ours, and stands where we put it. */
export function isOurs(token: string, place: ButtonPlace, proof: string): boolean {
  return sameText(proofOf(token, place), proof);
}

/** How old a press or command may be, and by how much clocks may differ. */
const freshMs = 5 * 60_000;

/** What there is to prove who did something. */
export interface Trigger {
  /** `id:user:milliseconds:signature`, in base64. */
  readonly id: string;
  readonly userId: string;
  /** The server's public key, DER in base64. */
  readonly publicKey: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Whether the server signed that this account did something, within these five minutes. Never throws. */
export function isTriggered({ id, userId, publicKey, now }: Trigger): boolean {
  const [trigger = '', user = '', at = '', signature = '', ...more] = Buffer.from(id, 'base64')
    .toString()
    .split(':');
  const age = Math.abs(now - Number(at));
  if (user !== userId || more.length > 0 || at === '' || !(age <= freshMs)) return false;
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    const signed = Buffer.from(`${trigger}:${user}:${at}:`);
    return verify('sha256', signed, key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
