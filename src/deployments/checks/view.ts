import type { Deployment } from '../../core/deployment.js';
import { askedAbout, waitsOf } from '../../store/check-waits.js';
import type { DeploymentDeps } from '../deps.js';
import type { ChecksView } from '../service.js';
import { judge, rulesOf } from './judge.js';

/** What a deployment waits for, as far as it is checks. */
export async function checksView(
  deps: DeploymentDeps,
  { id, plan }: Deployment,
): Promise<ChecksView | undefined> {
  const [wait] = await waitsOf(deps.db, [id]);
  const rule = wait && rulesOf(deps, wait.repository);
  if (wait === undefined || rule === undefined) return undefined;
  const trouble = (await askedAbout(deps.db, wait))?.refusal;
  return {
    since: wait.since,
    isLate: wait.lateAt !== undefined && wait.lateAt <= deps.clock.now(),
    packs: await judge(deps.db, rule, { ...wait, packs: plan?.packs ?? wait.packs }),
    ...(trouble === undefined ? {} : { trouble }),
  };
}
