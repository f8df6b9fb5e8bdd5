import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../../core/clock.js';
import { errorMessage } from '../../../core/error-message.js';
import type { Log } from '../../../core/log.js';
import type { Archive, Archived, Mark } from './archive.js';
import type { Feed } from './feed.js';
import type { Heard } from './read.js';

/** What was written longer ago is not read: whoever waited for an answer waits no more. */
export const longestAwayMs = 24 * 3_600_000;
/** Among so many of the last messages are those of ours that a crash left unconfirmed. */
const lately = 50;
const attempts = 3;
const retryMs = 1_000;

/** What catching up takes. */
export interface CatchUpDeps {
  readonly feed: Feed;
  readonly archive: Archive;
  readonly clock: Clock;
  readonly log: Log;
  readonly read: (kept: Archived) => Heard;
  /** Notes what was heard. */
  readonly onHeard: (heard: Heard) => void;
  /** Whether all this is for nothing by now, since the connection is gone. */
  readonly isOver: () => boolean;
}

/** Reads what was said while we were away, and lets the feed go on. Where we never were, nothing that was said before. */
export async function catchUp(deps: CatchUpDeps): Promise<void> {
  const { feed, log, isOver } = deps;
  for (let attempt = 1; !isOver(); attempt += 1) {
    try {
      const from = await readOn(deps);
      if (!isOver()) await feed.release(from);
      return;
    } catch (error) {
      if (isOver()) return;
      log.warn({ platform: 'xmpp', reason: errorMessage(error), attempt }, 'an archive can not be read');
      if (attempt === attempts) return await feed.release();
      await pause(retryMs, undefined, { ref: false });
    }
  }
}

async function readOn(deps: CatchUpDeps): Promise<Mark | undefined> {
  const { feed, archive, clock, read, onHeard, isOver } = deps;
  const mark = await feed.mark();
  const newest = await archive.last(lately);
  for (const kept of newest) onHeard(read(kept));
  if (mark === undefined) {
    const { id = '', at = clock.now().toISOString() } = newest.at(-1) ?? {};
    return { id, at };
  }
  const oldest = clock.now().getTime() - longestAwayMs;
  const isLate = Date.parse(mark.at) < oldest;
  for await (const page of archive.after(isLate ? { at: new Date(oldest).toISOString() } : mark))
    for (const kept of page) {
      if (isOver()) return undefined;
      const heard = read(kept);
      onHeard(heard);
      const { line, ...rest } = heard;
      feed.catchUp(Date.parse(kept.at) < oldest ? rest : heard);
    }
  return undefined;
}
