import type { SlackEvent } from '@chat-adapter/slack';
import type { ActionEvent, Author, Message, SlashCommandEvent } from 'chat';
import type { Actor, Origin } from '../../../core/actor.js';
import type { IncomingMessage } from '../../../core/chat.js';
import type { SdkReader } from '../sdk/bridge.js';
import { asTyped } from './text.js';

const platform = 'slack';

/** The id of a message: its time stamp, which is unique in its channel only, with the channel. */
export function messageId(channel: string, ts: string): string {
  return `${channel}/${ts}`;
}

/** The time stamp in a message's id. */
export function tsOf(id: string): string {
  return id.slice(id.indexOf('/') + 1);
}

/** Reads what comes from Slack. @param botUserId tells the bot's own id, once it is known */
export function slackReader(botUserId: () => string | undefined): SdkReader {
  return {
    line: (message, threadId) => lineOf(message, channelIn(threadId), botUserId()),
    command: commandOf,
    press: pressOf,
  };
}

function lineOf(message: Message, channel: string, bot: string | undefined): IncomingMessage {
  // The SDK's own text has lost what it took for marks.
  const { text = '', thread_ts: thread, channel_type: kind } = message.raw as SlackEvent;
  const id = messageId(channel, message.id);
  return {
    id,
    text: asTyped(text, bot),
    author: actorOf(message.author),
    origin: {
      platform,
      channel,
      messageId: id,
      ...(thread === undefined ? {} : { thread: messageId(channel, thread) }),
    },
    fromSelf: message.author.isMe,
    addressed: message.isMention === true || kind === 'im',
  };
}

/** The commands whose name says only that the rest is for the bot. */
const ownCommands = new Set(['/pack', '/packtrain']);

function commandOf({ command, text, user, raw }: SlashCommandEvent): IncomingMessage {
  const { channel_id: channel = '', trigger_id: trigger = '' } = raw as Record<string, string>;
  const id = `command/${trigger}`;
  return {
    id,
    text: asTyped(ownCommands.has(command) ? text : `${command.slice(1)} ${text}`, undefined),
    author: actorOf(user),
    origin: { platform, channel, messageId: id },
    fromSelf: false,
    addressed: true,
  };
}

interface Pressed {
  readonly channel?: { readonly id: string };
  readonly container?: {
    readonly channel_id?: string;
    readonly message_ts?: string;
    readonly thread_ts?: string;
  };
  readonly message?: { readonly ts: string; readonly thread_ts?: string };
  readonly actions: readonly { readonly action_ts?: string }[];
  readonly trigger_id?: string;
}

function pressOf({ value, user, raw }: ActionEvent): IncomingMessage | undefined {
  const { channel: at, container, message, actions, trigger_id: trigger } = raw as Pressed;
  const channel = at?.id ?? container?.channel_id;
  const ts = message?.ts ?? container?.message_ts;
  if (channel === undefined || ts === undefined || value === undefined) return undefined;
  const thread = message?.thread_ts ?? container?.thread_ts;
  const origin: Origin = {
    platform,
    channel,
    messageId: messageId(channel, ts),
    ...(thread === undefined || thread === ts ? {} : { thread: messageId(channel, thread) }),
  };
  return {
    id: `press/${channel}/${ts}/${user.userId}/${actions[0]?.action_ts ?? trigger}`,
    text: '',
    pressed: value,
    author: actorOf(user),
    origin,
    fromSelf: false,
    addressed: true,
  };
}

function actorOf({ userId, userName }: Author): Actor {
  return { platform, userId, name: userName };
}

function channelIn(threadId: string): string {
  return threadId.split(':')[1] ?? '';
}
