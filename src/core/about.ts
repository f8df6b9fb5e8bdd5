import type { AccessQuestion } from './access.js';
import type { Deployment } from './deployment.js';

/** What somebody wants to be shown something about, by its exact names. */
export type About = Pick<AccessQuestion, 'repository' | 'packs' | 'branch' | 'target'>;

/** What a deployment is about, as exactly as it is known. */
export function aboutDeployment({
  intent,
  plan,
  packs,
}: Pick<Deployment, 'intent' | 'plan' | 'packs'>): About {
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
