import type { TeamsActivity } from '@chat-adapter/teams/webhook';
import type { ChatAdapter, IncomingMessage, PostedMessage } from '../../../core/chat.js';
import type { ChatState } from '../../../core/chat-state.js';
import { errorMessage } from '../../../core/error-message.js';
import type { OutsideChat, OutsideChatParts } from '../../../core/outside-chat.js';
import type { SecretSource } from '../../../core/repository.js';
import { createTokenCheck } from '../sdk/token.js';
import { createTeamsClient } from './client.js';
import { conversationId, conversationOf, messageId, placeOf } from './ids.js';
import { readActivity } from './read.js';
import { teamsActivity } from './write.js';

const platform = 'teams';
const publicService = 'https://smba.trafficmanager.net/teams/';
const publicLogin = 'https://login.microsoftonline.com';
const publicMetadata = 'https://login.botframework.com/v1/.well-known/openidconfiguration';

/** How Teams is reached. */
export interface TeamsSettings {
  readonly kind: string;
  readonly appId: string;
  readonly tenantId: string;
  readonly appPassword: SecretSource;
  /** Where tokens are fetched; Microsoft's public one unless given. */
  readonly loginUrl?: string;
  /** The OpenID metadata by which posts are proved; that of the public Bot Framework unless given. */
  readonly metadataUrl?: string;
}

/**
 * Opens Teams, by those parts of the `chat` SDK's adapter that need no more than themselves: the whole of it takes seconds to
 * load and 60 MB, writes to standard output, and can't be told whose keys to trust. Throws when the password is not there.
 */
export async function open(settings: TeamsSettings, parts: OutsideChatParts): Promise<OutsideChat> {
  const { appId, tenantId, appPassword, loginUrl = publicLogin } = settings;
  const { clock, state, secret } = parts;
  await secret(appPassword);
  let hear: ((message: IncomingMessage) => Promise<void>) | undefined;
  const call = createTeamsClient({ appId, tenantId, password: () => secret(appPassword), loginUrl, clock });
  const adapter: ChatAdapter = {
    platform,
    capabilities: {
      edit: true,
      maxLength: 8_000,
      buttons: true,
      threads: true,
      mentions: true,
      whispers: 'direct',
    },
    async start(onMessage) {
      hear = onMessage;
    },
    ...voice({ call, state, appId, tenantId }),
    // A channel's name means nothing without its team: the config maps it.
    findChannel: async () => undefined,
    async stop() {
      hear = undefined;
    },
  };
  return { adapter, receive: receiver(settings, parts, () => hear) };
}

/** Takes what Teams posts: proved, of the own tenant, and answered once it was handed over. */
function receiver(
  { appId, tenantId, metadataUrl = publicMetadata }: TeamsSettings,
  { clock, log, state }: OutsideChatParts,
  hear: () => ((message: IncomingMessage) => Promise<void>) | undefined,
): (request: Request) => Promise<Response> {
  const check = createTokenCheck({ metadataUrl, audience: appId, clock });
  return async (request) => {
    const activity = activityIn(await request.text());
    if (activity === undefined) return new Response('That is no activity.\n', { status: 400 });
    const wrong = await check(request.headers.get('authorization'), activity);
    if (wrong !== undefined) {
      log.warn({ platform, reason: wrong }, 'a post that proves nothing was refused');
      return new Response('It does not prove who sent it.\n', { status: 401 });
    }
    // A bot can be put into other organisations by their own people.
    if (tenantOf(activity) !== tenantId) return new Response('Not of this tenant.\n', { status: 403 });
    const handler = hear();
    if (handler === undefined) return new Response('Not now.\n', { status: 503 });
    const message = readActivity(activity, appId);
    try {
      const heard = message === undefined ? undefined : handler(message);
      await remember(activity, state);
      await heard;
      return new Response(null, { status: 200 });
    } catch (error) {
      log.warn({ platform, reason: errorMessage(error) }, 'what Teams posted could not be kept');
      return new Response('Not now.\n', { status: 503 });
    }
  };
}

function activityIn(body: string): (TeamsActivity & { readonly channelId?: string }) | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function tenantOf({ conversation, channelData }: TeamsActivity): string | undefined {
  return conversation?.tenantId ?? channelData?.tenant?.id;
}

/** Where a conversation is served, and the account of whoever speaks: both are told only here, and needed later. */
async function remember({ conversation, serviceUrl, from }: TeamsActivity, state: ChatState): Promise<void> {
  const known: (readonly [string, string])[] = [];
  if (conversation?.id !== undefined && serviceUrl !== undefined) {
    known.push(
      [serviceKey(conversationOf(conversation.id).channel), serviceUrl],
      [serviceKey(''), serviceUrl],
    );
  }
  if (from?.id !== undefined && from.aadObjectId !== undefined)
    known.push([accountKey(from.aadObjectId), from.id]);
  for (const [key, value] of known) if ((await state.get(key)) !== value) await state.set(key, value);
}

const serviceKey = (channel: string) => `service:${channel}`;
const accountKey = (userId: string) => `account:${userId}`;

interface Voice {
  readonly call: ReturnType<typeof createTeamsClient>;
  readonly state: ChatState;
  readonly appId: string;
  readonly tenantId: string;
}

/** Saying things. */
function voice({ call, state, appId, tenantId }: Voice): Pick<ChatAdapter, 'post' | 'edit' | 'whisper'> {
  const serviceOf = async (channel: string) =>
    (await state.get(serviceKey(channel))) ?? (await state.get(serviceKey(''))) ?? publicService;
  const accountOf = async (userId: string) => (await state.get(accountKey(userId))) ?? userId;
  const activities = (channel: string, thread?: string) =>
    `v3/conversations/${encodeURIComponent(conversationId(channel, thread))}/activities`;

  const post: ChatAdapter['post'] = async ({ channel, thread: begun }, message): Promise<PostedMessage> => {
    const thread = begun === undefined ? undefined : placeOf(begun).message;
    const body = await teamsActivity(message, accountOf);
    const path = activities(channel, thread);
    const { id } = await call({ serviceUrl: await serviceOf(channel), method: 'POST', path, body });
    const own = String(id);
    // In a team's channel, whatever stands alone begins a thread.
    const first =
      thread ?? (channel.startsWith('19:') && channel.includes('@thread.tacv2') ? own : undefined);
    const at = { channel, message: own, ...(first === undefined ? {} : { thread: first }) };
    return { platform, channel, messageId: messageId(at) };
  };

  return {
    post,
    async edit({ messageId: posted }, message) {
      const { channel, thread, message: id } = placeOf(posted);
      const path = `${activities(channel, thread === id ? undefined : thread)}/${encodeURIComponent(id)}`;
      const body = { ...(await teamsActivity(message, accountOf)), id };
      await call({ serviceUrl: await serviceOf(channel), method: 'PUT', path, body });
    },
    async whisper(to, at, message) {
      const { id } = await call({
        serviceUrl: await serviceOf(at.channel),
        method: 'POST',
        path: 'v3/conversations',
        body: {
          isGroup: false,
          bot: { id: `28:${appId}` },
          members: [{ id: await accountOf(to.userId) }],
          tenantId,
          channelData: { tenant: { id: tenantId } },
        },
      });
      await post({ platform, channel: String(id) }, message);
    },
  };
}
