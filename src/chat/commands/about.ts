import type { Deployment } from '../../core/deployment.js';
import { type Refusal, sentence } from '../../core/reason.js';
import type { Answer } from '../answer.js';
import type { About } from './command.js';

/** What a deployment is about, as exactly as it is known. */
export function aboutDeployment({ intent, plan, packs }: Deployment): About {
  const named = packs.map((one) => one.pack);
  if (intent.kind !== 'deploy') return { packs: [intent.pack], ...exactly(plan) };
  const meant = intent.packs.kind === 'named' ? intent.packs.packs : [];
  return {
    repository: intent.repository,
    packs: named.length > 0 ? named : meant,
    ...(intent.ref === undefined ? {} : { branch: intent.ref }),
    ...exactly(plan),
  };
}

function exactly(plan: Deployment['plan']): About {
  if (plan === undefined) return {};
  return { repository: plan.repository, branch: plan.revision.ref, target: plan.target };
}

/** The answer that refuses. */
export function refusal(because: Refusal): Answer {
  return { text: sentence(because), refusal: because };
}
