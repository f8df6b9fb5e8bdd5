import type { DeploymentDeps } from '../deployments/deps.js';
import type { Reader } from './material.js';

/** What announcements are made with. */
export interface NewsDeps extends DeploymentDeps {
  readonly reader: Reader;
}
