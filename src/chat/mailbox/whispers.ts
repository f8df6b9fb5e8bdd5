import { setTimeout as sleep } from 'node:timers/promises';
import { ChatRateLimited, ChatUndeliverable } from '../../core/chat.js';
import { type MailboxParts, retryDelay } from './parts.js';

/** How long a whisper is tried again; whoever asked has asked again by then. */
const patienceMs = 60_000;

/**
 * Says what only one person sees. It is kept nowhere, since it may hold a sign-in link: it is tried until it is said, for
 * a while. Throws what stood in its way.
 */
export async function whispered(parts: MailboxParts, work: () => Promise<void>): Promise<void> {
  const { clock, timing } = parts;
  const end = clock.now().getTime() + patienceMs;
  for (let failures = 0; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      const delay = error instanceof ChatRateLimited ? error.retryAfterMs : retryDelay(timing, failures);
      if (error instanceof ChatUndeliverable || clock.now().getTime() + delay > end) throw error;
      await sleep(delay, undefined, { ref: false });
    }
  }
}
