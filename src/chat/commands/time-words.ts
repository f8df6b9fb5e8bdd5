import { parseDuration } from '../../core/duration.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';

/** How long something is meant to last; nothing where it was left out. */
export function readTime(text: string | undefined): Result<{ readonly forMs?: number }> {
  if (text === undefined) return ok({});
  const duration = readDuration(text);
  return duration.ok ? ok({ forMs: duration.value }) : duration;
}

/** A duration in milliseconds, in any case; no time at all is none. */
export function readDuration(text: string): Result<number> {
  const duration = parseDuration(text.toLowerCase());
  if (!duration.ok || duration.value === 0)
    return refused(refuse('bad-duration', { text: text.slice(0, 40) }));
  return duration;
}
