import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Actor } from '../../../core/actor.js';
import type { IncomingMessage } from '../../../core/chat.js';
import { parseJson } from '../../../core/json.js';

/** Who takes the lines, and how they are proved. */
export interface Receiver {
  /** What the pack's actions show; read anew for each line. */
  readonly key: () => Promise<string>;
  readonly trustNicknames: boolean;
  /** Keeps a line; undefined while the chat is not open. */
  readonly take: () => ((message: IncomingMessage) => Promise<void>) | undefined;
}

const platform = 'chatops';

/** What is shorter may be guessed. */
export const shortestKey = 16;

const handed = z.object({
  /** Of the execution: the same line, handed over again, has the same. */
  id: z.string().min(1).max(100),
  line: z.string().min(1).max(20_000),
  channel: z.string().min(1).max(300),
  user: z.string().max(300).default(''),
});

/** Takes a line that an action of the pack hands over, and answers once it is kept. */
export async function receive(request: Request, receiver: Receiver): Promise<Response> {
  const shown = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
  const key = await receiver.key();
  if (key.length < shortestKey || !isSame(shown, key))
    return answer(401, "The key is missing or wrong: it is that of chats.chatops, in the pack's config.");
  const body = handed.safeParse(parseJson(await request.text()));
  if (!body.success) return answer(400, 'It takes JSON with id, line, channel and user.');
  const take = receiver.take();
  if (take === undefined) return answer(503, 'Not now. Send it again.', { 'retry-after': '2' });
  await take(messageOf(body.data, receiver.trustNicknames));
  return answer(200, 'The line is kept.');
}

function messageOf(
  { id, line, channel, user }: z.output<typeof handed>,
  trustNicknames: boolean,
): IncomingMessage {
  const isProved = trustNicknames && user !== '';
  return {
    id,
    text: line,
    author: authorOf(user, isProved),
    origin: { platform, channel, messageId: id },
    fromSelf: false,
    // The bot hands over only what was said to it.
    addressed: true,
    ...(isProved ? {} : { isUnproved: true as const }),
  };
}

const unproved = 'unproved:';

/** Who is not proved goes by an id that no account of the config has. */
function authorOf(user: string, isProved: boolean): Actor {
  const name = user === '' ? 'somebody' : user.replace(/^@/, '');
  return { platform, userId: isProved ? user : `${unproved}${user}`, name };
}

/** How the bot calls somebody. */
export function botsNameOf({ userId }: Actor): string {
  return userId.startsWith(unproved) ? userId.slice(unproved.length) : userId;
}

function answer(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json({ text }, { status, headers });
}

function isSame(shown: string, key: string): boolean {
  // Digests have one length, so comparing them tells nothing about the key's.
  return shown !== '' && timingSafeEqual(digest(shown), digest(key));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
