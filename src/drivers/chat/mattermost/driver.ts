import { z } from 'zod';
import type { Origin } from '../../../core/actor.js';
import {
  type ChatAdapter,
  ChatRateLimited,
  type IncomingMessage,
  type OutgoingMessage,
  type PostedMessage,
} from '../../../core/chat.js';
import type { OutsideChat, OutsideChatParts } from '../../../core/outside-chat.js';
import { within } from '../../../core/within.js';
import { type Connection, holdConnection } from '../sdk/connect.js';
import { createApi, type MattermostApi } from './api.js';
import { type Channels, createChannels } from './channels.js';
import { MattermostRefusal } from './errors.js';
import { createEar, type Ear } from './hear.js';
import { createPeople, type People } from './people.js';
import { type Me, platform } from './read.js';
import { createReceiver } from './receive.js';
import { createSaid } from './said.js';
import type { MattermostSettings } from './settings.js';
import { openSocket, type Resumption } from './socket.js';
import { mentionedIn } from './text.js';
import { clientConfigSchema, userSchema } from './wire.js';
import { keyOf, mattermostMessage } from './write.js';

const usualPostSize = 16_383;
/** The rest is for what has to be escaped. */
const longest = 14_000;
/** How long a connection is waited for at the end. */
const graceMs = 2_000;

/** What the server told of itself and of the bot. */
interface Server {
  me: Me | undefined;
  publicKey: string | undefined;
  /** The most characters of a message. */
  postSize: number;
  hear: ((message: IncomingMessage) => Promise<void>) | undefined;
}

interface Driver {
  readonly settings: MattermostSettings;
  readonly parts: OutsideChatParts;
  readonly api: MattermostApi;
  readonly channels: Channels;
  readonly people: People;
  readonly server: Server;
}

/** Opens a Mattermost server. Throws when a secret is not there. */
export async function open(settings: MattermostSettings, parts: OutsideChatParts): Promise<OutsideChat> {
  const { token, slashTokens, endpointUrl, team } = settings;
  const { clock, log, secret } = parts;
  // Read so that one that is missing is told of at once; read anew whenever it is used.
  for (const source of [token, ...slashTokens]) await secret(source);
  const api = createApi(settings, parts);
  const server: Server = { me: undefined, publicKey: undefined, postSize: usualPostSize, hear: undefined };
  const channels = createChannels({ api, clock, log, team, botId: () => meOf(server).id });
  const driver: Driver = { settings, parts, api, channels, server, people: createPeople(api, clock) };
  const adapter: ChatAdapter = {
    platform,
    get capabilities() {
      return {
        edit: true,
        maxLength: Math.min(longest, server.postSize - Math.ceil(server.postSize / 8)),
        buttons: endpointUrl !== undefined,
        threads: true,
        mentions: true,
        whispers: 'direct' as const,
      };
    },
    ...life(driver),
    ...voice(driver),
    findChannel: channels.find,
    channelNames: channels.names,
    listChannels: channels.list,
    hasChannel: channels.has,
  };
  return endpointUrl === undefined ? { adapter } : { adapter, receive: receiverOf(driver) };
}

function receiverOf({ settings, parts, api, channels, people, server }: Driver) {
  return createReceiver({
    ...parts,
    ...settings,
    publicKey: () => server.publicKey,
    idsOf: people.idsOf,
    async placeFor(channel, userId) {
      const path = `/channels/${channel}/members/${meOf(server).id}`;
      const member = await unlessRefused(api({ method: 'GET', path }, z.object({ user_id: z.string() })));
      return member !== undefined ? channel : await channels.directWith(userId);
    },
    hear: () => server.hear,
  });
}

function meOf({ me }: Server): Me {
  if (me === undefined) throw new Error('Mattermost was not reached yet');
  return me;
}

