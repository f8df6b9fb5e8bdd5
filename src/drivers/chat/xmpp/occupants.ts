import type { Element } from '@xmpp/client';
import { bareOf, resourceOf } from './jid.js';
import { ns } from './ns.js';

/** Somebody who is in a room. */
export interface Occupant {
  /** Who they are, where the room shows it: their own address, without a resource. */
  readonly jid?: string;
  /** What the room knows them by, whatever they are called; only in this room. */
  readonly id?: string;
}

/** Who is in a room, by nick. */
export interface Occupants {
  of(nick: string): Occupant | undefined;
  /** The nick of whoever has an address; undefined while they are not there, or not shown. */
  nickOf(jid: string): string | undefined;
  /** Who was known by an id of the room, since we came. */
  jidOf(id: string): string | undefined;
  /** Learns from what a room tells of somebody. */
  take(presence: Element): void;
  /** Forgets who is there: we are not. */
  clear(): void;
}

/** Keeps who is in a room. @param hasIds whether the room vouches for its ids */
export function createOccupants(hasIds: () => boolean): Occupants {
  const inside = new Map<string, Occupant>();
  const known = new Map<string, string>();
  return {
    of: (nick) => inside.get(nick),
    nickOf: (jid) => [...inside].find(([, one]) => one.jid === jid)?.[0],
    jidOf: (id) => known.get(id),
    take(presence) {
      const nick = resourceOf(presence.attrs.from ?? '');
      if (presence.attrs.type === 'unavailable') return void inside.delete(nick);
      const jid = shownJid(presence);
      const id = hasIds() ? occupantId(presence) : undefined;
      inside.set(nick, { ...(jid === undefined ? {} : { jid }), ...(id === undefined ? {} : { id }) });
      if (id !== undefined && jid !== undefined) known.set(id, jid);
    },
    clear: () => inside.clear(),
  };
}

/**
 * The address that a room shows of somebody, once for each of their clients. Where it is told twice, or of two people,
 * somebody else may have put one of them there, and it is worth nothing.
 */
export function shownJid(stanza: Element): string | undefined {
  const [told, ...more] = stanza.getChildren('x', ns.mucUser);
  const jids = new Set(told?.getChildren('item').map(({ attrs }) => bareOf(attrs.jid ?? '')));
  const [jid] = jids;
  return jid === '' || jids.size > 1 || more.length > 0 ? undefined : jid;
}

/** What a room that vouches for it knows the sender of a stanza by. */
export function occupantId(stanza: Element): string | undefined {
  const [id, ...more] = stanza.getChildren('occupant-id', ns.occupantId);
  return more.length > 0 ? undefined : id?.attrs.id;
}

/** What a room says of a presence besides, as numbers: `110` is that it is our own. */
export function statusesOf(presence: Element): ReadonlySet<string> {
  const codes = presence.getChildren('x', ns.mucUser).flatMap((x) => x.getChildren('status'));
  return new Set(codes.map(({ attrs }) => attrs.code ?? ''));
}
