import type { Kysely } from 'kysely';
import type { Config } from '../config/config.js';
import type { Clock } from '../core/clock.js';
import type { Log } from '../core/log.js';
import type { Repository } from '../core/repository.js';
import type { Deployments } from '../deployments/service.js';
import type { ForPushes } from '../deployments/start.js';
import type { Git } from '../git/git.js';
import type { Database } from '../store/tables.js';
import type { WatchKey } from '../store/watches.js';

/** What pushes are found and deployed with. */
export interface AutomationDeps {
  readonly db: Kysely<Database>;
  readonly git: Git;
  readonly config: () => Config;
  readonly deployments: Pick<Deployments, 'request'>;
  readonly forPushes: ForPushes;
  /** Unique per server and the same after its restart. */
  readonly serverId: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A repository whose pushes go live by themselves. */
export type Automatic = Repository & { readonly autoDeployment: NonNullable<Repository['autoDeployment']> };

/** Whether a repository's pushes go live by themselves. */
export function isAutomatic(repository: Repository | undefined): repository is Automatic {
  return repository?.autoDeployment !== undefined;
}

/** The branches that are deployed by themselves. */
export function watchedBranches(config: Config): readonly WatchKey[] {
  const automatic = [...config.repositories.values()].filter(isAutomatic);
  return automatic.map(({ name, autoDeployment }) => ({ repository: name, branch: autoDeployment.branch }));
}
