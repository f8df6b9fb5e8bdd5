import { type Element, xml } from '@xmpp/client';
import { within } from '../../../core/within.js';
import type { Connection } from '../sdk/connect.js';
import { createDelivery, type Delivery } from './delivery.js';
import { createHearing, type HearingDeps } from './hearing.js';
import { bareOf, domainOf } from './jid.js';
import { ns } from './ns.js';
import { createRoom, featuresOf, type Room } from './room.js';
import type { XmppSettings } from './settings.js';
import { openStream, type Stream } from './stream.js';

/** One connection, logged in and on its way into its rooms. */
export interface Session extends Connection {
  readonly delivery: Delivery;
  readonly rooms: ReadonlyMap<string, Room>;
  /** Whether we are in a room and know what was said there before. */
  isReady(room: string): boolean;
}

/** What a session is opened with. */
export type SessionDeps = Pick<HearingDeps, 'settings' | 'parts' | 'memory' | 'feedOf'>;

const usualRegainMs = 15_000;
const checkMs = 60_000;
const enteringMs = 5_000;

/** Connects, logs in, and goes into the rooms that let us in. Throws when the server does not. */
export async function openSession(deps: SessionDeps): Promise<Session> {
  const { settings, parts } = deps;
  const early: Element[] = [];
  let take = (stanza: Element): void => void early.push(stanza);
  const stream = await openStream(settings, parts, (stanza) => take(stanza));
  const self = bareOf(settings.jid);
  const own = await featuresOf(stream, self).catch(() => new Set());
  const delivery = createDelivery(stream);
  const rooms = new Map<string, Room>();
  const hearing = createHearing({ ...deps, stream, delivery, rooms, hasOwnArchive: own.has(ns.archive) });
  for (const jid of settings.join.map(bareOf)) {
    const { clock, log, secret } = parts;
    const source = settings.roomPasswords.get(jid);
    const password = async () => (source === undefined ? undefined : await secret(source));
    const { prepare: history, enter: onEnter } = hearing;
    rooms.set(jid, createRoom(jid, { stream, clock, log, nick: settings.nick, password, history, onEnter }));
  }
  deps.feedOf(self).hold();
  take = (stanza) => {
    try {
      if (stanza.is('message')) hearing.take(stanza);
      if (stanza.is('presence')) greet(stanza, rooms, stream);
    } catch (error) {
      // It would bring down the stream, and the process with it.
      parts.log.error({ err: error, platform: 'xmpp' }, 'a stanza could not be read');
    }
  };
  early.forEach(take);
  const reading = hearing.readOwn();
  const stop = keepUp(settings, stream, rooms);
  void stream.lost.then(stop);
  // A room that does not answer holds up the others no longer than that.
  const entering = Promise.all([reading, ...[...rooms.values()].map((room) => room.tend())]);
  await Promise.race([within(enteringMs, entering), stream.lost]);
  return {
    lost: stream.lost,
    close: () => {
      stop();
      return stream.close();
    },
    delivery,
    rooms,
    isReady: (room) => hearing.isReady(room) && rooms.get(room)?.nick() !== undefined,
  };
}

function greet(presence: Element, rooms: ReadonlyMap<string, Room>, stream: Stream): void {
  const { from = '', type } = presence.attrs;
  rooms.get(bareOf(from))?.take(presence);
  // Whoever wants to have us among their contacts may.
  if (type === 'subscribe')
    stream.send(xml('presence', { to: bareOf(from), type: 'subscribed' })).catch(() => undefined);
}

/** Has what was lost back, and finds out when the server is gone without a word. @returns how to stop */
function keepUp(settings: XmppSettings, stream: Stream, rooms: ReadonlyMap<string, Room>): () => void {
  const { regainMs = usualRegainMs } = settings;
  const check = async () => {
    const ping = xml('iq', { type: 'get', to: domainOf(stream.jid) }, xml('ping', { xmlns: ns.ping }));
    await stream.ask(ping).catch(async (error: Error) => {
      // A refusal is an answer.
      if (!('condition' in error)) await stream.close();
    });
    for (const room of rooms.values()) await room.check();
  };
  const timers = [
    setInterval(() => rooms.forEach((room) => void room.tend()), regainMs),
    setInterval(() => void check(), Math.min(checkMs, regainMs * 4)),
  ];
  return () => timers.forEach(clearInterval);
}
