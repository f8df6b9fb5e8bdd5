import type { Element } from '@xmpp/client';
import type { IncomingMessage } from '../../../core/chat.js';
import type { Archived, Mark } from './archive.js';
import { bareOf, domainOf, localOf, resourceOf, withResource } from './jid.js';
import { ns } from './ns.js';
import { occupantId, shownJid } from './occupants.js';
import type { Room } from './room.js';
import { spoken } from './spoken.js';

const platform = 'xmpp';

/** What was read of a message. */
export interface Heard {
  /** A line that somebody wrote. */
  readonly line?: IncomingMessage;
  /** What we said ourselves: the id of the message that it is, or changes, and what it says. */
  readonly own?: { readonly id: string; readonly body: string };
  /** Who wrote it, as the room addresses them. */
  readonly occupant?: string;
  /** How far it brings us. */
  readonly mark?: Mark;
}

/** What is known of a message besides itself. */
export interface Context {
  /** Our own address, without a resource. */
  readonly self: string;
  readonly nick: string;
  readonly trustNicknames: boolean;
  readonly now: () => Date;
  /** Unlike any other that was given, for a line that has no id. */
  readonly freshId: () => string;
}

interface Author {
  /** Their own address, where it is proved. */
  readonly jid: string | undefined;
  readonly nick: string;
}

/** Reads what was said in a room. @param kept what the room's archive says of it, if it comes from there */
export function heardIn(room: Room, message: Element, context: Context, kept?: Archived): Heard {
  const occupant = withResource(room.jid, resourceOf(message.attrs.from ?? ''));
  const past = kept?.at ?? playedAgain(message, room.jid);
  const hasArchive = room.has(ns.archive);
  // What a room with an archive plays again by itself is read from there.
  if (hasArchive && kept === undefined && past !== undefined) return {};
  const keptId = kept?.id ?? (hasArchive ? stanzaId(message, room.jid) : undefined);
  const mark = markOf({ hasArchive, keptId, at: past ?? context.now().toISOString() });
  const nick = resourceOf(occupant);
  const author = { jid: authorIn(room, message, past !== undefined, kept !== undefined), nick };
  if (nick === '') return mark;
  if (isOurs(room, { ...author, isPast: past !== undefined }, context)) return { ...mark, ...ownOf(message) };
  // A line without an id can't be told from itself when it is played again.
  const isAnonymous = keptId === undefined && message.attrs.id === undefined;
  if (!isLine(message) || (isAnonymous && past !== undefined)) return mark;
  const id =
    keptId === undefined ? `${occupant}/${message.attrs.id ?? context.freshId()}` : `${room.jid}/${keptId}`;
  const names = namesIn(room, context);
  const { text, isMention } = spoken(message, names);
  const line = {
    id,
    text,
    author: actorOf(author, occupant),
    origin: { platform, channel: room.jid, messageId: id },
    fromSelf: false,
    addressed: isMention,
    ...unproved(author, context),
  };
  return { ...mark, line, occupant };
}

/** By what way something was said to us alone. */
export interface Way {
  /** The room by which it came, if it came by one. */
  readonly room?: Room;
  /** What our archive says of it, if it comes from there. */
  readonly kept?: Archived;
  /** Whether our server keeps such messages. */
  readonly hasArchive: boolean;
}

/** Reads what was said to us alone. */
export function heardAlone(message: Element, context: Context, way: Way): Heard {
  const { kept, hasArchive } = way;
  const { self, now } = context;
  const keptId = kept?.id ?? (hasArchive ? stanzaId(message, self) : undefined);
  const past = kept?.at ?? playedAgain(message, self);
  const mark = keptId === undefined ? {} : { mark: { id: keptId, at: past ?? now().toISOString() } };
  const sender = bareOf(message.attrs.from ?? '');
  if (sender === self) return { ...mark, ...ownOf(message) };
  // What waited for us is in the archive, too.
  const isTwice = hasArchive && keptId === undefined && past !== undefined;
  if (isTwice || !isLine(message) || !sender.includes('@')) return mark;
  const said =
    way.room === undefined ? byPerson(sender, context) : byOccupant(way.room, message, context, past);
  const { from = '', id: given = context.freshId() } = message.attrs;
  const id = keptId === undefined ? `${from}/${given}` : `${self}/${keptId}`;
  const origin = { platform, channel: said.occupant, messageId: id };
  const { text } = spoken(message, said.names);
  const line = { id, text, author: said.author, origin, fromSelf: false, addressed: true, ...said.proof };
  return { ...mark, line, occupant: said.occupant };
}

