import type { Progress } from '../../core/chat.js';
import {
  type Deployment,
  isEnd,
  type PackOutcome,
  type StepName,
  stepsOfPack,
} from '../../core/deployment.js';

/** How far a deployment is, in steps of its packs; only steps of packs that went live count once it has ended. */
export function progressOf(deployment: Deployment): Progress {
  const { packs, requestedAt, startedAt, endedAt } = deployment;
  const changing = packs.filter((one) => one.status !== 'unchanged');
  const isDone = deployment.status === 'succeeded';
  const stepsOf = ({ pack }: PackOutcome) => stepsOfPack(deployment.plan?.packs.find((p) => p.pack === pack));
  const total = Math.max(
    1,
    changing.reduce((sum, pack) => sum + stepsOf(pack).length, 0),
  );
  const done = isDone ? total : changing.reduce((sum, pack) => sum + stepsDone(pack, stepsOf(pack)), 0);
  const since = startedAt ?? requestedAt;
  return isEnd(deployment.status) && endedAt !== undefined
    ? { done, total, since, until: endedAt }
    : { done, total, since };
}

function stepsDone({ status, step }: PackOutcome, steps: readonly StepName[]): number {
  if (status === 'live') return steps.length;
  if (status !== 'running') return 0;
  return step === undefined ? 0 : Math.max(0, steps.indexOf(step));
}
