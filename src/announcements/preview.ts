import type { AnnouncementView, PackNews, PreviewQuestion } from '../core/announcement.js';
import { refuse } from '../core/reason.js';
import type { Repository } from '../core/repository.js';
import { ok, type Result, refused } from '../core/result.js';
import { repositoryNamed } from '../deployments/lookup.js';
import { findCommit } from '../deployments/plan/commit.js';
import { packNews } from '../packs/news/pack-news.js';
import { liveActivations } from '../store/activations.js';
import { draftsOf, knownRevision } from '../store/announcements.js';
import type { NewsDeps } from './deps.js';
import { viewOf } from './desk-view.js';
import type { Subject } from './material.js';
import { sayable } from './sayable.js';
import { wordingOf } from './templates.js';

/** What goes out about a pack, or what its newest revision would bring; changes nothing but the mirror. */
export async function previewNews(
  deps: NewsDeps,
  question: PreviewQuestion,
): Promise<Result<AnnouncementView>> {
  const { pack, ref } = question;
  const [draft] = ref === undefined ? await deps.db.transaction().execute((tx) => draftsOf(tx, pack)) : [];
  if (draft !== undefined) return ok(await viewOf(deps, draft));
  const repository = await repositoryOf(deps, question);
  if (!repository.ok) return repository;
  return await ofRevision(deps, repository.value, question);
}

async function repositoryOf(
  deps: NewsDeps,
  { pack, repository }: PreviewQuestion,
): Promise<Result<Repository>> {
  if (repository !== undefined) return repositoryNamed(deps.config(), repository);
  const [live] = await liveActivations(deps.db, { packs: [pack] });
  if (live !== undefined) return repositoryNamed(deps.config(), live.live.repository);
  const all = [...deps.config().repositories.values()];
  const [only] = all;
  if (only !== undefined && all.length === 1) return ok(only);
  return refused(refuse('pack-nowhere', { pack, repositories: all.map(({ name }) => name) }));
}

async function ofRevision(
  deps: NewsDeps,
  repository: Repository,
  { pack, ref }: PreviewQuestion,
): Promise<Result<AnnouncementView>> {
  const commit = await findCommit(deps.git, repository, { ref });
  if (!commit.ok) return commit;
  const { sha } = commit.value.revision;
  const now = await deps.reader.packAt(repository, sha, pack);
  if (!now.ok) return now;
  const known = await knownRevision(deps.db, {
    target: repository.target,
    repository: repository.name,
    pack,
    before: undefined,
  });
  if (now.value === undefined && known === undefined)
    return refused(refuse('no-such-pack', { repository: repository.name, pack, near: [] }));
  const isKnown = known !== undefined && known.tree === now.value?.tree;
  const found = isKnown ? undefined : await newsOf(deps, { repository, pack, known, now: now.value, sha });
  const news = found === undefined ? [] : [found];
  const wording = wordingOf(deps.config().announcements.templates);
  return ok({
    repository: repository.name,
    packs: [pack],
    text: news.length === 0 ? '' : deps.redactor.text(wording.message(repository.name, news)),
    ...(repository.announceChannel === undefined ? {} : { channel: repository.announceChannel }),
  });
}

async function newsOf(deps: NewsDeps, subject: Subject): Promise<PackNews | undefined> {
  const { material } = await deps.reader.gather(subject);
  return packNews(await sayable(deps, { target: subject.repository.target, pack: subject.pack }, material));
}