/** Somebody's own server vouches for who they are. */
function byPerson(jid: string, { nick, self }: Context) {
  const names = { nicks: [nick], jids: [self] };
  return { occupant: jid, author: { platform, userId: jid, name: localOf(jid) }, names, proof: {} };
}

function byOccupant(room: Room, message: Element, context: Context, past: string | undefined) {
  const nick = resourceOf(message.attrs.from ?? '');
  const occupant = withResource(room.jid, nick);
  const author = { jid: authorIn(room, message, past !== undefined, false), nick };
  const proof = unproved(author, context);
  return { occupant, author: actorOf(author, occupant), names: namesIn(room, context), proof };
}

function markOf(told: {
  readonly hasArchive: boolean;
  readonly keptId: string | undefined;
  readonly at: string;
}) {
  const { hasArchive, keptId, at } = told;
  if (!hasArchive) return { mark: { at } };
  return keptId === undefined ? {} : { mark: { id: keptId, at } };
}

/**
 * Who wrote something in a room, where that is proved: by the room's word of who bears the nick now; for what is past, by
 * the id that the room gave its writer, or by what the archive of a room without secrets says of them.
 */
function authorIn(room: Room, message: Element, isPast: boolean, isKept: boolean): string | undefined {
  const id = room.has(ns.occupantId) ? occupantId(message) : undefined;
  const byId = id === undefined ? undefined : room.occupants.jidOf(id);
  if (isPast) return byId ?? (isKept && room.has('muc_nonanonymous') ? shownJid(message) : undefined);
  const present = room.occupants.of(resourceOf(message.attrs.from ?? ''));
  if (present === undefined) return byId;
  return present.id !== undefined && id !== undefined && present.id !== id ? byId : present.jid;
}

function isOurs(room: Room, author: Author & { readonly isPast: boolean }, context: Context): boolean {
  const { jid, nick, isPast } = author;
  if (jid !== undefined) return jid === context.self;
  return nick === room.nick() || (isPast && nick === context.nick);
}

function namesIn(room: Room, { self, nick }: Context) {
  const nicks = [...new Set([room.nick() ?? nick, nick])];
  return { nicks, jids: [self, ...nicks.map((one) => withResource(room.jid, one))] };
}

/** Who is not proved goes by where they stand in the room, which is nobody's own address. */
function actorOf({ jid, nick }: Author, occupant: string) {
  return { platform, userId: jid ?? occupant, name: nick };
}

function unproved({ jid }: Author, { trustNicknames }: Context): { readonly isUnproved?: true } {
  return jid === undefined && !trustNicknames ? { isUnproved: true } : {};
}

/** A line is what has words, and changes no other: what somebody mended is not read again. */
function isLine(message: Element): boolean {
  const isTold = /^(groupchat|chat|normal)$/.test(message.attrs.type ?? 'normal');
  return isTold && (message.getChildText('body') ?? '') !== '' && !message.getChild('replace', ns.correct);
}

function ownOf(message: Element): Pick<Heard, 'own'> {
  const id = message.getChild('replace', ns.correct)?.attrs.id ?? originalId(message);
  const body = message.getChildText('body');
  return id === undefined || body === null ? {} : { own: { id, body } };
}

/** The id that the writer of a message gave it, which a room may have put its own in place of. */
export function originalId(message: Element): string | undefined {
  return message.getChild('origin-id', ns.stanzaId)?.attrs.id ?? message.attrs.id;
}

/** The id that an archive gave a message. Only the archive itself may say so. */
function stanzaId(message: Element, by: string): string | undefined {
  return message.getChildren('stanza-id', ns.stanzaId).find(({ attrs }) => bareOf(attrs.by ?? '') === by)
    ?.attrs.id;
}

/** When a message was written, if it is told again rather than passed on; undefined for what is said now. */
function playedAgain(message: Element, by: string): string | undefined {
  const delays = message.getChildren('delay', ns.delay);
  return delays.find(({ attrs }) => [by, domainOf(by)].includes(bareOf(attrs.from ?? '')))?.attrs.stamp;
}
