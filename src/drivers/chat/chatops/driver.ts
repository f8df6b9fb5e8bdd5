import type { Origin } from '../../../core/actor.js';
import {
  type ChatAdapter,
  ChatUndeliverable,
  type IncomingMessage,
  type OutgoingMessage,
} from '../../../core/chat.js';
import type { OutsideChat, OutsideChatParts } from '../../../core/outside-chat.js';
import { createClient } from './client.js';
import { botsNameOf, receive, shortestKey } from './receive.js';
import type { ChatopsSettings } from './settings.js';
import { asParameter, writtenFor } from './text.js';
import { createVoice } from './voice.js';

const platform = 'chatops';

/**
 * Opens a StackStorm's own ChatOps: lines come from the actions of the pack `packtrain`, and what is said goes by
 * `chatops.post_message`, which the bot (hubot-stackstorm, err-stackstorm) listens to. Throws when a secret is not there.
 */
export async function open(settings: ChatopsSettings, parts: OutsideChatParts): Promise<OutsideChat> {
  const { url, caFile, trustNicknames } = settings;
  // Read so that one that is missing is told of at once; read anew whenever it is used.
  await parts.secret(settings.apiKey);
  if ((await parts.secret(settings.key)).length < shortestKey)
    throw new Error(`its key has fewer than ${shortestKey} characters, so that it may be guessed`);
  const client = createClient({ url, caFile, apiKey: () => parts.secret(settings.apiKey) });
  let take: ((message: IncomingMessage) => Promise<void>) | undefined;
  const adapter: ChatAdapter = {
    platform,
    capabilities: { edit: false, maxLength: settings.longest, whispers: 'direct', isOverheard: true },
    async start(onMessage) {
      // Lines come in also while nothing can be said.
      take = onMessage;
      await client.check();
    },
    async stop() {
      take = undefined;
    },
    ...sayingBy(settings, createVoice(client, parts)),
    async edit() {
      throw new ChatUndeliverable('what a bot said can not be changed');
    },
    // Nobody can ask which channels a bot is in.
    findChannel: async () => undefined,
    async listChannels() {
      await client.check();
      return new Map();
    },
  };
  const receiver = { key: () => parts.secret(settings.key), trustNicknames, take: () => take };
  return { adapter, receive: (request) => receive(request, receiver) };
}

function sayingBy(
  { route, marks }: ChatopsSettings,
  voice: ReturnType<typeof createVoice>,
): Pick<ChatAdapter, 'post' | 'whisper'> {
  const parametersOf = ({ channel }: Origin, { text }: OutgoingMessage) => ({
    channel,
    route,
    message: asParameter(writtenFor(marks, text)),
  });
  return {
    async post(to, message) {
      const { key } = message;
      const id = await voice.say({ key, parameters: parametersOf(to, message) });
      return { platform, channel: to.channel, messageId: id };
    },
    async whisper(to, at, message) {
      const one = { user: botsNameOf(to), whisper: true };
      await voice.say({ key: message.key, parameters: { ...parametersOf(at, message), ...one } });
    },
  };
}
