import type { Progress } from '../../core/chat.js';
import { type Deployment, isEnd, type PackOutcome, packSteps, type StepName } from '../../core/deployment.js';

/** How far a deployment is, in steps of its packs; only steps of packs that went live count once it has ended. */
export function progressOf(deployment: Deployment): Progress {
  const { packs, requestedAt, startedAt, endedAt } = deployment;
  const changing = packs.filter((one) => one.status !== 'unchanged');
  const isDone = deployment.status === 'succeeded';
  const total = Math.max(1, changing.length * packSteps.length);
  const done = isDone ? total : changing.reduce((sum, pack) => sum + stepsDone(pack), 0);
  const since = startedAt ?? requestedAt;
  return isEnd(deployment.status) && endedAt !== undefined
    ? { done, total, since, until: endedAt }
    : { done, total, since };
}

const steps: readonly StepName[] = packSteps;

function stepsDone({ status, step }: PackOutcome): number {
  if (status === 'live') return packSteps.length;
  if (status !== 'running') return 0;
  return step === undefined ? 0 : Math.max(0, steps.indexOf(step));
}
