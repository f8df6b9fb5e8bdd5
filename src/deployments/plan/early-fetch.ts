import type { Repository } from '../../core/repository.js';
import type { Git } from '../../git/git.js';

/** A fetch that is under way or done. */
export type Fetching = ReturnType<Git['fetch']>;

/**
 * Fetches that begin when a deployment is asked for, so that git is at work while the request is being kept: it brings
 * all that was pushed before the asking, and the plan need not begin by waiting for another.
 */
export interface EarlyFetches {
  begin(repository: Repository): Fetching;
  /** Keeps a fetch for a deployment's plan. */
  keep(deployment: number, fetching: Fetching): void;
  /** The fetch that was kept, once; undefined after that, or when another server took the request. */
  take(deployment: number): Fetching | undefined;
}

/** The most that are kept: some are never asked for, as their deployments are carried out elsewhere. */
const most = 1_000;

/** Makes a keeper of early fetches. */
export function createEarlyFetches(git: Pick<Git, 'fetch'>): EarlyFetches {
  const kept = new Map<number, Fetching>();
  return {
    begin(repository) {
      const fetching = git.fetch(repository);
      // What it throws is thrown to whoever takes it; when nobody does, nothing is amiss.
      fetching.catch(() => undefined);
      return fetching;
    },
    keep(deployment, fetching) {
      kept.set(deployment, fetching);
      const oldest = kept.keys().next();
      if (kept.size > most && !oldest.done) kept.delete(oldest.value);
    },
    take(deployment) {
      const fetching = kept.get(deployment);
      kept.delete(deployment);
      return fetching;
    },
  };
}
