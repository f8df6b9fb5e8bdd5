import type { Deployment } from '../../core/deployment.js';
import type { PackView } from '../../deployments/service.js';
import type { Viewer } from '../pack-actions.js';

/** What a pack's page shows. */
export interface PackPageProps {
  readonly pack: string;
  /** The pack on each of its targets; empty when it is neither live nor asked for. */
  readonly views: readonly PackView[];
  /** Newest first. */
  readonly history: readonly Deployment[];
  readonly viewer: Viewer;
  readonly now: Date;
  readonly timeZone?: string | undefined;
}

/** A pack on one target. */
export interface OnTargetProps extends PackPageProps {
  readonly view: PackView;
}
