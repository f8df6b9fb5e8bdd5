import { hostname } from 'node:os';
import { listDeploymentIds } from '../store/deployments.js';
import { readQueue } from '../store/queue.js';
import { beat, findDead, forgetServers } from '../store/servers.js';
import { doWhatIsDue } from './borrows/timers.js';
import type { DeploymentEngine } from './engine.js';
import { passAllTurnsOn } from './pass-on.js';
import type { DoorDeps } from './service-deps.js';

const dueEachMs = 1_000;
const beatEveryMs = 5_000;
const deadAfterMs = 20_000;
const forgetEveryMs = 3_600_000;
const keepWorkflowsMs = 30 * 86_400_000;

/** What the caretaker works with. */
export interface CaretakerDeps extends DoorDeps {
  readonly engine: DeploymentEngine;
}

/** Looks after what nobody else would: crashed beginnings, servers that are gone, workflows that ended long ago. */
export interface Caretaker {
  /** Stops, without taking this server off the list: if it does not come back, another takes over. */
  stop(): void;
}

/** Starts to look after things, and first makes up for what a crash may have left. */
export async function startCaretaker(
  deps: CaretakerDeps,
  { serverId, dueEveryMs = dueEachMs }: { serverId: string; dueEveryMs?: number },
): Promise<Caretaker> {
  const { engine } = deps;
  await makeUp(deps);
  await heartbeat(deps, serverId);
  const timers = [
    every(dueEveryMs, () => doWhatIsDue(deps)),
    every(beatEveryMs, () => heartbeat(deps, serverId)),
    every(forgetEveryMs, () => engine.forgetEnded(new Date(deps.clock.now().getTime() - keepWorkflowsMs))),
  ];
  let isStopped = false;
  return {
    stop() {
      isStopped = true;
      for (const timer of timers) clearInterval(timer);
    },
  };

  function every(ms: number, work: () => Promise<void>): NodeJS.Timeout {
    let isBusy = false;
    const run = async () => {
      if (isBusy) return;
      isBusy = true;
      await work().catch((error: unknown) => {
        // While the database is being closed, that is no news.
        if (!isStopped) deps.log.warn({ error }, 'looking after things failed');
      });
      isBusy = false;
    };
    return setInterval(() => void run(), ms).unref();
  }
}

/** Starts what was accepted but not started, and wakes what was granted its turn but perhaps not told. */
async function makeUp(deps: CaretakerDeps): Promise<void> {
  const { engine } = deps;
  const open = await listDeploymentIds(deps.db, { open: true, limit: 100_000 });
  for (const id of open) if (!(await engine.isStarted(id))) await engine.start(id);
  const granted = (await readQueue(deps.db)).filter((entry) => entry.grantedAt !== undefined);
  for (const entry of granted) await engine.ring(entry.deployment);
  // Whoever ended a borrow or a lock may have died before anybody's turn came by it.
  await passAllTurnsOn(deps);
}

async function heartbeat(deps: CaretakerDeps, serverId: string): Promise<void> {
  const now = deps.clock.now();
  await beat(deps.db, { id: serverId, host: hostname(), pid: process.pid, at: now });
  const dead = await findDead(deps.db, new Date(now.getTime() - deadAfterMs));
  if (dead.length === 0) return;
  deps.log.warn({ dead }, 'taking over from servers that are gone');
  await deps.engine.recover(dead);
  await forgetServers(deps.db, dead);
  await makeUp(deps);
}
