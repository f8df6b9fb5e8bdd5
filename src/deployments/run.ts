import type { Deployment, StepName } from '../core/deployment.js';
import type { PackPlan, Plan } from '../core/plan.js';
import type { Release, Target } from '../core/target.js';
import { findDeployment } from '../store/deployments.js';
import type { DeploymentDeps } from './deps.js';
import type { EarlyFetches } from './plan/early-fetch.js';
import type { Planner } from './plan/planner.js';

/** What the engine gives a workflow. */
export interface Engine {
  /**
   * Runs a step once: after a crash, a step that was done gives its result again without running. One that was under
   * way runs anew, so the work must bear being done twice. Outages are tried again, then thrown.
   * @param name unique in the workflow, say `stage:beans`
   * @param work gives plain JSON
   */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** The same, but tried only once: what it throws is thrown at once. */
  once<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Does what need not be remembered: after a crash it may be done again, or not at all. */
  aside(work: () => Promise<void>): Promise<void>;
  /** Waits until somebody rings, or the time is up; what it was about stands in the tables. */
  doorbell(milliseconds: number): Promise<void>;
  /** Rings at another deployment's workflow. */
  ring(deployment: number): Promise<void>;
}

/** One deployment being carried out, as its steps see it. */
export interface Run {
  readonly id: number;
  readonly engine: Engine;
  readonly deps: DeploymentDeps;
  readonly planner: Planner;
  readonly earlyFetches: EarlyFetches;
  /** Has the hosts asked at once about commits that are waited for. */
  readonly pokeChecks: () => void;
}

/** A deployment that has its plan, with one of its packs. */
export interface PackRun {
  readonly deployment: Deployment;
  readonly plan: Plan;
  readonly pack: PackPlan;
  readonly release: Release;
  readonly target: Target;
}

/** Reads the deployment of a run as it stands now. */
export async function deploymentOf(run: Run): Promise<Deployment> {
  const deployment = await findDeployment(run.deps.db, run.id);
  if (deployment === undefined) throw new Error(`deployment #${run.id} is not in the database`);
  return deployment;
}

/** Whether somebody wants a deployment stopped before it begins: a person, or a newer push. */
export function stopOf({ canceledBy, supersededBy }: Deployment): 'canceled' | 'superseded' | undefined {
  if (canceledBy !== undefined) return 'canceled';
  return supersededBy === undefined ? undefined : 'superseded';
}

/** What a step of one pack needs. The release's name depends only on the plan, so every try uses the same one. */
export function packRunOf(run: Run, deployment: Deployment, name: string): PackRun {
  const plan = deployment.plan;
  const pack = plan?.packs.find((p) => p.pack === name);
  if (plan === undefined || pack === undefined) throw new Error(`#${run.id} has no plan for ${name}`);
  const target = run.deps.targetNamed(plan.target);
  if (target === undefined) throw new Error(`the target ${plan.target} is gone from the config`);
  const id = releaseIdOf(run.id, plan);
  const { repository, revision } = plan;
  const source = { repository, revision, tree: pack.tree, release: id };
  return { deployment, plan, pack, target, release: { id, pack: name, deployment: run.id, source } };
}

/** The id of the releases that a deployment makes. */
export function releaseIdOf(deployment: number, { revision }: Plan): string {
  return `${deployment}-${revision.sha.slice(0, 12)}`;
}

/** The name of a pack's step in the engine, and the beginning of the keys of its events. */
export function stepKey(step: StepName, pack: string): string {
  return `${step}:${pack}`;
}
