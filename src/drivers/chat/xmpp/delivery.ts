import { type Element, xml } from '@xmpp/client';
import { errorOf, refusedBy } from './errors.js';
import { domainOf } from './jid.js';
import { ns } from './ns.js';
import { originalId } from './read.js';
import type { Stream } from './stream.js';

/** Sends messages, and knows what became of them. */
export interface Delivery {
  /** Sends to a room; settles once the room has passed it on. Throws when it refuses, or the stream is lost. */
  toRoom(message: Element): Promise<void>;
  /** Sends to somebody; settles once our server has taken it. Throws when it comes back at once. */
  toPerson(message: Element): Promise<void>;
  /** Takes what came back, refused or passed on. @returns whether it was one of ours that is waited for */
  take(message: Element): boolean;
}

type Outcome = Error | 'passed on';

const answerMs = 15_000;

/** Begins to send over a stream. */
export function createDelivery(stream: Pick<Stream, 'send' | 'ask' | 'jid' | 'lost'>): Delivery {
  const waiting = new Map<string, (outcome: Outcome) => void>();
  void stream.lost.then(() => {
    for (const settle of waiting.values()) settle(new Error('the connection was lost'));
  });

  function sent(message: Element): { readonly outcome: Promise<Outcome>; readonly end: () => void } {
    const id = message.attrs.id ?? '';
    let timer: NodeJS.Timeout | undefined;
    const outcome = new Promise<Outcome>((resolve) => {
      timer = setTimeout(() => resolve(new Error(`${message.attrs.to}: no answer in time`)), answerMs);
      waiting.set(id, resolve);
    });
    stream.send(message).catch((error: unknown) => {
      waiting.get(id)?.(error instanceof Error ? error : new Error(String(error)));
    });
    return {
      outcome,
      end: () => {
        clearTimeout(timer);
        waiting.delete(id);
      },
    };
  }

  return {
    async toRoom(message) {
      const { outcome, end } = sent(message);
      const became = await outcome.finally(end);
      if (became instanceof Error) throw became;
    },
    async toPerson(message) {
      const { outcome, end } = sent(message);
      const ping = xml('iq', { type: 'get', to: domainOf(stream.jid) }, xml('ping', { xmlns: ns.ping }));
      // Even a refusal tells that what came before it was dealt with.
      const taken = stream.ask(ping).then(
        () => 'passed on' as const,
        (error: Error) => ('condition' in error ? ('passed on' as const) : error),
      );
      const became = await Promise.race([outcome, taken]).finally(end);
      if (became instanceof Error) throw became;
    },
    take(message) {
      const settle = waiting.get(originalId(message) ?? '');
      if (settle === undefined) return false;
      const refused = refusedBy(message);
      if (refused === undefined && message.attrs.type !== 'groupchat') return false;
      settle(refused === undefined ? 'passed on' : errorOf(refused, message.attrs.from ?? ''));
      return true;
    },
  };
}
