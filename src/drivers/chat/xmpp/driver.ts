import type { ChatAdapter, IncomingMessage } from '../../../core/chat.js';
import { errorMessage } from '../../../core/error-message.js';
import type { OutsideChat, OutsideChatParts } from '../../../core/outside-chat.js';
import { holdConnection } from '../sdk/connect.js';
import { createFeed, type Feed } from './feed.js';
import { bareOf, localOf } from './jid.js';
import { createMemory } from './memory.js';
import { roomNamed, roomNames } from './names.js';
import { featuresOf } from './room.js';
import { openSession, type Session } from './session.js';
import type { XmppSettings } from './settings.js';
import { createSpeaking } from './speaking.js';
import { openStream } from './stream.js';

const platform = 'xmpp';

/** Opens an account on an XMPP server, by @xmpp/client. Throws when a secret is not there. */
export async function open(settings: XmppSettings, parts: OutsideChatParts): Promise<OutsideChat> {
  // Read so that one that is missing is told of at once; read anew for each connection.
  for (const source of [settings.password, ...settings.roomPasswords.values()]) await parts.secret(source);
  const { corrections, join } = settings;
  const account = accountOf(settings, parts);
  const adapter: ChatAdapter = {
    platform,
    capabilities: { edit: corrections, maxLength: 4_000, mentions: true, whispers: 'direct' },
    ...account.chat,
    async findChannel(name) {
      const room = roomNamed(join, name);
      return room === undefined ? undefined : { platform, channel: bareOf(room) };
    },
    channelNames: async () => roomNames(join),
    async listChannels() {
      if (!account.isLive()) await look(settings, parts);
      return new Map(join.map((room) => [bareOf(room), localOf(room)]));
    },
    // Packtrain is in these, and in no others.
    hasChannel: async (channel) => join.some((room) => bareOf(room) === bareOf(channel)),
  };
  return { adapter };
}

function accountOf(
  settings: XmppSettings,
  parts: OutsideChatParts,
): {
  readonly chat: Pick<ChatAdapter, 'start' | 'stop' | 'post' | 'edit' | 'whisper'>;
  readonly isLive: () => boolean;
} {
  const { clock, log, state } = parts;
  const memory = createMemory(state);
  let live: Session | undefined;
  let held: { readonly close: () => Promise<void> } | undefined;

  async function connect(feedOf: (place: string) => Feed): Promise<Session> {
    const session = await openSession({ settings, parts, memory, feedOf });
    live = session;
    void session.lost.then(() => {
      if (live === session) live = undefined;
    });
    return session;
  }

  const session = () => {
    if (live === undefined) throw new Error(`there is no connection for ${settings.jid}`);
    return live;
  };

  const chat = {
    async start(onMessage: (message: IncomingMessage) => Promise<void>) {
      const feedOf = feeds(parts, onMessage);
      held = await holdConnection({
        platform,
        log,
        connect: () => connect(feedOf),
        ...(settings.firstPauseMs === undefined ? {} : { firstPauseMs: settings.firstPauseMs }),
      });
    },
    async stop() {
      await held?.close();
    },
    ...createSpeaking({ settings, clock, memory, session }),
  };
  return { chat, isLive: () => live !== undefined };
}

/** Logs in, looks which rooms are there, and goes again. Throws when the server does not let us in. */
async function look(settings: XmppSettings, parts: OutsideChatParts): Promise<void> {
  const stream = await openStream(settings, parts, () => undefined);
  try {
    for (const room of settings.join.map(bareOf))
      await featuresOf(stream, room).catch((error: unknown) =>
        parts.log.warn({ platform, room }, errorMessage(error)),
      );
  } finally {
    await stream.close();
  }
}

function feeds({ state, log }: OutsideChatParts, onMessage: (message: IncomingMessage) => Promise<void>) {
  const open = new Map<string, Feed>();
  return (of: string): Feed => {
    const feed = open.get(of) ?? createFeed({ of, state, log, onMessage });
    open.set(of, feed);
    return feed;
  };
}
