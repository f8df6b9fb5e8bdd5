import type { Kysely } from 'kysely';
import type { ChatAdapter } from '../core/chat.js';
import { ChatHangs } from '../core/chat-in-time.js';
import type { Clock } from '../core/clock.js';
import { findChannel } from '../core/find-channel.js';
import { inLanes } from '../core/lanes.js';
import type { Log } from '../core/log.js';
import type { Notice } from '../core/notice.js';
import type { Redactor } from '../core/redact.js';
import type { Changes } from '../deployments/changes.js';
import { type Runner, startRunner } from '../deployments/runner.js';
import { markPosted, type QueuedNotice, unpostedNotices, withNotices } from '../store/notices.js';
import type { Database } from '../store/tables.js';

/** What telling notices takes. */
export interface NoticesDeps {
  readonly db: Kysely<Database>;
  readonly changes: Changes;
  readonly adapters: ReadonlyMap<string, ChatAdapter>;
  readonly words: (notice: Notice) => string;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly log: Log;
}

// What is not about one deployment changes by this number, and notices are told all together.
const all = 0;

/**
 * Posts the notices that the tables hold, in their order. Each is kept together with what it tells of, so a crash loses
 * none; and its key makes the platform take it once.
 */
export function startNotices(deps: NoticesDeps): Runner {
  return startRunner({
    ...deps,
    name: 'notices',
    isConcerned: (changed) => changed === all,
    open: async () => [all],
    work: () => tellAll(deps),
  });
}

/** Tells what is to be told. One server at a time, so that two never tell the same in a different order. */
async function tellAll(deps: NoticesDeps): Promise<void> {
  await withNotices(deps.db, async () => {
    const channelOf = ({ origin }: QueuedNotice) =>
      'named' in origin ? ` ${origin.named}` : `${origin.platform} ${origin.channel}`;
    await inLanes(await unpostedNotices(deps.db), channelOf, (queued) => tell(deps, queued));
  });
}

/** @returns whether the next one of its channel may follow: it does unless the chat hangs */
async function tell(deps: NoticesDeps, { id, origin, notice }: QueuedNotice): Promise<boolean> {
  try {
    const at = 'named' in origin ? await findChannel(deps.adapters, origin.named) : origin;
    const adapter = at && deps.adapters.get(at.platform);
    if (at === undefined || adapter === undefined) return true;
    const text = deps.redactor.text(deps.words(notice));
    await adapter.post(at, { key: `notice:${id}`, text });
    await markPosted(deps.db, id, deps.clock.now());
    return true;
  } catch (error) {
    deps.log.warn({ err: error, notice: id }, 'a notice could not be told; it is tried again');
    return !(error instanceof ChatHangs);
  }
}
