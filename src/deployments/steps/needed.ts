import type { Refusal } from '../../core/reason.js';
import { waitingChange } from '../../store/deployments.js';
import { appendEvents } from '../../store/events.js';
import { afterOf, isWorthWaiting, needsNow } from '../needed.js';
import { deploymentOf, type Run, stopOf } from '../run.js';
import { type Planned, replanStep } from './plan.js';

/** How waiting for what is needed ended. */
export type NeedsMet =
  | { readonly kind: 'passed'; readonly planned: Planned }
  | { readonly kind: 'canceled' }
  | { readonly kind: 'superseded' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

type Look = NeedsMet | { readonly kind: 'waiting' };

// Whoever ends rings; this is for those that come to a stand, and makes up for a ring that a crash has lost.
const lookEveryMs = 30_000;

/**
 * Waits, without holding anything, for what other deployments of the same push bring and this one's packs need; only as
 * long as those go on by themselves, and never for more than an hour. Those come from earlier parts of the push, so no
 * two wait for each other.
 */
export async function waitForNeeded(run: Run, planned: Planned, round: string): Promise<NeedsMet> {
  if (planned.waitsForOthers !== true) return { kind: 'passed', planned };
  let seen = await run.engine.step(`needed:${round}`, () => lookAtNeeded(run, planned));
  for (let look = 1; seen.kind === 'waiting'; look++) {
    await run.engine.doorbell(lookEveryMs);
    seen = await run.engine.step(`needed:${round}:${look}`, () => lookAtNeeded(run, planned));
  }
  return seen;
}

async function lookAtNeeded(run: Run, planned: Planned): Promise<Look> {
  const deployment = await deploymentOf(run);
  const stop = stopOf(deployment);
  if (stop !== undefined) return { kind: stop };
  const { db, clock } = run.deps;
  const needs = await needsNow(run.deps, deployment.intent);
  const waitedMs = clock.now().getTime() - deployment.requestedAt.getTime();
  if (isWorthWaiting(needs, waitedMs)) {
    const of = [...new Set(afterOf(deployment.intent).map((need) => need.deployment))];
    const event = { kind: 'queued', ahead: of } as const;
    const told = { deployment: run.id, key: 'needed', at: clock.now(), event };
    await appendEvents(db, [told], [waitingChange(db, run.id, 'packs')]);
    return { kind: 'waiting' };
  }
  // What has come since is there, and what has not is missed.
  const again = await replanStep(run, planned.claims);
  return again.ok ? { kind: 'passed', planned: again.value } : { kind: 'refused', refusal: again.refusal };
}
