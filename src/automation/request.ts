import { packtrainItself } from '../core/actor.js';
import type { Push, PushPart } from '../core/push.js';
import { markRequested } from '../store/pushes.js';
import type { AutomationDeps } from './deps.js';

/**
 * Asks for the deployments of a push. Whatever was done of it before a crash is found done: each has its own key, and
 * older pushes give way only once.
 */
export async function requestDeployments(deps: AutomationDeps, push: Push): Promise<void> {
  // A commit that asks not to be deployed, or can't be, takes the place of nothing.
  if (push.refusal === undefined && push.nothing !== 'skip-asked') await deps.forPushes.supersedeOlder(push);
  const parts: PushPart[] = [];
  for (const part of push.parts) parts.push(await requestPart(deps, push, part));
  await markRequested(deps.db, push.id, { parts, at: deps.clock.now() });
}

async function requestPart(
  { deployments, log }: AutomationDeps,
  { id, repository, branch, sha }: Push,
  part: PushPart,
): Promise<PushPart> {
  const { key, packs, removes } = part;
  const asked = await deployments.request({
    key: `push:${id}:${key}`,
    intent: {
      kind: 'deploy',
      repository,
      packs: { kind: 'named', packs },
      ref: branch,
      at: sha,
      push: id,
      ...(removes.length === 0 ? {} : { removes }),
    },
    requester: packtrainItself,
    via: 'push',
  });
  if (asked.ok) return part;
  log.warn({ push: id, packs, refusal: asked.refusal }, 'a push was refused at the door');
  return { ...part, refusal: asked.refusal };
}
