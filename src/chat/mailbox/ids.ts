import type { Kysely } from 'kysely';
import type { Origin } from '../../core/actor.js';
import type { IncomingMessage } from '../../core/chat.js';
import { messageOfPost, postWithMessage } from '../../store/chat-posts.js';
import type { Database } from '../../store/tables.js';

type Db = Kysely<Database>;

const form = /^post:(\d{1,15})$/;

/** The mailbox's own name for a post: known before the platform has one. */
export function postName(id: number): string {
  return `post:${id}`;
}

/** The post of a name; undefined when it is a platform's id. */
export function postOf(name: string): number | undefined {
  const id = form.exec(name)?.[1];
  return id === undefined ? undefined : Number(id);
}

/** A line as the rest of Packtrain knows it: where it speaks of one of our messages, by our name for it. */
export async function namedByUs(db: Db, message: IncomingMessage): Promise<IncomingMessage> {
  const { origin } = message;
  const { platform, channel } = origin;
  const ours = async (messageId: string) => {
    const post = await postWithMessage(db, { platform, channel, messageId });
    return post === undefined ? messageId : postName(post);
  };
  return { ...message, origin: await translated(origin, ours) };
}

/** An origin as the platform knows it. What answers a message that was never posted stands alone. */
export async function namedByPlatform(db: Db, origin: Origin): Promise<Origin> {
  return await translated(origin, async (name) => {
    const post = postOf(name);
    return post === undefined ? name : await messageOfPost(db, post);
  });
}

async function translated(
  { messageId, thread, ...rest }: Origin,
  name: (id: string) => Promise<string | undefined>,
): Promise<Origin> {
  const message = messageId === undefined ? undefined : await name(messageId);
  const inThread = thread === undefined ? undefined : await name(thread);
  return {
    ...rest,
    ...(message === undefined ? {} : { messageId: message }),
    ...(inThread === undefined ? {} : { thread: inThread }),
  };
}
