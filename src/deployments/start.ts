import type { Pool } from 'pg';
import type { Push } from '../core/push.js';
import { startCaretaker } from './caretaker.js';
import { type Changes, watchChanges } from './changes.js';
import { createAsker } from './checks/asker.js';
import { type Checks, createChecks, createGate } from './checks/checks.js';
import { type ChecksKeeper, keepChecks } from './checks/keeper.js';
import { createDeployments } from './create.js';
import type { DeploymentDeps } from './deps.js';
import type { Desk } from './desk.js';
import { keepDriftWatch } from './drift/keeper.js';
import { startEngine } from './engine.js';
import { reloadSoon } from './linking/links.js';
import { createPushers, type Pushers } from './linking/pushed.js';
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
  /** Where news for the people who use the packs are written. */
  readonly desk: Desk;
  /** How often borrows, locks and turns whose time is over are looked for, in milliseconds; a second unless given. */
  readonly dueEveryMs?: number;
  /** Milliseconds before a step that broke is tried again, then three times as many; half a second unless given. */
  readonly retryMs?: number;
}

/** What comparing a push and making way for it takes. */
export interface ForPushes {
  compare: Planner['compare'];
  needs: Planner['needs'];
  /** The names of the packs of a commit. */
  packsAt: Planner['packsAt'];
  /** Lets a push take the place of what older pushes to its branch asked for and that has not begun. */
  supersedeOlder(push: Push): Promise<void>;
}

/** Deployments that are being carried out by this server. */
export interface RunningDeployments {
  readonly deployments: Deployments;
  readonly checks: Checks;
  readonly pushers: Pushers;
  readonly changes: Changes;
  /** What pushes are made with. */
  readonly forPushes: ForPushes;
  /** Stops between two steps; what is open goes on after the next start. */
  stop(): Promise<void>;
}

/** Starts to carry out deployments: first those that a stop or a crash left open. */
export async function startDeployments(given: RunDeployments): Promise<RunningDeployments> {
  const asker = createAsker(given);
  const deps = { gate: createGate(given, asker), ...given };
  const planner = createPlanner(deps);
  const earlyFetches = createEarlyFetches(deps.git);
  const changes = watchChanges(deps.pool, deps.log);
  changes.onPeople(() => reloadSoon(deps.links, deps.log));
  await changes.ready;
  let keeper: ChecksKeeper | undefined;
  const engine = await startEngine(deps, (id, steps) =>
    carryOut({ id, engine: steps, deps, planner, earlyFetches, pokeChecks: () => keeper?.poke() }),
  );
  const doorDeps = { ...deps, engine, earlyFetches };
  keeper = keepChecks({ ...doorDeps, asker }, deps.dueEveryMs);
  const caretaker = await startCaretaker(doorDeps, deps);
  const drift = keepDriftWatch({ ...doorDeps, serverId: deps.serverId }, deps.dueEveryMs);
  return {
    deployments: createDeployments({ ...doorDeps, planner, changes }),
    checks: createChecks({ ...doorDeps, asker, poke: keeper.poke }),
    pushers: createPushers(deps),
    changes,
    forPushes: {
      compare: planner.compare,
      needs: planner.needs,
      packsAt: planner.packsAt,
      supersedeOlder: (push) => supersedeOlder({ ...deps, engine }, push),
    },
    async stop() {
      caretaker.stop();
      await Promise.all([keeper?.stop(), drift.stop()]);
      await engine.stop();
      await changes.close();
    },
  };
}
