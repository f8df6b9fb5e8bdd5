import { deploymentOf, type Run } from '../run.js';

const releasesKept = 5;

/** Removes old releases of the packs that went live. Done last, and a failure only means that it is done next time. */
export async function tidy(run: Run): Promise<void> {
  try {
    await pruneAll(run);
  } catch (error) {
    run.deps.log.debug({ error, deployment: run.id }, 'old releases stay for now');
  }
}

async function pruneAll(run: Run): Promise<void> {
  const { plan, packs } = await deploymentOf(run);
  const target = plan === undefined ? undefined : run.deps.targetNamed(plan.target);
  if (target === undefined) return;
  for (const { pack, status } of packs) if (status === 'live') await target.prune(pack, releasesKept);
}
