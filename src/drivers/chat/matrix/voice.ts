import { randomUUID } from 'node:crypto';
import type { Origin } from '../../../core/actor.js';
import { type ChatAdapter, ChatUndeliverable, type OutgoingMessage } from '../../../core/chat.js';
import type { Api } from './api.js';
import type { Directs } from './directs.js';
import { isEncrypted } from './encryption.js';
import { sayingError } from './errors.js';
import { eventAnswer, sentAnswer } from './events.js';
import type { Rooms } from './rooms.js';
import { platform } from './settings.js';
import { type Content, contentOf, editOf, relationTo, transactionOf } from './write.js';

/** What saying things takes. */
export interface VoiceParts {
  readonly api: Api;
  readonly rooms: Rooms;
  readonly directs: Directs;
}

/** Of how many messages it is remembered whom they spoke to. */
const mostRemembered = 1_000;

/** Says things. */
export function createVoice({
  api,
  rooms,
  directs,
}: VoiceParts): Pick<ChatAdapter, 'post' | 'edit' | 'whisper'> {
  const spokenTo = new Map<string, readonly string[]>();

  function remember(event: string, people: readonly string[]): void {
    spokenTo.delete(event);
    spokenTo.set(event, people);
    const [oldest] = spokenTo.keys();
    if (spokenTo.size > mostRemembered && oldest !== undefined) spokenTo.delete(oldest);
  }

  async function send(room: string, content: Content, transaction: string): Promise<string> {
    const path = ['rooms', room, 'send', 'm.room.message', transaction];
    return (await api.put({ path, body: content, schema: sentAnswer })).event_id;
  }

  /** Nothing is said where the room's people think that only they can read it. */
  async function mindEncryption(room: string): Promise<void> {
    if (rooms.isEncrypted(room) ?? (await isEncrypted(api, room)))
      throw new ChatUndeliverable(
        `the room ${room} is encrypted, and Packtrain speaks in unencrypted rooms only`,
      );
  }

  async function post(to: Origin, message: Pick<OutgoingMessage, 'key' | 'text'>): Promise<string> {
    const room = to.channel;
    await mindEncryption(room);
    const { content, mentions } = contentOf(message.text, rooms.isDirect(room));
    const event = await send(room, { ...content, ...relationTo(to) }, transactionOf(message.key));
    const { content: shown } = await api.get({ path: ['rooms', room, 'event', event], schema: eventAnswer });
    remember(event, mentions);
    // It was sent before a crash, or before an answer was lost, in an older state.
    if (shown.formatted_body !== content.formatted_body)
      await send(room, editOf(event, content, mentions), randomUUID());
    return event;
  }

  async function edit(room: string, event: string, text: string): Promise<void> {
    await mindEncryption(room);
    const { content, mentions } = contentOf(text, rooms.isDirect(room));
    const before = spokenTo.get(event) ?? [];
    const isNew = mentions.filter((one) => !before.includes(one));
    // A transaction of its own: the same state may come again after another one.
    await send(room, editOf(event, content, isNew), randomUUID());
    remember(event, mentions);
  }

  return {
    post: (to, message) =>
      saying(async () => ({ platform, channel: to.channel, messageId: await post(to, message) })),
    edit: ({ channel, messageId }, { text }) => saying(() => edit(channel, messageId, text)),
    whisper: (to, at, message) =>
      saying(async () => {
        const channel = await directs.roomFor(to.userId, at.channel);
        const isHere = channel === at.channel;
        await post({ ...(isHere ? at : {}), platform, channel }, message);
      }),
  };
}

async function saying<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw sayingError(error);
  }
}
