import type { ChatAdapter } from './chat.js';
import { within } from './within.js';

/** How long a chat has for a message unless given, in milliseconds: who asks more of it has hung. */
const usualLimitMs = 10_000;

/** A chat that gave no answer in time. */
export class ChatHangs extends Error {
  override readonly name = 'ChatHangs';
}

/**
 * A chat whose every answer comes in time, or is an error: so one that hangs holds up whoever tells it something no longer
 * than that. What comes late after all does no harm, for a message's key makes it the same when it is posted again.
 * @param limitMs how long each call may take, in milliseconds
 */
export function chatInTime(chat: ChatAdapter, limitMs: number = usualLimitMs): ChatAdapter {
  const { platform } = chat;
  return {
    platform,
    get capabilities() {
      return chat.capabilities;
    },
    start: (onMessage) => chat.start(onMessage),
    post: (to, message) => inTime(platform, limitMs, chat.post(to, message)),
    edit: (posted, message) => inTime(platform, limitMs, chat.edit(posted, message)),
    whisper: (to, at, message) => inTime(platform, limitMs, chat.whisper(to, at, message)),
    channelNames: async () => await inTime(platform, limitMs, Promise.resolve(chat.channelNames?.() ?? [])),
    findChannel: (name) => inTime(platform, limitMs, chat.findChannel(name)),
    ...seeing(chat, limitMs),
    stop: () => chat.stop(),
  };
}

/** What only some chats can tell of their channels. */
function seeing(chat: ChatAdapter, limitMs: number): Pick<ChatAdapter, 'hasChannel' | 'listChannels'> {
  const { platform, hasChannel, listChannels } = chat;
  return {
    ...(hasChannel && { hasChannel: (id) => inTime(platform, limitMs, hasChannel.call(chat, id)) }),
    ...(listChannels && { listChannels: () => inTime(platform, limitMs, listChannels.call(chat)) }),
  };
}

async function inTime<T>(platform: string, limitMs: number, answer: Promise<T>): Promise<T> {
  if (!(await within(limitMs, answer)))
    throw new ChatHangs(`${platform} gave no answer within ${limitMs} ms`);
  return await answer;
}
