import { carrierOn } from '../../config/carrier.js';
import type { Config } from '../../config/config.js';
import type { Deployment } from '../../core/deployment.js';
import type { Plan } from '../../core/plan.js';
import { refuse } from '../../core/reason.js';
import { onlyOf } from './only-of.js';

/**
 * A plan that leaves the pack alone by which it was asked for: that pack's action may be waiting for the end of this very
 * deployment, and whoever asked would never hear how it went.
 */
export function withoutCarrier(
  config: Config,
  { via, origin, intent }: Pick<Deployment, 'via' | 'origin' | 'intent'>,
  plan: Plan,
): Plan {
  const spoken = via === 'chat' ? origin?.platform : undefined;
  const platform = spoken ?? (intent.kind === 'deploy' ? intent.through : undefined);
  const carrier = carrierOn(config, { platform, target: plan.target });
  if (carrier === undefined || !plan.packs.some(({ pack }) => pack === carrier)) return plan;
  const refusal = refuse('pack-carries', { pack: carrier, target: plan.target });
  return {
    ...onlyOf(plan, (pack) => pack !== carrier),
    refused: [...plan.refused, { pack: carrier, refusal }],
  };
}
