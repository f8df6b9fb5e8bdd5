import type { Announcement } from '../core/announcement.js';
import {
  changeDraft,
  draftsOf,
  fixText,
  forgetAnnounced,
  type KeptAnnouncement,
  lastFixed,
  openAnnouncements,
  rolledBackPacks,
} from '../store/announcements.js';
import type { NewsDeps } from './deps.js';
import { wordingOf } from './templates.js';
import { batchesOf, goesOutAt, type Rhythm } from './when.js';

/** An announcement as it would go out now. */
export function textOf(deps: Pick<NewsDeps, 'config'>, { words, repository, news }: Announcement): string {
  return words ?? wordingOf(deps.config().announcements.templates).message(repository, news);
}

/** What decides when news of a repository go out now. */
export async function rhythmOf(deps: Pick<NewsDeps, 'config' | 'db'>, repository: string): Promise<Rhythm> {
  return {
    repository: deps.config().repositories.get(repository),
    last: await lastFixed(deps.db, repository),
  };
}

/** When an announcement goes out. */
export async function timeOf(deps: Pick<NewsDeps, 'config' | 'db'>, draft: Announcement): Promise<Date> {
  return goesOutAt(draft, await rhythmOf(deps, draft.repository));
}

/**
 * Fixes the text of what is due. It is written down before it is posted, so that whoever posts it after a crash posts the
 * same. What was rolled back from meanwhile is not told of.
 */
export async function fixWhatIsDue(deps: NewsDeps): Promise<void> {
  const drafts = (await openAnnouncements(deps.db)).filter(({ state }) => state === 'draft');
  for (const draft of drafts) await dropRolledBack(deps, draft);
  for (const repository of new Set(drafts.map((draft) => draft.repository))) await fixOf(deps, repository);
}

async function dropRolledBack({ db }: NewsDeps, { id }: KeptAnnouncement): Promise<void> {
  const gone = await rolledBackPacks(db, id);
  if (gone.length === 0) return;
  await db.transaction().execute(async (tx) => {
    const draft = (await draftsOf(tx)).find((one) => one.id === id);
    if (draft === undefined) return;
    const news = draft.news.filter(({ pack }) => !gone.includes(pack));
    await changeDraft(tx, id, news.length > 0 ? { news } : { state: 'skipped' });
    await forgetAnnounced(tx, id, gone);
  });
}

async function fixOf(deps: NewsDeps, repository: string): Promise<void> {
  const at = deps.clock.now();
  const rhythm = await rhythmOf(deps, repository);
  await deps.db.transaction().execute(async (tx) => {
    // Read again, and locked: somebody may reword it at this moment.
    const drafts = (await draftsOf(tx)).filter((draft) => draft.repository === repository).reverse();
    for (const batch of batchesOf(drafts, rhythm, at)) {
      const text = deps.redactor.text(messageOf(deps, batch));
      await fixText(
        tx,
        batch.map(({ id }) => id),
        { text, at },
      );
    }
  });
}

function messageOf(deps: NewsDeps, batch: readonly KeptAnnouncement[]): string {
  const [first] = batch;
  if (first === undefined) return '';
  if (batch.length === 1) return textOf(deps, first);
  const messages = batch.map((one) => ({ text: textOf(deps, one), packs: one.news.map(({ pack }) => pack) }));
  return wordingOf(deps.config().announcements.templates).digest(first.repository, messages);
}
