import type { Kysely } from 'kysely';
import { pushOf } from '../core/deployment.js';
import type { Push } from '../core/push.js';
import { type ActivationRecord, liveActivations } from '../store/activations.js';
import { findDeployments } from '../store/deployments.js';
import { type KeptDrift, keptDrifts } from '../store/drifts.js';
import { findPushes } from '../store/pushes.js';
import type { Database } from '../store/tables.js';
import type { LiveView } from './service.js';

/** What is live, of one pack or of all, with who made it so. */
export async function liveViews(db: Kysely<Database>, pack?: string): Promise<LiveView[]> {
  const records = await liveActivations(db, pack === undefined ? {} : { packs: [pack] });
  const deployments = await findDeployments(db, [...new Set(records.map((record) => record.deployment))]);
  const requesterOf = new Map(deployments.map((d) => [d.id, d.requester.name]));
  const pushes = await findPushes(
    db,
    deployments.map(pushOf).filter((push) => push !== undefined),
  );
  const drifts = await keptDrifts(db);
  const pushOfDeployment = (id: number) => pushes.find((push) => push.deployments.includes(id));
  return records.map((record) => ({
    target: record.target,
    pack: record.pack,
    live: record.live,
    deployment: record.deployment,
    since: record.activatedAt,
    by: requesterOf.get(record.deployment) ?? '',
    ...given(pushOfDeployment(record.deployment)),
    ...driftIn(drifts, record),
  }));
}

/** Of what was live before nothing is said any more. */
function driftIn(
  drifts: readonly KeptDrift[],
  { target, pack, live }: ActivationRecord,
): Pick<LiveView, 'drift'> {
  const found = drifts.find((one) => one.target === target && one.pack === pack);
  return found?.release === live.release ? { drift: { drift: found.drift, since: found.since } } : {};
}

function given(push: Push | undefined): { push?: Push } {
  return push === undefined ? {} : { push };
}
