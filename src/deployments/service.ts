import type { Deployment } from '../core/deployment.js';
import type { RecordedEvent } from '../core/event.js';
import type { DeployIntent, Request } from '../core/intent.js';
import type { LiveRevision, PackPlan, Plan } from '../core/plan.js';
import type { Result } from '../core/result.js';

/** A deployment with what a reply or a page needs to show it. */
export interface DeploymentView {
  readonly deployment: Deployment;
  /** Open deployments that are before it in the queue, nearest first; empty once its turn came. */
  readonly ahead: readonly number[];
}

/** What is live of one pack. */
export interface LiveView {
  readonly target: string;
  readonly pack: string;
  readonly live: LiveRevision;
  readonly deployment: number;
  readonly since: Date;
  readonly by: string;
}

/** What deploying a ref would do; nothing is changed by asking. */
export interface DiffView {
  readonly plan: Plan;
  /** The packs that the plan would change, each with what is different. */
  readonly packs: readonly PackPlan[];
}

/** Which deployments are meant; newest first. */
export interface DeploymentFilter {
  readonly pack?: string;
  readonly repository?: string;
  readonly requester?: string;
  readonly open?: boolean;
  /** 20 unless given. */
  readonly limit?: number;
}

/** What came of a request: the deployment that it became, or the one that it acted upon. */
export interface Accepted {
  readonly deployment: number;
  /** False when the same request had been made before. */
  readonly isNew: boolean;
}

/** The one door to everything about deployments, for chat, web, CLI and timers alike. */
export interface Deployments {
  /** Authorizes an intent and carries it out or queues it. Everything that changes something comes through here. */
  request(request: Request): Promise<Result<Accepted>>;
  /** What deploying would do. */
  diff(intent: DeployIntent): Promise<Result<DiffView>>;
  get(id: number): Promise<DeploymentView | undefined>;
  list(filter: DeploymentFilter): Promise<readonly Deployment[]>;
  /** Open deployments in the order in which they will run. */
  queue(pack?: string): Promise<readonly DeploymentView[]>;
  /** What is live, by target and pack. */
  live(pack?: string): Promise<readonly LiveView[]>;
  /** A deployment's events after the one with the given id, oldest first. */
  events(deployment: number, after?: number): Promise<readonly RecordedEvent[]>;
  /** Calls back with the number of each deployment to which something happened; returns how to stop. */
  onChange(listener: (deployment: number) => void): () => void;
}
