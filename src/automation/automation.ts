import type { PushSource } from '../core/push.js';
import { createSingleFlight } from '../git/single-flight.js';
import { addWatches, giveWatchesBack, hintAt } from '../store/watches.js';
import type { AutomationDeps } from './deps.js';
import { type Pace, Watcher } from './watcher.js';

/** Somebody says that a branch has moved; where to is only a hint. */
export interface Moved {
  readonly repository: string;
  readonly branch: string;
  /** The commit that it is said to be at. */
  readonly sha?: string;
  readonly source: PushSource;
}

/** Deploys what is pushed. */
export interface Automation {
  /**
   * Has a branch looked at now. What is told many times while it waits is one look.
   * @returns `not-automatic` when pushes to this branch are not deployed by themselves
   */
  noteMoved(moved: Moved): Promise<'noted' | 'not-automatic'>;
  /** Stops, once the looks that are under way have ended or were given a moment. */
  stop(): Promise<void>;
}

/** Begins to look at every branch that is deployed by itself: the first time at once, so that downtime is made up for. */
export async function startAutomation(deps: AutomationDeps, pace: Pace = {}): Promise<Automation> {
  await giveWatchesBack(deps.db, deps.serverId);
  const watcher = new Watcher(deps, pace);
  watcher.fill();
  const noting = createSingleFlight<void>();
  return {
    async noteMoved(moved) {
      const { repository, branch } = moved;
      const watched = deps.config().repositories.get(repository)?.autoDeployment?.branch;
      if (watched !== branch) return 'not-automatic';
      await noting(`${repository} ${branch}`, () => note(deps, moved));
      watcher.fill();
      return 'noted';
    },
    stop: () => watcher.stop(),
  };
}

async function note({ db, clock }: AutomationDeps, moved: Moved): Promise<void> {
  const hint = { ...moved, at: clock.now() };
  if (await hintAt(db, hint)) return;
  await addWatches(db, [hint], hint.at);
  await hintAt(db, hint);
}
