import { type Deployment, type EndStatus, overallStatus, pushOf } from '../../core/deployment.js';
import { kindOf, type Refusal, refuse } from '../../core/reason.js';
import { dependentsOf } from '../../store/dependents.js';
import { endingChange } from '../../store/deployments.js';
import { appendAndAsk, type NewEvent } from '../../store/events.js';
import { endPush } from '../../store/pushes.js';
import { areOthersQueued, leavingChanges, withQueue } from '../../store/queue.js';
import { tellOfReturn } from '../borrows/tell.js';
import { type Kept, nothing, passTurnsOn, rulesNow } from '../queue.js';
import { deploymentOf, type Run } from '../run.js';

/** How a deployment ends, where its packs don't say it. */
export interface Finish {
  readonly status?: EndStatus;
  readonly refusal?: Refusal;
  /** The deployment as it stands now, where that is known. */
  readonly deployment?: Deployment;
  /** What else comes true with its end. */
  readonly kept?: Kept;
}

/**
 * Ends a deployment and gives its packs to those who wait for them, in one transaction: nobody can see a deployment
 * that has ended and still holds its packs.
 * @returns the deployments whose turn came by this, and those that come after it
 */
export async function finish(run: Run, how: Finish): Promise<readonly number[]> {
  const { db } = run.deps;
  const deployment = how.deployment ?? (await deploymentOf(run));
  const status = how.status ?? statusOf(how.refusal) ?? overallStatus(deployment.packs, isTechnical);
  const refusal = how.refusal ?? supersededOf(status, deployment);
  const ended = { status, ...(refusal === undefined ? {} : { refusal }) };
  const rules = rulesNow(run.deps);
  const { at } = rules;
  return await withQueue(db, deployment.plan?.target ?? '', async (tx) => {
    const event: NewEvent = { deployment: run.id, key: 'ended', at, event: { kind: 'ended', ...ended } };
    const ending = [endingChange(tx, run.id, { ...ended, at }), ...leavingChanges(tx, run.id)];
    const { kept = nothing } = how;
    const all = { events: [...kept.events, event], changes: [...kept.changes, ...ending] };
    const target = deployment.plan?.target;
    const { areOthers } = await appendAndAsk(tx, all, { areOthers: areOthersQueued(run.id, target ?? '') });
    await tellOfReturn(tx, deployment, ended, at);
    const push = pushOf(deployment);
    if (push !== undefined) await endPush(tx, push, at);
    const after = push === undefined ? [] : await dependentsOf(tx, run.id);
    const next = target === undefined || !areOthers ? [] : await passTurnsOn(tx, target, rules);
    return [...new Set([...next, ...after])];
  });
}

function supersededOf(status: EndStatus, { supersededBy: push }: Deployment): Refusal | undefined {
  return status === 'superseded' && push !== undefined ? refuse('superseded', { push }) : undefined;
}

function statusOf(refusal: Refusal | undefined): EndStatus | undefined {
  if (refusal === undefined) return undefined;
  return isTechnical(refusal) ? 'errored' : 'failed';
}

function isTechnical(refusal: Refusal): boolean {
  return kindOf(refusal) === 'outage';
}
