import { packtrainItself } from '../../core/actor.js';
import { isWork } from '../../core/drift.js';
import type { DeployIntent } from '../../core/intent.js';
import type { Target } from '../../core/target.js';
import { liveActivations } from '../../store/activations.js';
import { dropDrift } from '../../store/drifts.js';
import { announce } from '../../store/events.js';
import { type HeldPack, heldByDrift, reopenPush } from '../../store/held-pushes.js';
import { endPush } from '../../store/pushes.js';
import { enterDoor } from '../door.js';
import type { DoorDeps } from '../service-deps.js';
import { type DriftTools, driftOf } from './look.js';

/** What it takes to go on with what drift held up. */
export type ResumeTools = DriftTools & { readonly deps: DoorDeps };

/**
 * Deploys what the newest push to a branch could not bring, since somebody had changed it on the target, once that is
 * mended there.
 */
export async function resumeMended(tools: ResumeTools, name: string): Promise<void> {
  const { db, config, targetNamed } = tools.deps;
  const target = targetNamed(name);
  if (target === undefined) return;
  const branches = [...config().repositories.values()].flatMap(
    ({ name: repository, autoDeployment, ...one }) =>
      autoDeployment === undefined || one.target !== name
        ? []
        : [{ repository, branch: autoDeployment.branch }],
  );
  for (const held of await heldByDrift(db, { target: name, branches }))
    if (await isMended(tools, target, held.pack)) await deployAgain(tools.deps, held);
}

/** Whether nobody's work is in the way any more. */
async function isMended(tools: ResumeTools, target: Target, pack: string): Promise<boolean> {
  const { db } = tools.deps;
  const [one] = await liveActivations(db, { target: target.name, packs: [pack] });
  if (one === undefined) {
    const now = await target.live(pack);
    return now.ok && now.value.state !== 'foreign';
  }
  const drift = await driftOf(tools, { target, pack, live: one.live });
  if (!drift.ok || (drift.value !== undefined && isWork(drift.value))) return false;
  if (await dropDrift(db, one)) await announce(db, [0]);
  return true;
}

async function deployAgain(deps: DoorDeps, { push, pack, deployment, intent: was }: HeldPack): Promise<void> {
  const isRemoval = was.removes?.includes(pack) === true;
  const packs = isRemoval ? { packs: [], removes: [pack] } : { packs: [pack], removes: [] };
  const { removes: _, ...rest } = was;
  const intent: DeployIntent = {
    ...rest,
    packs: { kind: 'named', packs: packs.packs },
    ...(packs.removes.length === 0 ? {} : { removes: packs.removes }),
  };
  // Before, so that the push can't end without it.
  await reopenPush(deps.db, push);
  const key = `push:${push}:mended:${deployment}:${pack}`;
  const asked = await enterDoor(deps, { key, intent, requester: packtrainItself, via: 'push' });
  if (asked.ok) return;
  deps.log.warn({ push, pack, refusal: asked.refusal }, 'what drift held up was refused at the door');
  await endPush(deps.db, push, deps.clock.now());
}
