import { type Element, xml } from '@xmpp/client';
import type { Clock } from '../../../core/clock.js';
import { errorMessage } from '../../../core/error-message.js';
import type { Log } from '../../../core/log.js';
import { conditionOf, type Refused, refusedBy } from './errors.js';
import { resourceOf, withResource } from './jid.js';
import { ns } from './ns.js';
import { createOccupants, type Occupants, statusesOf } from './occupants.js';
import type { Stream } from './stream.js';

/** Why we are not in a room. */
export interface Missing {
  readonly words: string;
  /** Whether the room does not want us, or is not there: not only out of reach. */
  readonly isFinal: boolean;
  /** Since when, in milliseconds of the epoch. */
  readonly since: number;
}

/** A room that we ought to be in. */
export interface Room {
  readonly jid: string;
  readonly occupants: Occupants;
  /** What we are called there; undefined while we are not in it. */
  nick(): string | undefined;
  /** Whether the room can do something, as it said when we came. */
  has(feature: string): boolean;
  missing(): Missing | undefined;
  /** Takes what the room tells of who is there. */
  take(presence: Element): void;
  /** Goes in, or has our own nick back, where we are not as we want to be. */
  tend(): Promise<void>;
  /** Asks the room whether we are still in it: one that forgot us says nothing by itself. */
  check(): Promise<void>;
}

/** What a room is made with. */
export interface RoomDeps {
  readonly stream: Pick<Stream, 'send' | 'ask' | 'lost'>;
  readonly clock: Clock;
  readonly log: Log;
  /** What we want to be called. */
  readonly nick: string;
  readonly password: () => Promise<string | undefined>;
  /** What to ask for of what was said before, as attributes of `history`. */
  readonly history: (room: Room) => Promise<Readonly<Record<string, string>>>;
  /** We are in. */
  readonly onEnter: (room: Room) => Promise<void>;
}

const answerMs = 15_000;
const platform = 'xmpp';

/** What a room says that will be no other in a moment. */
const finals = /^(forbidden|gone|item-not-found|not-allowed|not-authorized|registration-required)$/;
/** Thrown out for good, or the room was closed to us. */
const banned = ['301', '321', '322'];

