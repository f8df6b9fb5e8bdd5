import { type Element, xml } from '@xmpp/client';
import { bareOf, resourceOf } from './jid.js';
import { ns } from './ns.js';
import type { Room } from './room.js';
import type { Written } from './text.js';

/** Where a message goes. */
export type Address =
  | { readonly kind: 'room'; readonly room: Room; readonly to: string }
  | { readonly kind: 'occupant'; readonly room: Room; readonly to: string }
  | { readonly kind: 'person'; readonly to: string };

/** The address of a channel: a room, somebody in one, or somebody by their own address. */
export function addressOf(channel: string, rooms: ReadonlyMap<string, Room>): Address {
  const room = rooms.get(bareOf(channel));
  if (room === undefined) return { kind: 'person', to: channel };
  return { kind: resourceOf(channel) === '' ? 'room' : 'occupant', room, to: channel };
}

/** A message as it is sent. */
export interface Draft {
  readonly id: string;
  readonly written: Written;
  /** The message of ours in whose place it stands. */
  readonly replaces?: string | undefined;
  /** What it answers. */
  readonly reply?: Element | undefined;
}

/** The stanza of a message. */
export function stanzaOf({ kind, to }: Address, { id, written, replaces, reply }: Draft): Element {
  const { body, references } = written;
  return xml(
    'message',
    { to, id, type: kind === 'room' ? 'groupchat' : 'chat' },
    xml('body', {}, body),
    xml('origin-id', { xmlns: ns.stanzaId, id }),
    kind === 'occupant' ? xml('x', { xmlns: ns.mucUser }) : undefined,
    replaces === undefined ? undefined : xml('replace', { xmlns: ns.correct, id: replaces }),
    reply,
    references,
  );
}

/** Says which line of a room is answered; nothing of a line that has no id there. @param writer who wrote it */
export function replyTo(lineId: string | undefined, writer: string | undefined): Element | undefined {
  if (lineId === undefined || writer === undefined) return undefined;
  const id = lineId.slice(bareOf(writer).length + 1);
  const isOfRoom = resourceOf(writer) !== '' && lineId.startsWith(`${bareOf(writer)}/`) && !id.includes('/');
  return isOfRoom ? xml('reply', { xmlns: ns.reply, id, to: writer }) : undefined;
}
