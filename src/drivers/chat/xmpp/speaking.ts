import { randomUUID } from 'node:crypto';
import type { Element } from '@xmpp/client';
import type { Actor, Origin } from '../../../core/actor.js';
import {
  ChatRateLimited,
  ChatUndeliverable,
  type OutgoingMessage,
  type PostedMessage,
} from '../../../core/chat.js';
import type { Clock } from '../../../core/clock.js';
import { type PaceState, paceLines } from '../pace.js';
import { bareOf, resourceOf } from './jid.js';
import type { Memory } from './memory.js';
import type { Room } from './room.js';
import type { Session } from './session.js';
import type { XmppSettings } from './settings.js';
import { type Called, type Written, written } from './text.js';
import { type Address, addressOf, type Draft, replyTo, stanzaOf } from './write.js';

const platform = 'xmpp';
/** So long a room that is not there may still come back, as after a restart of its server. */
const goneAfterMs = 60_000;
const mostReplies = 500;

/** What speaking takes. */
export interface SpeakingDeps {
  readonly settings: XmppSettings;
  readonly clock: Clock;
  readonly memory: Memory;
  /** The session that there is. Throws when there is none. */
  readonly session: () => Session;
}

/** Says what there is to say. */
export interface Speaking {
  post(to: Origin, message: OutgoingMessage): Promise<PostedMessage>;
  edit(posted: PostedMessage, message: OutgoingMessage): Promise<void>;
  whisper(to: Actor, at: Origin, message: OutgoingMessage): Promise<void>;
}

/** Makes what speaks. */
export function createSpeaking(deps: SpeakingDeps): Speaking {
  const { memory, clock } = deps;
  const pace = paceOf(deps.settings);
  const paced = new Map<string, PaceState>();
  const replies = new Map<string, Element>();

  function keepPace(channel: string): void {
    const turn = paceLines(pace, paced.get(channel) ?? 0, 1, clock.now().getTime());
    if (!turn.isFree) throw new ChatRateLimited(platform, turn.waitMs);
    paced.set(channel, turn.state);
  }

  async function send(address: Address, draft: Draft): Promise<void> {
    keepPace(address.to);
    const { delivery } = deps.session();
    const stanza = stanzaOf(address, draft);
    await (address.kind === 'room' ? delivery.toRoom(stanza) : delivery.toPerson(stanza));
    memory.said.saw(draft.replaces ?? draft.id, draft.written.body);
  }

  async function change(address: Address, messageId: string, text: Written): Promise<void> {
    if (memory.said.bodyOf(messageId) === text.body) return;
    const reply = replies.get(messageId);
    await send(address, { id: randomUUID(), written: text, replaces: messageId, reply });
  }

  return {
    async post({ channel, messageId: answered }, { key, text }) {
      const id = await memory.said.idOf(channel, key);
      const address = reachable(deps, channel);
      const words = writtenTo(address, text);
      const posted = { platform, channel, messageId: id };
      // It was said before a crash that left that unknown.
      if (memory.said.bodyOf(id) !== undefined) {
        await change(address, id, words);
        return posted;
      }
      const reply = replyTo(answered, answered === undefined ? undefined : memory.writerOf(answered));
      if (reply !== undefined) remember(replies, id, reply);
      await send(address, { id, written: words, reply });
      return posted;
    },
    async edit({ channel, messageId }, { text }) {
      const address = reachable(deps, channel);
      await change(address, messageId, writtenTo(address, text));
    },
    async whisper({ userId }, _at, { text }) {
      const address = reachable(deps, userId);
      await send(address, { id: randomUUID(), written: writtenTo(address, text) });
    },
  };
}

function remember(replies: Map<string, Element>, id: string, reply: Element): void {
  replies.set(id, reply);
  const [oldest] = replies.keys();
  if (replies.size > mostReplies && oldest !== undefined) replies.delete(oldest);
}

function paceOf({ messagesAtOnce, messagesPerMinute }: XmppSettings) {
  return { atOnce: messagesAtOnce, everyMs: 60_000 / messagesPerMinute };
}

/** Where to send what is for a channel. Throws when it can't be sent there, now or ever. */
function reachable({ session, memory, clock }: SpeakingDeps, channel: string): Address {
  const { rooms, isReady } = session();
  const address = addressOf(channel, rooms);
  if (address.kind === 'person') return address;
  const { room } = address;
  if (!isReady(room.jid)) throw notIn(room, clock.now().getTime());
  if (address.kind === 'room') return address;
  const present = room.occupants.of(resourceOf(channel));
  const meant = memory.userAt(channel);
  const isSame = present !== undefined && (meant === undefined || meant === (present.jid ?? channel));
  // Another may bear the nick by now.
  if (!isSame) throw new ChatUndeliverable(`${channel} is not there any more`);
  return address;
}

function notIn(room: Room, now: number): Error {
  const missing = room.missing();
  const words = `not in ${room.jid} at the moment${missing === undefined ? '' : `: ${missing.words}`}`;
  const isGone = missing?.isFinal === true && now - missing.since >= goneAfterMs;
  return isGone ? new ChatUndeliverable(words) : new Error(words);
}

function writtenTo(address: Address, text: string): Written {
  return written(text, (userId): Called | undefined => {
    if (address.kind === 'person') return undefined;
    const { room } = address;
    const isOccupant = resourceOf(userId) !== '' && bareOf(userId) === room.jid;
    const nick = isOccupant ? resourceOf(userId) : room.occupants.nickOf(userId);
    return nick === undefined ? undefined : { nick, jid: userId };
  });
}
