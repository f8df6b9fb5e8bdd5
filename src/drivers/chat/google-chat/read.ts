import type { ActionEvent, Author, Message } from 'chat';
import type { Actor } from '../../../core/actor.js';
import type { IncomingMessage } from '../../../core/chat.js';
import type { SdkReader } from '../sdk/bridge.js';

const platform = 'google-chat';

interface ChatUser {
  readonly name?: string;
  readonly displayName?: string;
  readonly type?: string;
}

interface ChatMessage {
  readonly name: string;
  readonly text?: string;
  /** The text without the app's own name. */
  readonly argumentText?: string;
  readonly thread?: { readonly name?: string };
  readonly annotations?: readonly { readonly userMention?: { readonly user?: ChatUser } }[];
}

interface ChatEvent {
  readonly chat?: {
    readonly eventTime?: string;
    readonly messagePayload?: { readonly message: ChatMessage };
    readonly buttonClickedPayload?: { readonly message?: ChatMessage };
  };
}

/** Reads what comes from Google Chat, which posts only what was meant for the bot. */
export const googleChatReader: SdkReader = {
  line: lineOf,
  // They come as messages.
  command: () => undefined,
  press: pressOf,
};

function lineOf(line: Message, threadId: string): IncomingMessage | undefined {
  const message = (line.raw as ChatEvent).chat?.messagePayload?.message;
  if (message === undefined) return undefined;
  return {
    id: message.name,
    text: asTyped(message),
    author: actorOf(line.author),
    origin: { platform, ...placeOf(threadId, message), messageId: message.name },
    fromSelf: line.author.isMe,
    addressed: true,
  };
}

function pressOf({ raw, user, value, threadId }: ActionEvent): IncomingMessage | undefined {
  const { eventTime = '', buttonClickedPayload } = (raw as ChatEvent).chat ?? {};
  const message = buttonClickedPayload?.message;
  if (message === undefined || value === undefined) return undefined;
  return {
    id: `press/${message.name}/${user.userId}/${eventTime}`,
    text: '',
    pressed: value,
    author: actorOf(user),
    origin: { platform, ...placeOf(threadId, message), messageId: message.name },
    fromSelf: false,
    addressed: true,
  };
}

/** The SDK names a place `gchat:space:thread`, and a direct one `gchat:space:dm`, where threads mean nothing. */
function placeOf(threadId: string, { thread }: ChatMessage) {
  const [, channel = ''] = threadId.split(':');
  const isDirect = threadId.endsWith(':dm');
  return { channel, ...(isDirect || thread?.name === undefined ? {} : { thread: thread.name }) };
}

/** A line as it was typed, where people stand by their ids. */
function asTyped({ argumentText, text = '', annotations = [] }: ChatMessage): string {
  const typed = (argumentText ?? text).trim();
  const people = annotations.flatMap(({ userMention }) => userMention?.user ?? []);
  return people.reduce((line, { name, displayName, type }) => {
    const isPerson = type === 'HUMAN' && name !== undefined && displayName !== undefined;
    return isPerson ? line.replace(`@${displayName}`, `@${name}`) : line;
  }, typed);
}

function actorOf({ userId, userName }: Author): Actor {
  return { platform, userId, name: userName };
}
