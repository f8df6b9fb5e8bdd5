import { forgetChatLines } from '../../store/chat-lines.js';
import { forgetPosts } from '../../store/chat-posts.js';
import type { MailboxParts } from './parts.js';

const dayMs = 86_400_000;
/** No platform delivers a line again after this time. */
const keepLinesMs = 7 * dayMs;
/** As long a page shows what was said, and a message can be changed. */
const keepPostsMs = 30 * dayMs;
const everyMs = 3_600_000;

/** Forgets what is old, now. */
export async function forgetOld({ db, clock, platform }: MailboxParts): Promise<void> {
  const now = clock.now().getTime();
  await forgetChatLines(db, platform, new Date(now - keepLinesMs));
  await forgetPosts(db, platform, new Date(now - keepPostsMs));
}

/** Begins to forget what is old, every hour. */
export function startCleaning(parts: MailboxParts): NodeJS.Timeout {
  return setInterval(() => {
    forgetOld(parts).catch((error: unknown) =>
      parts.log.warn({ err: error, platform: parts.platform }, 'old messages could not be forgotten'),
    );
  }, everyMs).unref();
}
