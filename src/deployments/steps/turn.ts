import type { Plan } from '../../core/plan.js';
import type { Refusal } from '../../core/reason.js';
import type { Result } from '../../core/result.js';
import { releasesOn } from '../plan/live.js';
import { enqueue, entryOf, leaveQueue } from '../queue.js';
import { deploymentOf, type Run, stopOf } from '../run.js';
import { callRequester } from '../turns/call.js';
import { type Missed, missTurn } from '../turns/miss.js';
import { tellOver } from '../waits.js';
import { passesChecks } from './checks.js';
import { type Planned, replanStep } from './plan.js';

/** How waiting for the turn ended: with a plan to carry out, or without. */
export type Turn =
  | { readonly kind: 'ready'; readonly planned: Planned }
  /** It is about another commit now, whose checks have not passed; it has left the queue. */
  | { readonly kind: 'unchecked'; readonly planned: Planned }
  | { readonly kind: 'canceled' }
  | { readonly kind: 'superseded' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

type Standing = 'granted' | 'outdated' | 'waiting' | 'mine' | 'canceled' | 'superseded';

// A ring is only lost when a server dies between granting and ringing; looking now and then makes up for it.
const lookEveryMs = 60_000;

/**
 * Queues for all packs at once and waits until they are free and nobody who asked earlier waits for one of them. Whoever
 * had to wait gets a new plan, for the ref may have moved, and whoever waited in a chat is asked for the phrase.
 * @param entry tells its steps apart when it enters the queue again
 */
export async function waitForTurn(run: Run, planned: Planned, entry = ''): Promise<Turn> {
  const { packs, claims } = planned;
  const entered = await run.engine.step(`enqueue${entry}`, () => enter(run, claims));
  for (const deployment of entered.next) await run.engine.ring(deployment);
  const isAsPlanned = claims.length === packs.length;
  if (entered.standing === 'granted' && isAsPlanned) return { kind: 'ready', planned };
  let standing: Standing = entered.standing === 'granted' ? 'outdated' : entered.standing;
  for (let turn = 1; ; turn++) {
    const round = `${entry}${turn}`;
    for (let look = 1; standing === 'waiting'; look++) {
      await run.engine.doorbell(lookEveryMs);
      standing = await run.engine.step(`look:${round}:${look}`, () => standingOf(run));
    }
    if (standing === 'canceled' || standing === 'superseded') return { kind: standing };
    const taken = await takeTurn(run, planned, { round, asks: standing === 'mine' });
    if (taken !== 'waiting') return taken;
    standing = 'waiting';
  }
}

/** Makes the plan anew, and asks for the phrase if it has to be said. */
async function takeTurn(
  run: Run,
  planned: Planned,
  { round, asks }: { round: string; asks: boolean },
): Promise<Turn | 'waiting'> {
  const before = await run.engine.step(`before:${round}`, async () => (await deploymentOf(run)).plan ?? null);
  const replanned = await run.engine.step(`replan:${round}`, () => replan(run, planned, asks));
  if (!replanned.ok) return { kind: 'refused', refusal: replanned.refusal };
  const ready = { kind: 'ready', planned: replanned.value } as const;
  const { gate } = replanned.value;
  if (gate !== undefined && gate !== planned.gate && !(await passesOrLeaves(run, round)))
    return { kind: 'unchecked', planned: replanned.value };
  if (!asks || replanned.value.packs.length === 0) return ready;
  await run.engine.step(`call:${round}`, () => callRequester(run, before ?? undefined));
  return await waitForWord(run, ready, round);
}

async function replan(run: Run, { claims }: Planned, asks: boolean): Promise<Result<Planned>> {
  const planned = await replanStep(run, claims);
  const isCalled = planned.ok && planned.value.packs.length > 0;
  const entry = asks && !isCalled ? await entryOf(run.deps.db, run.id) : undefined;
  // Nothing is left to ask for, so no call tells that the wait is over.
  if (entry?.grantedAt !== undefined) await tellOver(run.deps.db, entry, entry.grantedAt);
  return planned;
}

/** Whether the checks of what it is about now have passed; else it leaves the queue, for who waits holds nothing. */
async function passesOrLeaves(run: Run, round: string): Promise<boolean> {
  const next = await run.engine.step(`recheck:${round}`, async () =>
    (await passesChecks(run)) ? null : await leaveQueue(run),
  );
  for (const deployment of next ?? []) await run.engine.ring(deployment);
  return next === null;
}

async function waitForWord(run: Run, ready: Turn, round: string): Promise<Turn | 'waiting'> {
  for (let look = 1; ; look++) {
    const word = await run.engine.step(`word:${round}:${look}`, () => wordOf(run));
    const outcome = typeof word === 'number' ? await letTimePass(run, word, `${round}:${look}`) : word;
    if (outcome === 'confirmed') return ready;
    if (outcome === 'canceled' || outcome === 'expired') return { kind: outcome };
    if (outcome === 'waiting') return 'waiting';
  }
}

/** Waits for what is left of the time; once nothing is left, takes the turn away. */
async function letTimePass(run: Run, leftMs: number, look: string): Promise<Missed['standing']> {
  if (leftMs > 0) {
    await run.engine.doorbell(leftMs);
    return 'called';
  }
  const missed = await run.engine.step(`miss:${look}`, () => missTurn(run));
  for (const deployment of missed.next) await run.engine.ring(deployment);
  return missed.standing;
}

/** How many milliseconds are left for the phrase, or what became of it. `waiting`: its requester let others go first. */
async function wordOf(run: Run): Promise<number | 'confirmed' | 'canceled' | 'waiting'> {
  const { canceledBy } = await deploymentOf(run);
  if (canceledBy !== undefined) return 'canceled';
  const asked = (await entryOf(run.deps.db, run.id))?.asked;
  if (asked === undefined) return 'waiting';
  if (asked.confirmedAt !== undefined) return 'confirmed';
  return Math.max(0, asked.until.getTime() - run.deps.clock.now().getTime());
}

async function enter(
  run: Run,
  packs: readonly string[],
): Promise<{ standing: Standing; next: readonly number[] }> {
  const deployment = await deploymentOf(run);
  const { plan } = deployment;
  const stop = stopOf(deployment);
  if (stop !== undefined) return { standing: stop, next: [] };
  if (plan === undefined) throw new Error(`#${run.id} has no plan`);
  const { isGranted, next } = await enqueue(run.deps, { deployment: run.id, target: plan.target, packs });
  const mayBeStopped = deployment.via === 'push';
  if (!isGranted || (mayBeStopped && stopOf(await deploymentOf(run)) !== undefined))
    return { standing: await standingOf(run), next };
  return { standing: (await isUpToDate(run, plan)) ? 'granted' : 'outdated', next };
}

/** Whether what is live is still what the plan was made from: another deployment may have ended since. */
async function isUpToDate(run: Run, plan: Plan): Promise<boolean> {
  const packs = plan.packs.map((p) => p.pack);
  const live = await releasesOn(run.deps, plan.target, packs);
  return live.ok && plan.packs.every((p) => p.from?.release === live.value.get(p.pack));
}

/** `mine`: the turn has come, and its requester has to say so. */
async function standingOf(run: Run): Promise<Standing> {
  const stop = stopOf(await deploymentOf(run));
  if (stop !== undefined) return stop;
  const entry = await entryOf(run.deps.db, run.id);
  if (entry?.grantedAt === undefined) return 'waiting';
  return entry.waitsForWord ? 'mine' : 'outdated';
}