/** Makes a room that we are not in yet. */
export function createRoom(jid: string, deps: RoomDeps): Room {
  const { stream, clock, log } = deps;
  let features: ReadonlySet<string> = new Set();
  let nick: string | undefined;
  let wanted = deps.nick;
  let missing: Missing | undefined;
  let asked: ((refused: Refused | undefined) => void) | undefined;
  let isEntering = false;
  const occupants = createOccupants(() => features.has(ns.occupantId));

  function miss(words: string, isFinal: boolean): void {
    const isNew = missing?.words !== words;
    const since = missing?.isFinal === isFinal ? missing.since : clock.now().getTime();
    missing = { words, isFinal, since };
    if (isNew) log.warn({ platform, room: jid, reason: words }, 'not in a room; trying to come in');
  }

  function leave(words: string, isFinal: boolean): void {
    nick = undefined;
    occupants.clear();
    miss(words, isFinal);
  }

  async function enter(): Promise<void> {
    features = await featuresOf(stream, jid);
    for (const name of nicks(wanted)) {
      const refused = await join(name);
      if (refused === undefined) return await deps.onEnter(room);
      if (refused.condition !== 'conflict') return miss(adviceFor(refused), finals.test(refused.condition));
    }
    miss('somebody else has our nick, and all that are like it', false);
  }

  async function join(name: string): Promise<Refused | undefined> {
    const password = await deps.password();
    const wish = xml(
      'x',
      { xmlns: ns.muc },
      password === undefined ? undefined : xml('password', {}, password),
      xml('history', await deps.history(room)),
    );
    const answer = new Promise<Refused | undefined>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('it does not answer')), answerMs);
      void stream.lost.then(() => {
        clearTimeout(timer);
        reject(new Error('the connection was lost'));
      });
      asked = (refused) => {
        clearTimeout(timer);
        asked = undefined;
        resolve(refused);
      };
    });
    answer.catch(() => undefined);
    await stream.send(xml('presence', { to: withResource(jid, name) }, wish));
    return await answer;
  }

  function takeOwn(presence: Element, statuses: ReadonlySet<string>): void {
    if (presence.attrs.type === 'unavailable') takeEnd(presence, statuses);
    else if (statuses.has('201')) refuseOwnMaking(presence);
    else {
      nick = resourceOf(presence.attrs.from ?? '');
      // The room gives everybody the nick that it has for them.
      if (statuses.has('210')) wanted = nick;
      missing = undefined;
      asked?.(undefined);
    }
  }

  function takeEnd(presence: Element, statuses: ReadonlySet<string>): void {
    // Only the name that we had is gone.
    if (statuses.has('303')) return;
    const [told] = presence.getChildren('x', ns.mucUser);
    const isDestroyed = told?.getChild('destroy') !== undefined;
    const why = told?.getChild('item')?.getChildText('reason') ?? '';
    const words = isDestroyed ? 'the room was closed' : `thrown out${why === '' ? '' : `: ${why}`}`;
    leave(words, isDestroyed || banned.some((code) => statuses.has(code)));
  }

  // Whoever comes first into a room that is not there owns one by that name: that is for people to do.
  function refuseOwnMaking({ attrs }: Element): void {
    stream.send(xml('presence', { to: attrs.from, type: 'unavailable' })).catch(() => undefined);
    asked?.({ condition: 'item-not-found', type: 'cancel', words: 'item-not-found' });
  }

  const room: Room = {
    jid,
    occupants,
    nick: () => nick,
    has: (feature) => features.has(feature),
    missing: () => missing,
    take(presence) {
      const refused = refusedBy(presence);
      if (refused !== undefined) return asked?.(refused);
      occupants.take(presence);
      const statuses = statusesOf(presence);
      if (statuses.has('110')) takeOwn(presence, statuses);
    },
    async tend() {
      if (isEntering) return;
      isEntering = true;
      try {
        if (nick === undefined) await enter();
        else if (nick !== wanted) await stream.send(xml('presence', { to: withResource(jid, wanted) }));
      } catch (error) {
        const condition = conditionOf(error);
        miss(errorMessage(error), condition !== undefined && finals.test(condition));
      } finally {
        isEntering = false;
      }
    },
    async check() {
      if (nick === undefined) return;
      const ping = xml('iq', { type: 'get', to: withResource(jid, nick) }, xml('ping', { xmlns: ns.ping }));
      const answer = await stream.ask(ping).catch(conditionOf);
      if (answer === 'not-acceptable' && nick !== undefined) leave('the room has forgotten us', false);
    },
  };
  return room;
}

/** What a room can do. Throws when it is not there; what it does not tell is nothing. */
export async function featuresOf(stream: Pick<Stream, 'ask'>, jid: string): Promise<ReadonlySet<string>> {
  const query = xml('query', { xmlns: ns.discoInfo });
  try {
    const answer = await stream.ask(xml('iq', { type: 'get', to: jid }, query));
    const features = answer.getChild('query', ns.discoInfo)?.getChildren('feature') ?? [];
    return new Set(features.map(({ attrs }) => attrs.var ?? ''));
  } catch (error) {
    const condition = conditionOf(error);
    if (condition === 'item-not-found')
      throw Object.assign(new Error('there is no such room; somebody has to make it'), { condition });
    if (condition === undefined || condition.startsWith('remote-server')) throw error;
    return new Set();
  }
}

function nicks(nick: string): readonly string[] {
  return [nick, `${nick}_`, `${nick}__`, ...[2, 3, 4, 5, 6, 7, 8, 9].map((digit) => `${nick}${digit}`)];
}

function adviceFor({ condition, words }: Refused): string {
  const advice: Readonly<Record<string, string>> = {
    'not-authorized': 'it asks for another password; room_passwords has those of rooms',
    'registration-required': 'it is for members only; an owner has to make us one',
    forbidden: 'we are banned from it',
    'item-not-found': 'there is no such room; somebody has to make it',
    'not-allowed': 'there is no such room, and we may not make it',
  };
  return advice[condition] ?? words;
}
