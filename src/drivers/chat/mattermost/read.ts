import type { IncomingMessage } from '../../../core/chat.js';
import { asTyped } from './text.js';
import type { Post } from './wire.js';

/** What is called which platform. */
export const platform = 'mattermost';

/** The bot's own account. */
export interface Me {
  readonly id: string;
  readonly username: string;
}

/** What is known about a message besides what stands in it. */
export interface LineContext {
  readonly me: Me;
  /** The name of who wrote it. */
  readonly name: string;
  readonly isDirect: boolean;
  /** The ids of those whom it mentions. */
  readonly ids: ReadonlyMap<string, string>;
}

/**
 * Whether somebody wrote it. What comes by an incoming webhook bears the account of whoever made the webhook, and is
 * written by anybody who has its address; bots would answer each other without end.
 */
export function isWritten({ type, delete_at: deletedAt, props }: Post): boolean {
  return type === '' && deletedAt === 0 && !isSet(props?.from_webhook) && !isSet(props?.from_bot);
}

function isSet(prop: unknown): boolean {
  return prop === true || prop === 'true';
}

/** A line as the rest of Packtrain knows it. */
export function lineOf(post: Post, { me, name, isDirect, ids }: LineContext): IncomingMessage {
  const { id, channel_id: channel, root_id: root, user_id: userId } = post;
  const { text, isMention } = asTyped(post.message, me.username, ids);
  return {
    id,
    text,
    author: { platform, userId, name },
    origin: { platform, channel, messageId: id, ...(root === '' ? {} : { thread: root }) },
    fromSelf: userId === me.id,
    addressed: isDirect || isMention,
  };
}
