import type { PrivmsgEvent } from 'irc-framework';
import type { Actor } from '../../../core/actor.js';
import type { IncomingMessage } from '../../../core/chat.js';
import { maskOf } from './accounts.js';
import { folded, idOf } from './names.js';

const platform = 'irc';

/** What is known of a line besides itself. */
export interface LineContext {
  readonly id: string;
  /** What we are called: now, and wanted. */
  readonly nicks: readonly string[];
  /** What the services know its writer by; undefined where nothing proves it. */
  readonly account: string | undefined;
  readonly trustNicknames: boolean;
}

/** Whether a line was written now, rather than played again by a bouncer or the history of a channel. */
export function isLive({ batch, from_server: isFromServer }: PrivmsgEvent): boolean {
  return !isFromServer && !/history|playback/.test(batch?.type ?? '');
}

/** A line as the rest of Packtrain knows it. */
export function lineOf(event: PrivmsgEvent, context: LineContext): IncomingMessage {
  const { nicks, id } = context;
  const isOurs = (name: string) => nicks.some((nick) => folded(nick) === folded(name));
  const isDirect = isOurs(event.target);
  const { text, isMention } = withoutMention(withoutMarks(event.message), nicks);
  const channel = isDirect ? folded(event.nick) : folded(event.target);
  return {
    id,
    text,
    author: authorOf(event, context),
    origin: { platform, channel, messageId: id },
    fromSelf: isOurs(event.nick),
    addressed: isDirect || isMention,
    ...(context.account === undefined && !context.trustNicknames ? { isUnproved: true as const } : {}),
  };
}

/** Without an account somebody goes by the mask, which holds a `!` as no account and no nick does. */
function authorOf(event: PrivmsgEvent, { account, trustNicknames }: LineContext): Actor {
  const name = trustNicknames ? event.nick : maskOf(event);
  return { platform, userId: idOf(account ?? name), name: event.nick };
}

function withoutMention(
  line: string,
  nicks: readonly string[],
): { readonly text: string; readonly isMention: boolean } {
  for (const nick of nicks) {
    const rest = line.trimStart().replace(/^@/, '');
    if (folded(rest.slice(0, nick.length)) !== folded(nick)) continue;
    const mark = /^[:,]\s*/.exec(rest.slice(nick.length));
    if (mark !== null) return { text: rest.slice(nick.length + mark[0].length), isMention: true };
  }
  return { text: line, isMention: false };
}

const colour = new RegExp(`${String.fromCharCode(3)}(?:\\d{1,2}(?:,\\d{1,2})?)?`, 'g');

function withoutMarks(text: string): string {
  return text.replace(colour, '').replace(/\p{Cc}/gu, '');
}
