import { createHash } from 'node:crypto';
import type { Origin } from '../../../core/actor.js';
import type { Button, ChatAdapter, OutgoingMessage } from '../../../core/chat.js';
import type { OutsideChat, OutsideChatParts } from '../../../core/outside-chat.js';
import type { SecretSource } from '../../../core/repository.js';
import { type Dialect, writeAs } from '../chat-markdown.js';
import { createBridge } from '../sdk/bridge.js';
import { sdkLog } from '../sdk/log.js';
import { GoogleChatClient } from './client.js';
import { googleChatReader } from './read.js';

const platform = 'google-chat';
const publicApi = 'https://chat.googleapis.com';
const publicMetadata = 'https://accounts.google.com/.well-known/openid-configuration';

/** How Google Chat is reached. */
export interface GoogleChatSettings {
  readonly kind: string;
  /** The service account's file. */
  readonly credentials: SecretSource;
  /** Where Google posts to, to the letter: tokens are made out to it. */
  readonly endpointUrl: string;
  /** The account by which Google posts for this app, where it is a Workspace add-on. */
  readonly addOnAccount?: string;
  /** Google's own unless given. */
  readonly apiUrl?: string;
  /** Google's own unless given. */
  readonly metadataUrl?: string;
}

/** Opens Google Chat, by the `chat` SDK. Throws when the credentials are not there. */
export async function open(settings: GoogleChatSettings, parts: OutsideChatParts): Promise<OutsideChat> {
  const {
    credentials,
    endpointUrl,
    addOnAccount,
    apiUrl = publicApi,
    metadataUrl = publicMetadata,
  } = settings;
  const { log, secret, clock } = parts;
  await secret(credentials);
  const client = new GoogleChatClient(
    {
      endpointUrl,
      // An account that nobody has: without one, the SDK would look for one in the environment.
      workspaceAddOnServiceAccountEmail: addOnAccount ?? 'none',
      disableSignatureVerification: false,
      // Its own calls are not used.
      auth: 'none',
      botUserId: 'users/app',
      userName: 'packtrain',
      logger: sdkLog(log, platform),
    },
    { credentials: () => secret(credentials), apiUrl: apiUrl.replace(/\/$/, ''), metadataUrl, clock },
  );
  const bridge = createBridge({ adapter: client, reader: googleChatReader, parts });
  const adapter: ChatAdapter = {
    platform,
    capabilities: {
      edit: true,
      maxLength: 4_000,
      buttons: true,
      threads: true,
      mentions: true,
      whispers: 'in-channel',
    },
    start: (onMessage) => bridge.open(onMessage),
    ...voice(client, endpointUrl),
    // An app can't list spaces by the names that people give them: the config maps them.
    findChannel: async () => undefined,
    stop: () => bridge.close(),
  };
  return { adapter, receive: async (request) => bridge.receive(await withCommandsAsLines(request)) };
}

/** The SDK knows no slash commands: they become the messages that they are. What proves a post is not in its body. */
async function withCommandsAsLines(request: Request): Promise<Request> {
  const body = await request.text();
  const { url, method, headers } = request;
  return new Request(url, { method, headers, body: body.replace('"appCommandPayload"', '"messagePayload"') });
}

const chatMarks: Dialect = {
  // There is no way to escape: a sign that nobody sees keeps others from speaking to everybody in our name.
  text: (plain) => plain.replace(/<(?=users\/|https?:|mailto:)/g, '<\u200b'),
  bold: (inner) => `*${inner}*`,
  emphasis: (inner) => `_${inner}_`,
  code: (code) => `\`${code}\``,
  fence: (code) => `\`\`\`\n${code}\n\`\`\``,
  link: (label, url) => (label === url ? url : `<${url}|${label.replace(/[|>]/g, '/')}>`),
  mention: (_name, userId) => `<${userId}>`,
};

/** Saying things. */
function voice(
  client: GoogleChatClient,
  endpointUrl: string,
): Pick<ChatAdapter, 'post' | 'edit' | 'whisper'> {
  const written = ({ text, buttons = [] }: OutgoingMessage) => ({
    text: writeAs(chatMarks, text),
    cardsV2: buttons.length === 0 ? [] : [cardWith(buttons, endpointUrl)],
  });

  /** The same key is the same request: what was made by one before is given back. */
  const create = ({ channel, thread }: Origin, message: OutgoingMessage, more: object = {}) => {
    const requestId = createHash('sha256').update(message.key).digest('hex').slice(0, 36);
    const query = new URLSearchParams({
      requestId: `packtrain-${requestId}`,
      ...(thread === undefined ? {} : { messageReplyOption: 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD' }),
    });
    const within = thread === undefined ? {} : { thread: { name: thread } };
    return client.call('POST', `${channel}/messages?${query}`, { ...written(message), ...within, ...more });
  };

  return {
    async post(to, message) {
      const { name } = await create(to, message);
      return { platform, channel: to.channel, messageId: String(name) };
    },
    async edit({ messageId }, message) {
      await client.call('PATCH', `${messageId}?updateMask=text,cardsV2`, written(message));
    },
    async whisper(to, at, message) {
      await create(at, message, { privateMessageViewer: { name: to.userId } });
    },
  };
}

function cardWith(buttons: readonly Button[], endpointUrl: string) {
  const list = buttons.map(({ label, value, style }) => ({
    text: label,
    ...(style === 'primary' ? { type: 'FILLED' } : {}),
    onClick: {
      action: {
        function: endpointUrl,
        parameters: [
          { key: 'actionId', value: 'packtrain' },
          { key: 'value', value },
        ],
      },
    },
  }));
  return { cardId: 'buttons', card: { sections: [{ widgets: [{ buttonList: { buttons: list } }] }] } };
}
