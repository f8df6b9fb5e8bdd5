import { setTimeout as sleep } from 'node:timers/promises';
import type { PostedLine } from '../contract.js';
import type { Outcome } from '../outcome.js';
import type { Session } from '../session.js';
import type { Joined } from './joined.js';

const outage = 7;
const retryMs = 500;
const mostAttempts = 60;

/** Says a line in a room. While the server is away it is tried again, with the same key, so it is said once. */
export async function say(
  { context, options }: Session,
  { client, room }: Joined,
  text: string,
  signal: AbortSignal,
): Promise<Outcome<PostedLine>> {
  const line = { text, as: options.as, key: context.newKey() };
  for (let attempt = 1; ; attempt += 1) {
    const posted = await client.post(room, line);
    const isFinal = posted.ok || posted.failure.exitCode !== outage || attempt === mostAttempts;
    if (isFinal || signal.aborted) return posted;
    await sleep(retryMs, undefined, { signal }).catch(() => undefined);
  }
}
