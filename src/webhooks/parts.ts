import type { Config } from '../config/config.js';
import type { Clock } from '../core/clock.js';
import type { Host } from '../core/host.js';
import type { Log } from '../core/log.js';
import type { Redactor } from '../core/redact.js';
import type { LookUp } from '../secrets/read.js';
import type { Store } from '../store/open.js';
import type { HookDeps } from './deps.js';

/** What the webhooks are made of. */
export interface WebhookParts extends HookDeps {
  readonly db: Store['db'];
  readonly config: () => Config;
  /** The driver of a configured host. */
  readonly hostNamed: (name: string) => Host | undefined;
  readonly env: LookUp;
  /** How long a delivery that comes now waits for a database that is away, in milliseconds; nine seconds unless given. */
  readonly patienceMs?: () => number;
  readonly clock: Clock;
  readonly redactor: Redactor;
  readonly log: Log;
}
