import { type Refusal, refuse } from '../../../core/reason.js';
import { ok, type Result, refused } from '../../../core/result.js';
import type { Activation, TargetContext } from '../../../core/target.js';
import { keep } from './adopt.js';
import { alone, type Ground, onPack } from './ground.js';
import { keepEdits } from './keep-edits.js';
import { liveId, lookAt, type Place } from './place.js';
import { stagedRecord } from './record.js';
import { makeFolders, replaceLink } from './temporary.js';

/**
 * Makes a staged release live by renaming a new link over the old one: the pack's path leads to the complete old
 * tree, and from the next instant to the complete new one. Only where a foreign folder or file is adopted is there an
 * instant without any, between moving that away and the rename (no portable call swaps a folder for a link).
 */
export async function activate(
  ground: Ground,
  activation: Activation,
  context?: TargetContext,
): Promise<Result<void>> {
  const { pack } = activation.release;
  return onPack(ground, pack, async () => {
    await makeFolders(ground, pack);
    return alone(ground, pack, () => activateAlone(ground, activation, context));
  });
}

async function activateAlone(
  ground: Ground,
  activation: Activation,
  context: TargetContext | undefined,
): Promise<Result<void>> {
  const { pack, id } = activation.release;
  const [place, staged] = await Promise.all([lookAt(ground, pack), stagedRecord(ground, pack, id)]);
  if (liveId(place) === id) return ok(undefined);
  const problem = objection(ground, activation, place);
  if (problem !== undefined) return refused(problem);
  if (staged === undefined)
    return refused(refuse('release-gone', { target: ground.target, pack, release: id }));
  if (place.state === 'managed') {
    const live = place.record.release.id;
    await rememberPrevious(ground, pack, live);
    const kept = activation.keepEdits ? await keepEdits(ground, activation.release, live) : undefined;
    if (kept !== undefined) await context?.log(`what was edited there is kept in ${kept}`);
  }
  if (place.state === 'foreign') {
    const kept = await keep(ground, activation.release, place);
    if (!kept.ok) return kept;
  }
  await switchTo(ground, pack, id);
  return ok(undefined);
}

// What is found must be what was expected; nothing at all, or something to adopt, is "nothing of ours".
function objection(ground: Ground, activation: Activation, place: Place): Refusal | undefined {
  const { target, layout } = ground;
  const { pack } = activation.release;
  const expected = activation.expected ?? null;
  if (expected !== liveId(place))
    return refuse('live-changed', { target, pack, expected, found: liveId(place) });
  if (place.state !== 'foreign' || activation.adopt) return undefined;
  return refuse('live-not-ours', { target, pack, path: layout.live(pack), found: place.description });
}

/** Switches a pack's link to a staged release, and waits until the disk has it. */
export async function switchTo(ground: Ground, pack: string, id: string): Promise<void> {
  const { layout, files } = ground;
  await replaceLink(ground, pack, layout.linkTo(pack, id), layout.live(pack));
  await files.syncFolder(layout.root);
}

// Written before the switch, so that pruning never takes what a restore goes back to.
async function rememberPrevious(ground: Ground, pack: string, id: string): Promise<void> {
  const { layout } = ground;
  await replaceLink(ground, pack, layout.linkTo(pack, id), layout.previous(pack));
}
