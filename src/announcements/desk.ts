import type { PackNews } from '../core/announcement.js';
import type { Request, RewordIntent, SkipIntent } from '../core/intent.js';
import { refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import { authorizeNews } from '../deployments/authorize.js';
import type { Desk } from '../deployments/desk.js';
import type { Accepted } from '../deployments/service.js';
import { keepAct } from '../store/acts.js';
import { changeDraft, draftShownAt, draftsOf, type KeptAnnouncement } from '../store/announcements.js';
import { announce } from '../store/events.js';
import type { NewsDeps } from './deps.js';
import { viewOf } from './desk-view.js';
import { isSamePerson } from './people.js';
import { previewNews } from './preview.js';

const longestWords = 3_000;

/** What becomes of a draft. */
type Change = Parameters<typeof changeDraft>[2];

/** Makes the desk at which announcements are looked at, reworded and skipped. */
export function createDesk(deps: NewsDeps): Desk {
  return {
    preview: (question) => previewNews(deps, question),
    reword: (request) => reword(deps, request),
    skip: (request) => {
      const { pack } = request.intent;
      return change(deps, request, { pack }, ({ news }) => {
        const left = news.filter((one) => one.pack !== pack);
        return left.length === 0 ? { state: 'skipped' } : { news: left };
      });
    },
    draftAt: ({ platform, channel, thread }) =>
      draftShownAt(deps.db, { platform, channel, messageId: thread }),
  };
}

async function reword(deps: NewsDeps, request: Request<RewordIntent>): Promise<Result<Accepted>> {
  const { intent, requester } = request;
  const words = intent.words.trim();
  const { pack, announcement } = intent;
  if (words === '') return refused(refuse('no-words', { pack: pack ?? 'PACK' }));
  if (words.length > longestWords) return refused(refuse('words-too-long', { most: longestWords }));
  return await change(deps, request, { pack, announcement }, ({ news }) =>
    pack === undefined
      ? { words, rewordedBy: requester }
      : {
          news: news.map((one) => (one.pack === pack ? rewordedTo(one, words) : one)),
          rewordedBy: requester,
        },
  );
}

function rewordedTo(news: PackNews, words: string): PackNews {
  return { ...news, source: 'reworded', points: [words] };
}

/** Changes the draft that is meant, if its requester may; in one transaction with what is kept of it. */
async function change(
  deps: NewsDeps,
  request: Request<RewordIntent | SkipIntent>,
  which: { pack?: string | undefined; announcement?: number | undefined },
  decide: (draft: KeptAnnouncement) => Change,
): Promise<Result<Accepted>> {
  const at = deps.clock.now();
  return await deps.db.transaction().execute(async (tx): Promise<Result<Accepted>> => {
    const drafts = await draftsOf(tx, which.pack);
    const draft =
      which.announcement === undefined ? drafts[0] : drafts.find(({ id }) => id === which.announcement);
    if (draft === undefined) return refused(noDraft(which));
    const allowed = authorizeNews(
      deps.config(),
      request,
      aboutOf(draft, which.pack),
      isOwn(deps, request, draft),
    );
    if (!allowed.ok) return allowed;
    const to = decide(draft);
    await changeDraft(tx, draft.id, to);
    const announcement = await viewOf(deps, { ...draft, ...to });
    const accepted = { deployment: 0, isNew: true, announcement };
    await keepAct(tx, { request, accepted, at });
    await announce(tx, [0]);
    return ok(accepted);
  });
}

function noDraft({ pack, announcement }: { pack?: string | undefined; announcement?: number | undefined }) {
  return announcement === undefined
    ? refuse('no-draft', { pack: pack ?? '' })
    : refuse('draft-gone', { announcement });
}

function aboutOf({ repository, news }: KeptAnnouncement, pack: string | undefined) {
  return { repository, packs: pack === undefined ? news.map((one) => one.pack) : [pack] };
}

function isOwn(deps: NewsDeps, { requester }: Request, { requesters, authors }: KeptAnnouncement): boolean {
  const { people } = deps.config().access;
  return isSamePerson(people, requester, { accounts: requesters, authors });
}
