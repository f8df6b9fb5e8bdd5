import { type Actor, packtrainItself, sameActor } from '../core/actor.js';
import type { PackNews } from '../core/announcement.js';
import type { Deployment } from '../core/deployment.js';
import type { PackPlan, Plan } from '../core/plan.js';
import { ownersOfPush } from '../core/pusher.js';
import type { Repository } from '../core/repository.js';
import { packNews } from '../packs/news/pack-news.js';
import {
  isPushUnderWay,
  keepAnnouncement,
  knownRevision,
  markTold,
  passOverSilent,
  untoldDeployments,
} from '../store/announcements.js';
import { findDeployments } from '../store/deployments.js';
import { findPushes } from '../store/pushes.js';
import type { NewsDeps } from './deps.js';
import { sayable } from './sayable.js';

const mostAtOnce = 100;
/** A deployment of the same push that waits for longer, say for a borrow, holds up the news of the others no more. */
const longestWaitMs = 30 * 60_000;

/** A deployment that brought something of the default branch to people. */
interface Newsworthy {
  readonly deployment: Deployment;
  readonly plan: Plan;
  readonly repository: Repository;
  readonly packs: readonly PackPlan[];
}

/** Looks at the deployments that have ended, and drafts what they bring; one draft for all that one push brings. */
export async function gatherNews(deps: NewsDeps): Promise<void> {
  await passOverSilent(deps.db, tellingRepositories(deps), deps.clock.now());
  const ended = await findDeployments(deps.db, await untoldDeployments(deps.db, mostAtOnce));
  const told = ended.map((deployment) => ({ deployment, news: newsworthy(deps, deployment) }));
  const silent = told.filter(({ news }) => news === undefined).map(({ deployment }) => deployment.id);
  await markTold(deps.db, silent, deps.clock.now());
  const groups = new Map<string, readonly Newsworthy[]>();
  for (const { news } of told)
    if (news !== undefined) groups.set(pushOf(news), [...(groups.get(pushOf(news)) ?? []), news]);
  for (const group of groups.values()) await draftGroup(deps, group);
}

function tellingRepositories({ config }: NewsDeps): readonly string[] {
  const all = [...config().repositories.values()];
  return all.filter((repository) => repository.announceChannel !== undefined).map(({ name }) => name);
}

/** Only the default branch, never a rollback, and only what went live or was taken away. */
function newsworthy({ config }: NewsDeps, deployment: Deployment): Newsworthy | undefined {
  const { plan, intent } = deployment;
  if (plan === undefined || !plan.isDefaultBranch || intent.kind === 'rollback') return undefined;
  // What was there already is no news.
  if (plan.asFound === true) return undefined;
  const repository = config().repositories.get(plan.repository);
  if (repository?.announceChannel === undefined) return undefined;
  const changed = new Set(
    deployment.packs
      .filter(({ status }) => status === 'live' || status === 'removed')
      .map(({ pack }) => pack),
  );
  const packs = plan.packs.filter(({ pack }) => changed.has(pack));
  return packs.length === 0 ? undefined : { deployment, plan, repository, packs };
}

function pushNumber({ intent }: Deployment): number | undefined {
  return intent.kind === 'deploy' ? intent.push : undefined;
}

function pushOf({ deployment, plan }: Newsworthy): string {
  const push = pushNumber(deployment);
  return push === undefined ? `${plan.repository} ${plan.revision.sha}` : `push ${push}`;
}

async function draftGroup(deps: NewsDeps, group: readonly Newsworthy[]): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  const { repository, plan, deployment } = first;
  const at = deps.clock.now();
  const place = { repository: plan.repository, push: pushNumber(deployment), sha: plan.revision.sha };
  const isFresh = at.getTime() - (deployment.endedAt ?? at).getTime() < longestWaitMs;
  if (isFresh && (await isPushUnderWay(deps.db, place))) return;
  const found = await Promise.all(group.map((one) => newsIn(deps, one)));
  const all = found.flatMap(({ news }) => news);
  // A pack that was deployed twice by one push is told of as it is now.
  const news = [...new Map(all.map((one) => [one.news.pack, one])).values()];
  const draft = {
    repository: repository.name,
    channel: repository.announceChannel ?? '',
    news: deps.redactor.json(news),
    requesters: [...requestersOf(group), ...(await pushersOf(deps, group))],
    authors: deps.redactor.json([...new Set(found.flatMap(({ authors }) => authors))]),
    origin: group.find((one) => one.deployment.origin !== undefined)?.deployment.origin,
    madeAt: at,
    dueAt: new Date(at.getTime() + (repository.announceAfterMs ?? 0)),
  };
  const ids = group.map((one) => one.deployment.id);
  await deps.db.transaction().execute(async (tx) => {
    if (news.length > 0) await keepAnnouncement(tx, draft);
    await markTold(tx, ids, at);
  });
}

function requestersOf(group: readonly Newsworthy[]) {
  const all = group
    .map(({ deployment }) => deployment.requester)
    .filter((one) => !sameActor(one, packtrainItself));
  return all.filter((one, index) => all.findIndex((other) => sameActor(one, other)) === index);
}

/** Who pushed what the deployments bring, by all accounts by which they may be known. */
async function pushersOf({ db, config }: NewsDeps, group: readonly Newsworthy[]): Promise<readonly Actor[]> {
  const { people } = config().access;
  const numbers = group.flatMap(({ deployment }) => pushNumber(deployment) ?? []);
  const pushes = await findPushes(db, [...new Set(numbers)]);
  return pushes.flatMap(({ pusher }) => (pusher === undefined ? [] : ownersOfPush(people, pusher)));
}

interface Found {
  readonly news: readonly { readonly news: PackNews; readonly deployment: number; readonly sha: string }[];
  readonly authors: readonly string[];
}

async function newsIn(deps: NewsDeps, { deployment, plan, repository, packs }: Newsworthy): Promise<Found> {
  const { sha } = plan.revision;
  const place = { target: plan.target, repository: plan.repository, before: deployment.id };
  const news: Found['news'][number][] = [];
  const authors: string[] = [];
  for (const pack of packs) {
    const known = await knownRevision(deps.db, { ...place, pack: pack.pack });
    // What people have now is what they were told of: a pack that was borrowed and came back as it was.
    if (known?.tree === pack.tree || (pack.removes === true && known === undefined)) continue;
    const now = pack.removes === true ? undefined : pack;
    const planned = known?.tree === pack.from?.tree ? pack.diff : undefined;
    const found = await deps.reader.gather({ repository, pack: pack.pack, known, now, sha, planned });
    const told = packNews(await sayable(deps, { target: plan.target, pack: pack.pack }, found.material));
    if (told === undefined) continue;
    news.push({ news: told, deployment: deployment.id, sha });
    authors.push(...found.authors);
  }
  return { news, authors };
}
