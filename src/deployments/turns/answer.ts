import { type DeploymentStatus, isEnd } from '../../core/deployment.js';
import { isSamePerson as isSame } from '../../core/identity.js';
import type { ConfirmIntent, DeferIntent, Request } from '../../core/intent.js';
import type { QueueEntry } from '../../core/queue.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { keepAct } from '../../store/acts.js';
import { findDeployment, runningChange, waitingChange } from '../../store/deployments.js';
import { appendEvents, type NewEvent } from '../../store/events.js';
import { confirmChange, moveBehind, readQueue, withQueue } from '../../store/queue.js';
import { entryOf, passTurnsOn, readObstacles, rulesNow } from '../queue.js';
import { nextBehind, obstaclesOf } from '../queue-rule.js';
import type { Accepted } from '../service.js';
import type { DoorDeps } from '../service-deps.js';

/**
 * Takes the requester's word. Who says it while the time runs out either comes in time or is told that it was too late:
 * both change the queue, one after the other.
 */
export async function confirmTurn(
  deps: DoorDeps,
  request: Request<ConfirmIntent>,
): Promise<Result<Accepted>> {
  const { deployment } = request.intent;
  const found = await findDeployment(deps.db, deployment);
  if (found === undefined) return refused(refuse('no-such-deployment', { deployment }));
  if (!isSamePerson(deps, found.requester, request.requester))
    return refused(refuse('not-your-turn', { deployment, requester: found.requester.name }));
  const rules = rulesNow(deps);
  const { at } = rules;
  const confirmed = await withQueue(
    deps.db,
    found.plan?.target ?? '',
    async (tx): Promise<Result<Accepted>> => {
      const own = await entryOf(tx, deployment);
      if (own?.asked === undefined) return refused(notCalled(deployment, found.status, own));
      if (own.asked.confirmedAt !== undefined) return refused(refuse('already-confirmed', { deployment }));
      if (own.asked.until <= at)
        return refused(refuse('turn-passed', { deployment, isOver: own.misses > 0 }));
      const obstacles = await readObstacles(tx, own.target, rules);
      if (obstaclesOf(own, obstacles).length > 0)
        return refused(refuse('not-called', { deployment, status: 'held up' }));
      const event: NewEvent = {
        deployment,
        key: `confirmed:${own.misses}`,
        at,
        event: { kind: 'confirmed' },
      };
      await appendEvents(
        tx,
        [event],
        [confirmChange(tx, deployment, at), runningChange(tx, [deployment], at)],
      );
      const accepted = { deployment, isNew: true };
      await keepAct(tx, { request, accepted, at });
      return ok(accepted);
    },
  );
  if (confirmed.ok) await deps.engine.ring(deployment);
  return confirmed;
}

function notCalled(deployment: number, status: DeploymentStatus, own: QueueEntry | undefined) {
  if (own !== undefined && own.misses > 0) return refuse('turn-passed', { deployment, isOver: false });
  if (status === 'expired') return refuse('turn-passed', { deployment, isOver: true });
  if (status === 'running') return refuse('already-confirmed', { deployment });
  if (isEnd(status)) return refuse('already-ended', { deployment, status });
  return refuse('not-called', { deployment, status });
}

/** Lets the next one who wants one of the same packs go first. */
export async function deferTurn(deps: DoorDeps, request: Request<DeferIntent>): Promise<Result<Accepted>> {
  const own = await waitingEntryOf(deps, request);
  if (own === undefined) return refused(refuse('nothing-to-defer', { who: request.requester.name }));
  const { deployment, target } = own;
  if (!isSamePerson(deps, own.requester, request.requester))
    return refused(refuse('not-your-turn', { deployment, requester: own.requester.name }));
  const rules = rulesNow(deps);
  const accepted = { deployment, isNew: true };
  const done = await withQueue(deps.db, target, async (tx): Promise<Result<readonly number[]>> => {
    const entries = await readQueue(tx, target);
    const now = entries.find((entry) => entry.deployment === deployment);
    if (now === undefined || isUnderWay(now)) return refused(refuse('already-confirmed', { deployment }));
    const next = nextBehind(entries, now);
    if (next === undefined) return refused(refuse('nobody-behind', { deployment }));
    await moveBehind(tx, deployment, next.deployment);
    const { at } = rules;
    const event: NewEvent = { deployment, key: `deferred:${at.getTime()}`, at, event: { kind: 'deferred' } };
    await appendEvents(tx, [event], [waitingChange(tx, deployment, 'turn')]);
    await keepAct(tx, { request, accepted, at });
    return ok(await passTurnsOn(tx, target, rules));
  });
  if (!done.ok) return done;
  for (const rung of [deployment, ...done.value]) await deps.engine.ring(rung);
  return ok(accepted);
}

function isUnderWay({ grantedAt, waitsForWord }: QueueEntry): boolean {
  return grantedAt !== undefined && waitsForWord !== true;
}

async function waitingEntryOf(
  deps: DoorDeps,
  request: Request<DeferIntent>,
): Promise<QueueEntry | undefined> {
  const entries = await readQueue(deps.db);
  const { deployment } = request.intent;
  if (deployment !== undefined) return entries.find((entry) => entry.deployment === deployment);
  return entries.find((e) => !isUnderWay(e) && isSamePerson(deps, e.requester, request.requester));
}

function isSamePerson(deps: DoorDeps, a: QueueEntry['requester'], b: QueueEntry['requester']): boolean {
  return isSame(deps.config().access.people, a, b);
}
