import type { Kysely } from 'kysely';
import type { Config } from '../config/config.js';
import type { Clock } from '../core/clock.js';
import type { AskGate } from '../core/gate.js';
import type { HostAccess } from '../core/host.js';
import type { Log } from '../core/log.js';
import type { Redactor } from '../core/redact.js';
import type { Repository } from '../core/repository.js';
import type { Target } from '../core/target.js';
import type { Git } from '../git/git.js';
import type { Database } from '../store/tables.js';
import type { Links } from './linking/links.js';

/** What the use cases work with; everything with an effect is in here. */
export interface DeploymentDeps {
  readonly db: Kysely<Database>;
  readonly git: Git;
  /** The target of a name, made by its driver; undefined when the config has none of that name. */
  readonly targetNamed: (name: string) => Target | undefined;
  /** The config in force now. */
  readonly config: () => Config;
  /** The accounts that people have joined by themselves; the config has what they make of its people. */
  readonly links: Links;
  /** What a revision has to pass before it goes live by itself; everything passes unless given. */
  readonly gate?: AskGate;
  /** How the host of a repository is asked and told; absent where the config names none for it. */
  readonly hostOf?: (repository: Repository) => HostAccess | undefined;
  readonly clock: Clock;
  readonly redactor: Redactor;
  readonly log: Log;
}
