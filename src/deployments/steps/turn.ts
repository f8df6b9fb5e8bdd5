import type { Plan } from '../../core/plan.js';
import { releasesOn } from '../plan/live.js';
import { enqueue, isGranted } from '../queue.js';
import { deploymentOf, type Run } from '../run.js';

/** How a deployment came to its turn. `waited`: what it was planned on may have changed. */
export type Turn = 'at-once' | 'waited' | 'canceled';

type Standing = 'granted' | 'outdated' | 'waiting' | 'canceled';

// A ring is only lost when a server dies between granting and ringing; looking now and then makes up for it.
const lookEveryMs = 60_000;

/** Queues for all packs at once and waits until they are free and nobody who asked earlier waits for one of them. */
export async function waitForTurn(run: Run, packs: readonly string[]): Promise<Turn> {
  let standing = await run.engine.step('enqueue', () => enter(run, packs));
  if (standing === 'granted') return 'at-once';
  for (let look = 1; standing === 'waiting'; look++) {
    await run.engine.doorbell(lookEveryMs);
    standing = await run.engine.step(`look:${look}`, () => standingOf(run));
  }
  return standing === 'canceled' ? 'canceled' : 'waited';
}

async function enter(run: Run, packs: readonly string[]): Promise<Standing> {
  const { plan, canceledBy } = await deploymentOf(run);
  if (canceledBy !== undefined) return 'canceled';
  if (plan === undefined) throw new Error(`#${run.id} has no plan`);
  const { db, clock } = run.deps;
  const { isGranted } = await enqueue(db, { deployment: run.id, target: plan.target, packs }, clock.now());
  if (!isGranted) return 'waiting';
  return (await isUpToDate(run, plan)) ? 'granted' : 'outdated';
}

/** Whether what is live is still what the plan was made from: another deployment may have ended since. */
async function isUpToDate(run: Run, plan: Plan): Promise<boolean> {
  const packs = plan.packs.map((p) => p.pack);
  const live = await releasesOn(run.deps, plan.target, packs);
  return live.ok && plan.packs.every((p) => p.from?.release === live.value.get(p.pack));
}

async function standingOf(run: Run): Promise<Standing> {
  const { canceledBy } = await deploymentOf(run);
  if (canceledBy !== undefined) return 'canceled';
  return (await isGranted(run.deps.db, run.id)) ? 'granted' : 'waiting';
}
