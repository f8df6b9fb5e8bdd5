import type { Announcement } from '../core/announcement.js';
import type { Repository } from '../core/repository.js';

/** What decides when news of a repository go out. */
export interface Rhythm {
  /** The repository as it is configured now. */
  readonly repository: Pick<Repository, 'announceEveryMs'> | undefined;
  /** When its last message was fixed. */
  readonly last: Date | undefined;
}

/** When a draft goes out: not before the time to reword it is over, and not too soon after the last message. */
export function goesOutAt({ dueAt }: Pick<Announcement, 'dueAt'>, { repository, last }: Rhythm): Date {
  const every = repository?.announceEveryMs;
  if (every === undefined || last === undefined) return dueAt;
  return new Date(Math.max(dueAt.getTime(), last.getTime() + every));
}

/** The drafts of one repository that go out now: each by itself, or all in one message where they are gathered. */
export function batchesOf<A extends Pick<Announcement, 'dueAt' | 'channel'>>(
  drafts: readonly A[],
  rhythm: Rhythm,
  now: Date,
): readonly (readonly A[])[] {
  const ready = drafts.filter((draft) => goesOutAt(draft, rhythm) <= now);
  if (rhythm.repository?.announceEveryMs === undefined) return ready.map((draft) => [draft]);
  const channels = [...new Set(ready.map((draft) => draft.channel))];
  return channels.map((channel) => ready.filter((draft) => draft.channel === channel));
}
