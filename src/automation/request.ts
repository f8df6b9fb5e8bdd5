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
  const bringing = new Map<string, number>();
  for (const part of push.parts) parts.push(await requestPart(deps, push, { part, bringing }));
  await markRequested(deps.db, push.id, { parts, at: deps.clock.now() });
}

/** A part that is asked for, and which deployments bring those before it, by their packs. */
interface Asking {
  readonly part: PushPart;
  readonly bringing: Map<string, number>;
}

async function requestPart(
  { deployments, log }: AutomationDeps,
  { id, repository, branch, sha }: Push,
  { part, bringing }: Asking,
): Promise<PushPart> {
  const { key, packs, removes, needs = [] } = part;
  const after = needs.flatMap((need) => {
    const deployment = bringing.get(need.on);
    return deployment === undefined ? [] : [{ ...need, deployment }];
  });
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
      ...(after.length === 0 ? {} : { after }),
    },
    requester: packtrainItself,
    via: 'push',
  });
  if (asked.ok) for (const pack of [...packs, ...removes]) bringing.set(pack, asked.value.deployment);
  if (asked.ok) return part;
  log.warn({ push: id, packs, refusal: asked.refusal }, 'a push was refused at the door');
  return { ...part, refusal: asked.refusal };
}
