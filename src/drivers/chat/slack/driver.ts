import type { Actor, Origin } from '../../../core/actor.js';
import {
  type ChatAdapter,
  ChatUndeliverable,
  type OutgoingMessage,
  type PostedMessage,
} from '../../../core/chat.js';
import type { OutsideChat, OutsideChatParts } from '../../../core/outside-chat.js';
import type { SecretSource } from '../../../core/repository.js';
import { type Bridge, createBridge } from '../sdk/bridge.js';
import { holdConnection } from '../sdk/connect.js';
import { sdkLog } from '../sdk/log.js';
import { slackChannels } from './channels.js';
import { SlackClient } from './client.js';
import { slackLog } from './log.js';
import { messageId, slackReader, tsOf } from './read.js';
import { openSocket } from './socket.js';
import { clientMessageId, slackMessage } from './write.js';

const platform = 'slack';
const publicApi = 'https://slack.com/api/';

/** How a Slack workspace is reached. */
export type SlackSettings = SlackWays & {
  readonly kind: string;
  readonly botToken: SecretSource;
  /** Of a gateway in front of Slack's API; Slack's own unless given. */
  readonly apiUrl?: string;
  /** Milliseconds before the second try in a row to connect. */
  readonly firstPauseMs?: number;
};

type SlackWays =
  | { readonly mode: 'socket'; readonly appToken: SecretSource }
  | { readonly mode: 'webhook'; readonly signingSecret: SecretSource };

/** Opens a Slack workspace, by the `chat` SDK. Throws when a secret is not there. */
export async function open(options: SlackSettings, parts: OutsideChatParts): Promise<OutsideChat> {
  const client = await clientFor(options, parts);
  const bridge = createBridge({ adapter: client, reader: slackReader(() => client.botUserId), parts });
  const adapter: ChatAdapter = {
    platform,
    capabilities: {
      edit: true,
      // More is taken, but cut where nobody asked for it.
      maxLength: 3_900,
      buttons: true,
      threads: true,
      mentions: true,
      whispers: 'in-channel',
    },
    ...life({ client, bridge, options, parts }),
    ...voice(client),
    ...slackChannels(client, parts.clock),
  };
  return options.mode === 'webhook'
    ? { adapter, receive: (request) => bridge.receive(request) }
    : { adapter };
}

async function clientFor(options: SlackSettings, { secret, log }: OutsideChatParts): Promise<SlackClient> {
  const { mode, botToken, apiUrl = publicApi } = options;
  // Read so that one that is missing is told of at once; read anew whenever it is used.
  await secret(botToken);
  const proof =
    mode === 'webhook'
      ? { signingSecret: await secret(options.signingSecret) }
      : { appToken: await secret(options.appToken) };
  return new SlackClient({
    mode,
    ...proof,
    botToken: () => secret(botToken),
    apiUrl: asFolder(apiUrl),
    userName: 'packtrain',
    logger: sdkLog(log, platform),
    // What is refused or limited comes back at once: the outbox waits, and knows for how long.
    webClientOptions: {
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: 15_000,
      logger: slackLog(log),
    },
  });
}

interface Living {
  readonly client: SlackClient;
  readonly bridge: Bridge;
  readonly options: SlackSettings;
  readonly parts: OutsideChatParts;
}

/** Connecting, and ending. */
function life({ client, bridge, options, parts }: Living): Pick<ChatAdapter, 'start' | 'stop'> {
  const { log, secret } = parts;
  let connection: { readonly close: () => Promise<void> } | undefined;

  async function connect() {
    if (options.mode !== 'socket') throw new Error('there is no socket to connect');
    return await openSocket({
      appToken: await secret(options.appToken),
      apiUrl: asFolder(options.apiUrl ?? publicApi),
      log,
      take: (envelope) => client.takeFromSocket(envelope, bridge.inTurn),
    });
  }

  return {
    async start(onMessage) {
      await client.greet();
      await bridge.open(onMessage);
      const { firstPauseMs } = options;
      if (options.mode === 'socket')
        connection = await holdConnection({ platform, log, connect, firstPauseMs });
    },
    async stop() {
      await connection?.close();
      await bridge.close();
    },
  };
}

/** Saying things. */
function voice(client: SlackClient): Pick<ChatAdapter, 'post' | 'edit' | 'whisper'> {
  async function post(to: Origin, message: OutgoingMessage): Promise<PostedMessage> {
    const { channel, ts } = await client.call('chat.postMessage', {
      ...placeOf(to),
      ...slackMessage(message),
      client_msg_id: clientMessageId(message.key),
      unfurl_links: false,
      unfurl_media: false,
    });
    const where = typeof channel === 'string' ? channel : to.channel;
    return { platform, channel: where, messageId: messageId(where, String(ts)) };
  }

  async function directTo(to: Actor): Promise<Origin> {
    const { channel } = await client.call('conversations.open', { users: to.userId });
    const id = typeof channel === 'object' && channel !== null && 'id' in channel ? String(channel.id) : '';
    return { platform, channel: id };
  }

  return {
    post,
    async edit({ channel, messageId: id }, message) {
      await client.call('chat.update', { channel, ts: tsOf(id), ...slackMessage(message) });
    },
    async whisper(to, at, message) {
      // What only two can read needs no veil, which would be gone when the page is loaded anew.
      if (at.channel.startsWith('D')) return void (await post(at, message));
      try {
        await client.call('chat.postEphemeral', {
          ...placeOf(at),
          user: to.userId,
          ...slackMessage(message),
        });
      } catch (error) {
        if (!(error instanceof ChatUndeliverable)) throw error;
        // Somebody who asked by a command from where the bot is not.
        await post(await directTo(to), message);
      }
    },
  };
}

/** An answer goes into a thread only where it was asked for in one. */
function placeOf({ channel, thread }: Origin) {
  return { channel, ...(thread === undefined ? {} : { thread_ts: tsOf(thread) }) };
}

function asFolder(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
