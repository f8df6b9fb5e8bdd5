import type { Plan } from '../../core/plan.js';
import { concerns } from '../../core/plan-warning.js';

/** A plan for some of its packs only, with what is to be known of those. */
export function onlyOf(plan: Plan, isMeant: (pack: string) => boolean): Plan {
  const { warnings, chatopsLines, ...rest } = plan;
  return {
    ...rest,
    packs: plan.packs.filter(({ pack }) => isMeant(pack)),
    ...(warnings === undefined ? {} : { warnings: warnings.filter((one) => concerns(one, isMeant)) }),
    ...(chatopsLines === undefined ? {} : { chatopsLines: chatopsLines.filter(({ pack }) => isMeant(pack)) }),
  };
}
