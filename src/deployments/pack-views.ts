import { isLocking } from '../core/lock.js';
import { openBorrows } from '../store/borrows.js';
import { findDeployments } from '../store/deployments.js';
import { openLocks } from '../store/locks.js';
import { readQueue } from '../store/queue.js';
import { liveViews } from './live-views.js';
import type { PackView } from './service.js';
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
