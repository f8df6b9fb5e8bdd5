import type { Actor, Origin } from '../../../core/actor.js';
import type { ChatAdapter, OutgoingMessage, PostedMessage } from '../../../core/chat.js';
import type { OutsideChat, OutsideChatParts } from '../../../core/outside-chat.js';
import type { SecretSource } from '../../../core/repository.js';
import { createBridge } from '../sdk/bridge.js';
import { holdConnection } from '../sdk/connect.js';
import { sdkLog } from '../sdk/log.js';
import { discordChannels } from './channels.js';
import { DiscordClient } from './client.js';
import { discordReader, messageId, partsOf } from './read.js';
import { discordMessage, nonceOf } from './write.js';

const platform = 'discord';
const publicApi = 'https://discord.com/api/v10';

/** How Discord is reached. */
export interface DiscordSettings {
  readonly kind: string;
  readonly botToken: SecretSource;
  /** By which posts are proved, where Discord shall post commands and buttons; else they come by the Gateway. */
  readonly publicKey?: string;
  /** Of a gateway in front of Discord's API, with its version; Discord's own unless given. */
  readonly apiUrl?: string;
  /** Milliseconds before the second try in a row to connect. */
  readonly firstPauseMs?: number;
}

/** Opens Discord, by the `chat` SDK. Throws when the token is not there. */
export async function open(settings: DiscordSettings, parts: OutsideChatParts): Promise<OutsideChat> {
  const { botToken, publicKey, apiUrl = publicApi, firstPauseMs } = settings;
  const { log, secret } = parts;
  await secret(botToken);
  const client = new DiscordClient({
    botToken: () => secret(botToken),
    apiUrl: apiUrl.replace(/\/$/, ''),
    applicationId: () => '',
    ...(publicKey === undefined ? { webhookVerifier: () => false } : { publicKey }),
    mentionRoleIds: [],
    respondToChannelIds: [],
    userName: 'packtrain',
    logger: sdkLog(log, platform),
  });
  const bridge = createBridge({ adapter: client, reader: discordReader(() => client.botUserId), parts });
  let connection: { readonly close: () => Promise<void> } | undefined;
  const adapter: ChatAdapter = {
    platform,
    // 2000 are taken; the rest is for what has to be escaped.
    capabilities: {
      edit: true,
      maxLength: 1_700,
      buttons: true,
      threads: true,
      mentions: true,
      whispers: 'direct',
    },
    async start(onMessage) {
      await client.greet();
      await bridge.open(onMessage);
      connection = await holdConnection({ platform, log, connect: () => client.connect(), firstPauseMs });
    },
    ...voice(client),
    // Names of channels mean nothing without their server: the config maps them.
    findChannel: async () => undefined,
    ...discordChannels(client),
    async stop() {
      await connection?.close();
      await bridge.close();
    },
  };
  return publicKey === undefined ? { adapter } : { adapter, receive: (request) => bridge.receive(request) };
}

/** Saying things. */
function voice(client: DiscordClient): Pick<ChatAdapter, 'post' | 'edit' | 'whisper'> {
  async function post(to: Origin, message: OutgoingMessage): Promise<PostedMessage> {
    // A thread is a channel of its own.
    const within = to.thread ?? to.channel;
    const { id } = await client.call('POST', `/channels/${within}/messages`, {
      ...discordMessage(message),
      nonce: nonceOf(message.key),
      enforce_nonce: true,
    });
    return { platform, channel: to.channel, messageId: messageId(within, String(id)) };
  }

  return {
    post,
    async edit({ messageId: posted }, message) {
      const { channel, message: id } = partsOf(posted);
      await client.call('PATCH', `/channels/${channel}/messages/${id}`, discordMessage(message));
    },
    async whisper(to: Actor, _at, message) {
      const { id } = await client.call('POST', '/users/@me/channels', { recipient_id: to.userId });
      await post({ platform, channel: String(id) }, message);
    },
  };
}
