import { hasNewsToDo, withAnnouncements } from '../store/announcements.js';
import { fixWhatIsDue } from './due.js';
import { gatherNews } from './gather.js';
import { type PostDeps, postNews } from './post.js';

/** Announcements that are being made and told by this server. */
export interface Announcements {
  /** Stops, once what is under way is done. */
  stop(): Promise<void>;
}

const lookEachMs = 1_000;

/**
 * Tells the people who use the packs what is new. Everything is read from the tables, now and then: which deployments
 * have ended, what is due, what was not posted yet. So a crash at any point loses nothing, and of several servers one
 * does it at a time.
 */
export function startAnnouncements(
  given: Omit<PostDeps, 'patience'>,
  { everyMs = lookEachMs } = {},
): Announcements {
  const deps = { ...given, patience: new Map<number, number>() };
  let isStopped = false;
  let busy: Promise<void> | undefined;
  const look = () => {
    busy ??= doNews(deps)
      .catch((error: unknown) => {
        // While the database is being closed, that is no news.
        if (!isStopped) deps.log.warn({ err: error }, 'announcements could not be looked after');
      })
      .finally(() => {
        busy = undefined;
      });
  };
  const timer = setInterval(look, everyMs).unref();
  look();
  return {
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await busy;
    },
  };
}

/** Does what there is to do now, once: gathers news, fixes what is due, and posts it. */
export async function doNews(deps: PostDeps): Promise<void> {
  if (!(await hasNewsToDo(deps.db))) return;
  await withAnnouncements(deps.db, async () => {
    await gatherNews(deps);
    await fixWhatIsDue(deps);
    await postNews(deps);
  });
}
