import type { AnnouncementView } from '../core/announcement.js';
import type { KeptAnnouncement } from '../store/announcements.js';
import type { NewsDeps } from './deps.js';
import { textOf, timeOf } from './due.js';

/** A draft as it would go out. */
export async function viewOf(deps: NewsDeps, draft: KeptAnnouncement): Promise<AnnouncementView> {
  const { id, repository, channel, news, state, rewordedBy } = draft;
  return {
    id,
    repository,
    channel,
    packs: news.map(({ pack }) => pack),
    text: state === 'skipped' ? '' : deps.redactor.text(textOf(deps, draft)),
    ...(state === 'skipped' ? {} : { goesOutAt: await timeOf(deps, draft) }),
    ...(rewordedBy === undefined ? {} : { rewordedBy }),
  };
}
