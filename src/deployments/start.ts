import type { Pool } from 'pg';
import type { Push } from '../core/push.js';
import { startCaretaker } from './caretaker.js';
import { type Changes, watchChanges } from './changes.js';
import { createDeployments } from './create.js';
import type { DeploymentDeps } from './deps.js';
import { startEngine } from './engine.js';
import { createEarlyFetches } from './plan/early-fetch.js';
import { createPlanner, type Planner } from './plan/planner.js';
import type { Deployments } from './service.js';
import { supersedeOlder } from './supersede.js';
import { carryOut } from './workflow.js';

/** What it takes to run deployments on a server. */
export interface RunDeployments extends DeploymentDeps {
  readonly databaseUrl: string;
  readonly pool: Pool;
  /** Unique per server and the same after its restart. */
  readonly serverId: string;
  /** How often borrows, locks and turns whose time is over are looked for, in milliseconds; a second unless given. */
  readonly dueEveryMs?: number;
}

/** What comparing a push and making way for it takes. */
export interface ForPushes {
  compare: Planner['compare'];
  /** The names of the packs of a commit. */
  packsAt: Planner['packsAt'];
  /** Lets a push take the place of what older pushes to its branch asked for and that has not begun. */
  supersedeOlder(push: Push): Promise<void>;
}

/** Deployments that are being carried out by this server. */
export interface RunningDeployments {
  readonly deployments: Deployments;
  readonly changes: Changes;
  /** What pushes are made with. */
  readonly forPushes: ForPushes;
  /** Stops between two steps; what is open goes on after the next start. */
  stop(): Promise<void>;
}

/** Starts to carry out deployments: first those that a stop or a crash left open. */
export async function startDeployments(deps: RunDeployments): Promise<RunningDeployments> {
  const planner = createPlanner(deps);
  const earlyFetches = createEarlyFetches(deps.git);
  const changes = watchChanges(deps.pool, deps.log);
  await changes.ready;
  const engine = await startEngine(deps, (id, steps) =>
    carryOut({ id, engine: steps, deps, planner, earlyFetches }),
  );
  const caretaker = await startCaretaker({ ...deps, engine, earlyFetches }, deps);
  return {
    deployments: createDeployments({ ...deps, engine, planner, changes, earlyFetches }),
    changes,
    forPushes: {
      compare: planner.compare,
      packsAt: planner.packsAt,
      supersedeOlder: (push) => supersedeOlder({ ...deps, engine }, push),
    },
    async stop() {
      caretaker.stop();
      await engine.stop();
      await changes.close();
    },
  };
}
