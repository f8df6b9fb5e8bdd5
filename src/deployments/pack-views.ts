import { isLocking, scopeName } from '../core/lock.js';
import { nearest } from '../core/near.js';
import { refuse } from '../core/reason.js';
import type { Revision } from '../core/repository.js';
import { ok, type Result, refused } from '../core/result.js';
import { openBorrows } from '../store/borrows.js';
import { findDeployments, listDeploymentIds } from '../store/deployments.js';
import { openLocks } from '../store/locks.js';
import { readQueue } from '../store/queue.js';
import { liveViews } from './live-views.js';
import { repositoryNamed } from './lookup.js';
import { findCommit } from './plan/commit.js';
import type { PackView, WhyView } from './service.js';
import type { ServiceDeps } from './service-deps.js';
import { viewsOf } from './views.js';

/** Everything about all packs that are live, borrowed, locked by name or claimed; or about one of them. */
export async function packViews(deps: ServiceDeps, pack?: string): Promise<readonly PackView[]> {
  const [live, borrows, locks, entries] = await Promise.all([
    liveViews(deps.db),
    openBorrows(deps.db),
    openLocks(deps.db, deps.clock.now()),
    readQueue(deps.db),
  ]);
  const open = await viewsOf(
    deps,
    await findDeployments(
      deps.db,
      entries.map((e) => e.deployment),
    ),
  );
  const places = [
    ...live,
    ...borrows,
    ...entries.flatMap((e) => e.packs.map((name) => ({ target: e.target, pack: name }))),
  ];
  const distinct = new Map(
    places.map(({ target, pack: name }) => [`${target} ${name}`, { target, pack: name }]),
  );
  const shown = [...distinct.values()].filter((place) => pack === undefined || place.pack === pack);
  const at = (place: Place) => (other: Place) => other.target === place.target && other.pack === place.pack;
  return shown.sort(byPlace).map((place) => {
    const here = live.find(at(place));
    const borrow = borrows.find(at(place));
    const claiming = entries.filter((e) => e.target === place.target && e.packs.includes(place.pack));
    const repository = here?.live.repository ?? claiming[0]?.repository ?? '';
    return {
      ...place,
      ...(here === undefined ? {} : { live: here }),
      ...(borrow === undefined ? {} : { borrow }),
      locks: locks.filter((lock) => isLocking(lock, place.pack, repository)),
      queue: open.filter((view) => claiming.some((e) => e.deployment === view.deployment.id)),
    };
  });
}

interface Place {
  readonly target: string;
  readonly pack: string;
}

function byPlace(a: Place, b: Place): number {
  return a.pack.localeCompare(b.pack) || a.target.localeCompare(b.target);
}

/** Why a pack is as it is: what is live, what is newest, and the one thing that blocks. */
export async function whyOf(deps: ServiceDeps, pack: string): Promise<Result<WhyView>> {
  const all = await packViews(deps);
  const view = all.find((v) => v.pack === pack);
  if (view === undefined) {
    const near = nearest(pack, new Set(all.map((v) => v.pack)));
    return refused(refuse('pack-not-live', { pack, near }));
  }
  const ids = await listDeploymentIds(deps.db, { pack, limit: 5 });
  const history = await findDeployments(deps.db, ids);
  const newest = await newestOf(deps, view);
  const block = blockOf(view, newest);
  return ok({
    view,
    history,
    ...(newest === undefined ? {} : { newest }),
    ...(block === undefined ? {} : { block }),
  });
}

async function newestOf(deps: ServiceDeps, view: PackView): Promise<Revision | undefined> {
  const name = view.live?.live.repository ?? view.borrow?.repository;
  const repository = name === undefined ? undefined : repositoryNamed(deps.config(), name);
  if (repository === undefined || !repository.ok) return undefined;
  const commit = await findCommit(deps.git, repository.value, {});
  return commit.ok ? commit.value.revision : undefined;
}

/** The one thing that blocks, the nearest to being cleared first: a lock, a borrow, a turn, or nothing but a deployment. */
function blockOf(view: PackView, newest: Revision | undefined): WhyView['block'] {
  const { pack, borrow } = view;
  const [lock] = view.locks;
  if (lock !== undefined) {
    const what = `It is locked, because ${lock.because}.`;
    return { what, owner: lock.by.name, command: `pack unlock ${scopeName(lock.scope)}` };
  }
  if (borrow !== undefined)
    return {
      what: `It is borrowed for ${borrow.ref}.`,
      owner: borrow.holder.name,
      command: `pack return ${pack}`,
    };
  const [first] = view.queue;
  if (first?.call !== undefined) {
    const { deployment, requester } = first.call;
    const what = `Deployment #${deployment} waits for its requester to say the phrase.`;
    return { what, owner: requester.name, command: `pack confirm ${deployment}` };
  }
  if (first !== undefined) {
    const { id, requester } = first.deployment;
    return { what: `Deployment #${id} is under way.`, owner: requester.name, command: `pack cancel ${id}` };
  }
  if (newest === undefined || newest.sha === view.live?.live.revision.sha) return undefined;
  const repository = view.live?.live.repository ?? '';
  return {
    what: 'Nobody has deployed what is newest.',
    owner: 'anybody',
    command: `pack deploy ${repository} ${pack}`,
  };
}
