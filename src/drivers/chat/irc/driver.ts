import type { Client, PrivmsgEvent } from 'irc-framework';
import type { Actor } from '../../../core/actor.js';
import {
  type ChatAdapter,
  ChatRateLimited,
  ChatUndeliverable,
  type IncomingMessage,
} from '../../../core/chat.js';
import type { OutsideChat, OutsideChatParts } from '../../../core/outside-chat.js';
import { type PaceState, paceLines } from '../pace.js';
import { holdConnection } from '../sdk/connect.js';
import { type Accounts, createAccounts } from './accounts.js';
import { channelNamed, folded, idOf } from './names.js';
import { isLive, lineOf } from './read.js';
import { openSession, type Session } from './session.js';
import type { IrcSettings } from './settings.js';
import { ircLines, roomFor } from './text.js';

const platform = 'irc';

/** Opens an IRC network, by irc-framework. Throws when a secret is not there. */
export async function open(settings: IrcSettings, parts: OutsideChatParts): Promise<OutsideChat> {
  const { password, account, join } = settings;
  // Read so that one that is missing is told of at once; read anew for each connection.
  for (const source of [password, account?.password]) if (source !== undefined) await parts.secret(source);
  const network = networkOf(settings, parts);
  const adapter: ChatAdapter = {
    platform,
    capabilities: { edit: false, maxLength: 1_200, maxLines: 5, mentions: true, whispers: 'direct' },
    ...network,
    async edit() {
      throw new ChatUndeliverable('a line on IRC can not be changed');
    },
    async findChannel(name) {
      const channel = channelNamed(join, name);
      return channel === undefined ? undefined : { platform, channel: folded(channel) };
    },
    // Packtrain is in these, and in no others.
    channelNames: async () => join,
    hasChannel: async (channel) => join.some((one) => folded(one) === folded(channel)),
  };
  return { adapter };
}

interface Live {
  readonly session: Session;
  readonly accounts: Accounts;
}

function networkOf(
  settings: IrcSettings,
  parts: OutsideChatParts,
): Pick<ChatAdapter, 'start' | 'stop' | 'post' | 'whisper'> {
  const { clock, log } = parts;
  const pace = { atOnce: settings.linesAtOnce, everyMs: 60_000 / settings.linesPerMinute };
  const people = new Map<string, string>();
  let paced: PaceState = 0;
  let live: Live | undefined;
  let held: { readonly close: () => Promise<void> } | undefined;
  let said = 0;

  async function connect(onMessage: (message: IncomingMessage) => Promise<void>): Promise<Session> {
    let accounts: Accounts | undefined;
    const session = await openSession(settings, parts, (client, id) => {
      accounts = createAccounts(client, clock, () => {
        paced = Math.max(paced, clock.now().getTime()) + pace.everyMs;
      });
      hear({ client, id, accounts }, onMessage);
    });
    if (accounts === undefined) throw new Error('a session has no client');
    const opened = { session, accounts };
    live = opened;
    void session.lost.then(() => {
      if (live === opened) live = undefined;
    });
    return session;
  }

  /** Hands lines over in the order in which they came, though it takes a moment to learn who wrote one. */
  function hear(
    { client, id, accounts }: { readonly client: Client; readonly id: string; readonly accounts: Accounts },
    onMessage: (message: IncomingMessage) => Promise<void>,
  ): void {
    let turn = Promise.resolve();
    let count = 0;
    const take = async (event: PrivmsgEvent, at: number) => {
      const { trustNicknames, nick } = settings;
      const account = trustNicknames ? event.account || undefined : await accounts.of(event);
      const lineId = event.tags.msgid ?? `${id}/${at}`;
      const line = lineOf(event, { id: lineId, nicks: [client.user.nick, nick], account, trustNicknames });
      people.set(line.author.userId, event.nick);
      onMessage(line).catch((error: unknown) => log.error({ err: error, platform }, 'a line was lost'));
    };
    client.on('privmsg', (event) => {
      if (!isLive(event)) return;
      count += 1;
      const at = count;
      turn = turn
        .then(() => take(event, at))
        .catch((error: unknown) => log.error({ err: error, platform }, 'a line could not be read'));
    });
  }

  async function say(command: 'PRIVMSG' | 'NOTICE', target: string, text: string): Promise<string> {
    const { session } = connected();
    const room = roomFor(target, session.client.user.nick, session.source());
    const lines = ircLines(text, room, (userId) => people.get(userId));
    const turn = paceLines(pace, paced, lines.length, clock.now().getTime());
    if (!turn.isFree) throw new ChatRateLimited(platform, turn.waitMs);
    paced = turn.state;
    await session.say(command, target, lines);
    said += 1;
    return `${session.id}/said/${said}`;
  }

  function connected(): Live {
    if (live === undefined) throw new Error(`there is no connection to ${settings.host}`);
    return live;
  }

  /** The nick of somebody. Throws when the one who bears it now is somebody else. */
  async function nickFor({ userId, name }: Actor): Promise<string> {
    const nick = people.get(userId) ?? name;
    // Who has no account was never proved, so nothing that is worth anything is whispered to them.
    if (settings.trustNicknames || userId.includes('!')) return nick;
    const account = await connected().accounts.bearing(nick);
    if (account !== undefined && idOf(account) === userId) return nick;
    throw new ChatUndeliverable(`${nick} is not logged in as ${userId} now`);
  }

  return {
    async start(onMessage) {
      held = await holdConnection({
        platform,
        log,
        connect: () => connect(onMessage),
        ...(settings.firstPauseMs === undefined ? {} : { firstPauseMs: settings.firstPauseMs }),
      });
    },
    async stop() {
      await held?.close();
    },
    async post({ channel }, { text }) {
      return { platform, channel, messageId: await say('PRIVMSG', channel, text) };
    },
    async whisper(to, _at, { text }) {
      await say('NOTICE', await nickFor(to), text);
    },
  };
}