/** Connecting, and ending. */
function life(driver: Driver): Pick<ChatAdapter, 'start' | 'stop'> {
  const { settings, parts, api, server } = driver;
  const { log, clock, secret } = parts;
  const { url, token, caFile, firstPauseMs } = settings;
  // What is written in this very millisecond counts, too.
  const since = clock.now().getTime() - 1;
  const resumption: Resumption = { id: undefined, next: 0 };
  let held: { readonly close: () => Promise<void> } | undefined;
  let live: Connection | undefined;
  let ear: Ear | undefined;
  let isTroubled = false;

  async function greet(): Promise<void> {
    server.me = await api({ method: 'GET', path: '/users/me' }, userSchema);
    const config = await api({ method: 'GET', path: '/config/client?format=old' }, clientConfigSchema);
    server.postSize = Number(config.MaxPostSize) || usualPostSize;
    server.publicKey = config.AsymmetricSigningPublicKey || undefined;
  }

  async function connect(heard: Ear): Promise<Connection> {
    isTroubled = false;
    const bot = await secret(token);
    const how = { url, token: bot, caFile, resumption, onEvent: heard.take, onAnew: heard.catchUp };
    live = await openSocket(how);
    if (isTroubled) void live.close();
    return live;
  }

  return {
    async start(onMessage) {
      // What a start that failed has left.
      await ear?.stop();
      resumption.id = undefined;
      await greet();
      server.hear = onMessage;
      const onTrouble = () => {
        isTroubled = true;
        resumption.id = undefined;
        void live?.close();
      };
      // A server that was restarted may have another key, and other limits.
      const refresh = async () => {
        if (held !== undefined) await greet();
      };
      const heard = createEar({
        ...driver,
        ...parts,
        me: () => meOf(server),
        onMessage,
        onTrouble,
        refresh,
        since,
      });
      ear = heard;
      held = await holdConnection({ platform, log, connect: () => connect(heard), firstPauseMs });
    },
    async stop() {
      server.hear = undefined;
      // One that is only being made is not waited for.
      await within(graceMs, held?.close() ?? Promise.resolve());
      await ear?.stop();
    },
  };
}

const whisperAgainMs = 10 * 60_000;

/** Saying things. */
function voice({
  settings,
  parts,
  api,
  channels,
  people,
  server,
}: Driver): Pick<ChatAdapter, 'post' | 'edit' | 'whisper'> {
  const { clock, secret } = parts;
  const said = createSaid(api, () => meOf(server).id);
  // The server lets few speak to one person in a channel; whether it does is tried again now and then.
  let whispersFrom = 0;

  async function written(channel: string, message: OutgoingMessage) {
    const names = (await unlessRefused(people.namesOf(mentionedIn(message.text)))) ?? new Map();
    const token = await secret(settings.token);
    const { endpointUrl } = settings;
    return mattermostMessage(message, { names, most: server.postSize, channel, endpointUrl, token });
  }

  async function post(to: Origin, message: OutgoingMessage): Promise<PostedMessage> {
    const { channel } = to;
    const key = keyOf(message.key);
    const before = await said.find(channel, key);
    if (before === undefined) return { platform, channel, messageId: await create(to, message, key) };
    const posted = { platform, channel, messageId: before };
    await edit(posted, message);
    return posted;
  }

  async function create(to: Origin, message: OutgoingMessage, key: string): Promise<string> {
    const body = { ...(await written(to.channel, message)), ...placeOf(to), pending_post_id: key };
    try {
      return (await api({ method: 'POST', path: '/posts', body }, z.object({ id: z.string() }))).id;
    } catch (error) {
      const isKnown = error instanceof MattermostRefusal || error instanceof ChatRateLimited;
      if (!isKnown) said.doubt(to.channel);
      throw error;
    }
  }

  async function edit({ channel, messageId }: PostedMessage, message: OutgoingMessage): Promise<void> {
    const body = await written(channel, message);
    await api({ method: 'PUT', path: `/posts/${messageId}/patch`, body }, z.unknown());
  }

  /** @returns whether it was said where only one person sees it */
  async function veiled(userId: string, at: Origin, message: OutgoingMessage): Promise<boolean> {
    const now = clock.now().getTime();
    if (now < whispersFrom) return false;
    const veiledPost = { ...(await written(at.channel, message)), ...placeOf(at) };
    try {
      const body = { user_id: userId, post: veiledPost };
      await api({ method: 'POST', path: '/posts/ephemeral', body }, z.unknown());
      return true;
    } catch (error) {
      if (!(error instanceof MattermostRefusal)) throw error;
      if (error.status === 403) whispersFrom = now + whisperAgainMs;
      return false;
    }
  }

  return {
    post,
    edit,
    async whisper(to, at, message) {
      const direct = await unlessRefused(channels.directWith(to.userId));
      // What only two can read needs no veil, which would be gone when the page is loaded anew.
      if (at.channel === direct) return void (await post(at, message));
      if (await veiled(to.userId, at, message)) return;
      await post({ platform, channel: direct ?? (await channels.directWith(to.userId)) }, message);
    },
  };
}

/** What was asked for; undefined where Mattermost does not allow it. */
async function unlessRefused<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof MattermostRefusal) return undefined;
    throw error;
  }
}

/** An answer goes into a thread only where it was asked for in one. */
function placeOf({ channel, thread }: Origin) {
  return { channel_id: channel, ...(thread === undefined ? {} : { root_id: thread }) };
}
