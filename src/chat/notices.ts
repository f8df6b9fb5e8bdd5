import type { Kysely } from 'kysely';
import type { ChatAdapter } from '../core/chat.js';
import type { Clock } from '../core/clock.js';
import type { Log } from '../core/log.js';
import type { Notice } from '../core/notice.js';
import type { Redactor } from '../core/redact.js';
import type { Changes } from '../deployments/changes.js';
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

/** Tells people what they wait to hear. */
export interface Notices {
  /** Stops, once the notices that are being told are. */
  stop(): Promise<void>;
}

const tryAgainMs = 5_000;

/**
 * Posts the notices that the tables hold, in their order. Each is kept together with what it tells of, so a crash loses
 * none; and its key makes the platform take it once.
 */
export function startNotices(deps: NoticesDeps): Notices {
  let telling: Promise<void> | undefined;
  let isWanted = false;
  let isStopped = false;
  const stopChanges = deps.changes.subscribe((deployment) => deployment === 0 && want());
  const stopGaps = deps.changes.onGap(want);
  const timer = setInterval(want, tryAgainMs).unref();
  want();

  return {
    async stop() {
      isStopped = true;
      clearInterval(timer);
      stopChanges();
      stopGaps();
      await telling;
    },
  };

  function want(): void {
    isWanted = true;
    if (telling !== undefined || isStopped) return;
    telling = tellAll().finally(() => {
      telling = undefined;
      if (isWanted) want();
    });
  }

  async function tellAll(): Promise<void> {
    isWanted = false;
    // One server at a time, so that two never tell the same in a different order.
    await withNotices(deps.db, async () => {
      for (const queued of await unpostedNotices(deps.db)) await tell(deps, queued);
    }).catch((error: unknown) => deps.log.warn({ err: error }, 'notices could not be told'));
  }
}

async function tell(deps: NoticesDeps, { id, origin, notice }: QueuedNotice): Promise<void> {
  const adapter = deps.adapters.get(origin.platform);
  if (adapter === undefined) return;
  try {
    const text = deps.redactor.text(deps.words(notice));
    await adapter.post(origin, { key: `notice:${id}`, text });
    await markPosted(deps.db, id, deps.clock.now());
  } catch (error) {
    deps.log.warn({ err: error, notice: id }, 'a notice could not be told; it is tried again');
  }
}
