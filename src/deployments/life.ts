import { activationHistory } from '../store/activations.js';
import { handoversOf } from '../store/audit.js';
import { findDeployments } from '../store/deployments.js';
import type { PackLife } from './service.js';
import type { ServiceDeps } from './service-deps.js';

const limit = 50;

/** How long what a pack's newest deployments made live stayed so, and through whose hands it went. */
export async function lifeOf({ db }: Pick<ServiceDeps, 'db'>, pack: string): Promise<PackLife> {
  const [times, handovers] = await Promise.all([
    activationHistory(db, { pack, limit }),
    handoversOf(db, { pack, limit }),
  ]);
  const enders = times.flatMap(({ endedBy }) => (endedBy === undefined ? [] : [endedBy]));
  const ended = await findDeployments(db, [...new Set(enders)]);
  return {
    spans: times.map(({ deployment, activatedAt: since, endedAt: until, endedBy }) => {
      const by = ended.find(({ id }) => id === endedBy);
      return {
        deployment,
        since,
        ...(until === undefined ? {} : { until }),
        ...(by === undefined ? {} : { endedBy: by }),
      };
    }),
    handovers: handovers.map(({ kind, at, by, to }) => ({ kind, at, by, ...(to === null ? {} : { to }) })),
  };
}
