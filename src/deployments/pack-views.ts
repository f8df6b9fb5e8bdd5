import { isLocking } from '../core/lock.js';
import { openBorrows } from '../store/borrows.js';
import { findDeployments, listDeploymentIds } from '../store/deployments.js';
import { openLocks } from '../store/locks.js';
import { readQueue } from '../store/queue.js';
import { watchProblems } from '../store/watches.js';
import { borrowView } from './borrows/stranded.js';
import { liveViews } from './live-views.js';
import type { DeploymentView, PackView } from './service.js';
import type { ServiceDeps } from './service-deps.js';
import { viewsOf } from './views.js';

/** Everything about all packs that are live, borrowed, locked by name or claimed; or about one of them. */
export async function packViews(deps: ServiceDeps, pack?: string): Promise<readonly PackView[]> {
  const [live, borrows, locks, entries, unseen] = await Promise.all([
    liveViews(deps.db),
    openBorrows(deps.db),
    openLocks(deps.db, deps.clock.now()),
    readQueue(deps.db),
    watchProblems(deps.db),
  ]);
  const queued = entries.map((e) => e.deployment);
  const open = await viewsOf(deps, await findDeployments(deps.db, queued));
  const unchecked = await waitingElsewhere(deps, queued);
  const places = [
    ...live,
    ...borrows,
    ...entries.flatMap((e) => e.packs.map((name) => ({ target: e.target, pack: name }))),
    ...unchecked.flatMap(placesOf),
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
    const waiting = unchecked.find((view) => placesOf(view).some(at(place)));
    const repository =
      here?.live.repository ?? claiming[0]?.repository ?? waiting?.deployment.plan?.repository ?? '';
    const branch = deps.config().repositories.get(repository)?.autoDeployment?.branch;
    const watch = unseen.find((one) => one.repository === repository && one.branch === branch);
    return {
      ...place,
      ...(here === undefined ? {} : { live: here }),
      ...(borrow === undefined ? {} : { borrow: borrowView(deps.config(), borrow) }),
      ...(watch === undefined ? {} : { unseen: watch.problem }),
      locks: locks.filter((lock) => isLocking(lock, place.pack, repository)),
      queue: [
        ...open.filter((view) => claiming.some((e) => e.deployment === view.deployment.id)),
        ...unchecked.filter((view) => placesOf(view).some(at(place))),
      ],
    };
  });
}

/** The deployments that hold nothing while CI is not through, or others bring what they need. */
async function waitingElsewhere(deps: ServiceDeps, queued: readonly number[]): Promise<DeploymentView[]> {
  const ids = await listDeploymentIds(deps.db, { open: true, limit: 1_000 });
  const open = await findDeployments(
    deps.db,
    ids.filter((id) => !queued.includes(id)),
  );
  return await viewsOf(
    deps,
    open.filter(({ waitingFor }) => waitingFor === 'checks' || waitingFor === 'packs').reverse(),
  );
}

function placesOf({ deployment: { plan } }: DeploymentView): readonly Place[] {
  return plan?.packs.map(({ pack }) => ({ target: plan.target, pack })) ?? [];
}

interface Place {
  readonly target: string;
  readonly pack: string;
}

function byPlace(a: Place, b: Place): number {
  return a.pack.localeCompare(b.pack) || a.target.localeCompare(b.target);
}
