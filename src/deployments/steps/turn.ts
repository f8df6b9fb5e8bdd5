import type { Refusal } from '../../core/reason.js';
import type { Result } from '../../core/result.js';
import { appendEvents } from '../../store/events.js';
import { waitsChange, withQueue } from '../../store/queue.js';
import { entryOf, leaveQueue } from '../queue.js';
import { deploymentOf, type Run } from '../run.js';
import { callRequester } from '../turns/call.js';
import { type Missed, missTurn } from '../turns/miss.js';
import { tellOver } from '../waits.js';
import { passesChecks } from './checks.js';
import { type Place, queueFor, type Standing, standingOf } from './enter.js';
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

// A ring is only lost when a server dies between granting and ringing; looking now and then makes up for it.
const lookEveryMs = 60_000;

/**
/**
 * Queues for all packs at once and waits until they are free and nobody who asked earlier waits for one of them. Whoever
 * had to wait gets a new plan, for the ref may have moved, and whoever waited in a chat is asked for the phrase.
 * @param entry tells its steps apart when it enters the queue again
 * @param place where it stands already, when it is in the queue
 */
export async function waitForTurn(
  run: Run,
  planned: Planned,
  { entry, place }: { readonly entry: string; readonly place?: Place | undefined },
): Promise<Turn> {
  const entered = place ?? (await run.engine.step(`enqueue${entry}`, () => queueFor(run, planned)));
  for (const deployment of entered.next) await run.engine.ring(deployment);
  if (entered.standing === 'granted') return { kind: 'ready', planned };
  let standing: Standing = entered.standing;
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
  if (replanned === 'waiting') return 'waiting';
  if (!replanned.ok) return { kind: 'refused', refusal: replanned.refusal };
  const ready = { kind: 'ready', planned: replanned.value } as const;
  const { gate } = replanned.value;
  if (gate !== undefined && gate !== planned.gate && !(await passesOrLeaves(run, round)))
    return { kind: 'unchecked', planned: replanned.value };
  if (!asks || replanned.value.packs.length === 0) return ready;
  await run.engine.step(`call:${round}`, () => callRequester(run, before ?? undefined));
  return await waitForWord(run, ready, round);
}

/** The plan made anew. `waiting`: nothing is left to ask for, and its turn was taken away while that was found out. */
async function replan(run: Run, { claims }: Planned, asks: boolean): Promise<Result<Planned> | 'waiting'> {
  const planned = await replanStep(run, claims);
  const isCalled = planned.ok && planned.value.packs.length > 0;
  if (!asks || isCalled) return planned;
  return (await tellTurn(run)) ? planned : 'waiting';
}

/**
 * Tells that the wait is over, since no call does, as long as the turn is there: who takes it away comes before or after.
 * @returns false when it was taken away: then there is something else to wait for, and that is told at its end
 */
async function tellTurn({ id, deps: { db } }: Run): Promise<boolean> {
  const queued = await entryOf(db, id);
  if (queued === undefined) return true;
  return await withQueue(db, queued.target, async (tx) => {
    const own = await entryOf(tx, id);
    if (own?.grantedAt === undefined) return own === undefined;
    await tellOver(tx, own, own.grantedAt);
    // Else it would be told again if the turn was taken away after all.
    await appendEvents(tx, [], [waitsChange(tx, id, [])]);
    return true;
  });
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
