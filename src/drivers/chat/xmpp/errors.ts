import type { Element } from '@xmpp/client';
import { ChatRateLimited, ChatUndeliverable } from '../../../core/chat.js';
import { ns } from './ns.js';

const platform = 'xmpp';
/** No server says how long. */
const waitMs = 5_000;

/** A stanza that came back. */
export interface Refused {
  /** What is the matter, as the specification calls it: `forbidden`. */
  readonly condition: string;
  /** What may be done about it: `wait`, `auth`, `cancel`, `modify`. */
  readonly type: string;
  readonly words: string;
}

/** Why a stanza came back; undefined when it is no error. */
export function refusedBy(stanza: Element): Refused | undefined {
  if (stanza.attrs.type !== 'error') return undefined;
  const error = stanza.getChild('error');
  const [condition] = error?.getChildElements().filter((one) => one.name !== 'text') ?? [];
  const text = error?.getChildText('text', ns.stanzas) ?? '';
  const name = condition?.name ?? 'undefined-condition';
  return {
    condition: name,
    type: error?.attrs.type ?? 'cancel',
    words: text === '' ? name : `${name} (${text})`,
  };
}

/** What a refused question is called; undefined for what is no refusal, such as that nobody answered. */
export function conditionOf(error: unknown): string | undefined {
  return error instanceof Error && 'condition' in error ? String(error.condition) : undefined;
}

/** What of a message that came back will be no other if it is sent again. */
const never = new Set([
  'bad-request',
  'feature-not-implemented',
  'forbidden',
  'gone',
  'item-not-found',
  'jid-malformed',
  'not-allowed',
  'policy-violation',
  'registration-required',
  'service-unavailable',
  'subscription-required',
]);

/** What is thrown of a message that came back. @param where what it was for */
export function errorOf({ condition, type, words }: Refused, where: string): Error {
  if (condition === 'resource-constraint' || (condition === 'policy-violation' && type === 'wait'))
    return new ChatRateLimited(platform, waitMs);
  const said = `${where}: ${words}`;
  return type !== 'wait' && never.has(condition) ? new ChatUndeliverable(said) : new Error(said);
}
