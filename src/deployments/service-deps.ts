import type { Changes } from './changes.js';
import type { DeploymentDeps } from './deps.js';
import type { Desk } from './desk.js';
import type { DeploymentEngine } from './engine.js';
import type { EarlyFetches } from './plan/early-fetch.js';
import type { Planner } from './plan/planner.js';

/** What the door works with. */
export interface DoorDeps extends DeploymentDeps {
  readonly engine: Pick<DeploymentEngine, 'start' | 'ring'>;
  readonly earlyFetches: Pick<EarlyFetches, 'begin' | 'keep'>;
  readonly desk: Desk;
}

/** What the service is made of. */
export interface ServiceDeps extends DoorDeps {
  readonly planner: Planner;
  readonly changes: Changes;
}
