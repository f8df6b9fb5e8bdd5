const minute = 60_000;
const longestBackOffMs = 15 * minute;

/** How often a repository is asked for news unless it is configured, in milliseconds. */
export const defaultPollEveryMs = minute;

/**
 * How many milliseconds pass until the next look. A tenth more or less, so that a thousand repositories that were added
 * together don't stay together.
 * @param attempts how often in a row it has failed: each time it waits twice as long, up to a quarter of an hour
 * @param random from 0 to 1
 */
export function untilNextLook(everyMs: number, attempts: number, random: number): number {
  const longest = Math.max(longestBackOffMs, everyMs);
  const waits = attempts === 0 ? everyMs : Math.min(everyMs * 2 ** Math.min(attempts, 20), longest);
  return Math.round(waits * (0.9 + random * 0.2));
}

const firstAgainMs = 1_000;

/** The most times that a commit is asked for which a host told of and the remote does not show. */
export const mostTriesForHint = 12;

/** How many milliseconds pass until a commit is asked for again that the remote did not show yet. */
export function untilHintAgain(everyMs: number, attempts: number): number {
  return Math.min(firstAgainMs * 2 ** Math.min(attempts, 20), Math.max(everyMs, firstAgainMs), minute);
}
