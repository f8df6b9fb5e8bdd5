import type { DeploymentDeps } from '../deployments/deps.js';
import type { Reader } from './material.js';

/** What announcements are made with. */
export interface NewsDeps extends Omit<DeploymentDeps, 'targetNamed'> {
  readonly reader: Reader;
}
