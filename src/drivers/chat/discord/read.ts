import type { ActionEvent, Author, Message, SlashCommandEvent } from 'chat';
import type { Actor, Origin } from '../../../core/actor.js';
import type { IncomingMessage } from '../../../core/chat.js';
import type { SdkReader } from '../sdk/bridge.js';

const platform = 'discord';

/** The id of a message, with the channel or thread in which it stands: only with that can it be changed. */
export function messageId(channel: string, id: string): string {
  return `${channel}/${id}`;
}

/** The parts of a message's id. */
export function partsOf(id: string): { readonly channel: string; readonly message: string } {
  const [channel = '', message = ''] = id.split('/');
  return { channel, message };
}

/** Reads what comes from Discord. @param botUserId tells the bot's own id, once it is known */
export function discordReader(botUserId: () => string | undefined): SdkReader {
  return {
    line: (message, threadId) => lineOf(message, placeOf(threadId), botUserId()),
    command: commandOf,
    press: pressOf,
  };
}

interface Place {
  readonly isDirect: boolean;
  /** Where it is answered. */
  readonly origin: Pick<Origin, 'platform' | 'channel' | 'thread'>;
  /** The channel or thread in which messages stand. */
  readonly within: string;
}

/** The SDK names a place `discord:guild:channel` or `discord:guild:channel:thread`. */
function placeOf(threadId: string): Place {
  const [, guild, channel = '', thread] = threadId.split(':');
  const origin = { platform, channel, ...(thread === undefined ? {} : { thread }) };
  return { isDirect: guild === '@me', origin, within: thread ?? channel };
}

function lineOf(
  message: Message,
  { origin, within, isDirect }: Place,
  bot: string | undefined,
): IncomingMessage {
  const id = messageId(within, message.id);
  const mention = new RegExp(`^\\s*<@[!&]?${bot}>[:,]?\\s*`);
  const text = bot === undefined ? message.text : message.text.replace(mention, '');
  return {
    id,
    // People stand in a line by their ids.
    text: text.replace(/<@!?(\d+)>/g, '@$1'),
    author: actorOf(message.author),
    origin: { ...origin, messageId: id },
    fromSelf: message.author.isMe,
    addressed: message.isMention === true || isDirect,
  };
}

function commandOf({ command, text, user, raw, channel }: SlashCommandEvent): IncomingMessage {
  const { id } = raw as { readonly id: string };
  const line = command === '/pack' ? text : `${command.slice(1)} ${text}`;
  return {
    id: `command/${id}`,
    text: line.replace(/<@!?(\d+)>/g, '@$1'),
    author: actorOf(user),
    origin: { ...placeOf(channel.id).origin, messageId: `command/${id}` },
    fromSelf: false,
    addressed: true,
  };
}

function pressOf({ user, raw, threadId, messageId: pressed }: ActionEvent): IncomingMessage {
  const { id, data } = raw as { readonly id: string; readonly data: { readonly custom_id: string } };
  const { origin, within } = placeOf(threadId);
  return {
    id: `press/${id}`,
    text: '',
    pressed: data.custom_id,
    author: actorOf(user),
    origin: { ...origin, messageId: messageId(within, pressed) },
    fromSelf: false,
    addressed: true,
  };
}

function actorOf({ userId, userName }: Author): Actor {
  return { platform, userId, name: userName };
}
