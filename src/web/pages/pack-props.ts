import type { Deployment } from '../../core/deployment.js';
import type { LiveSpan, PackView } from '../../deployments/service.js';
import type { Viewer } from '../pack-actions.js';

/** What a pack's page shows. */
export interface PackPageProps {
  readonly pack: string;
  /** The pack on each of its targets; empty when it is neither live nor asked for. */
  readonly views: readonly PackView[];
  /** Newest first. */
  readonly history: readonly Deployment[];
  /** When what these made live was live. */
  readonly spans: readonly LiveSpan[];
  readonly viewer: Viewer;
  readonly now: Date;
  readonly timeZone?: string | undefined;
}

/** A pack on one target. */
export interface OnTargetProps extends PackPageProps {
  readonly view: PackView;
}
