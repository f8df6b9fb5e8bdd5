import { join } from 'node:path';
import { type Refusal, refuse } from '../../../core/reason.js';
import { ok, type Result, refused } from '../../../core/result.js';
import { isErrno } from '../directory/errno.js';
import type { Ground } from '../directory/ground.js';
import type { Station } from './ground.js';

/** The link whose text names who looks after the target. */
function markerOf({ layout }: Ground): string {
  return join(layout.own, 'owner');
}

const nameOf = (id: string) => `packtrain-${id}`;

/** Whether another looks after the target; claims nothing. */
export async function otherOwner({ ground, owner }: Station): Promise<Refusal | undefined> {
  if (owner === undefined) return undefined;
  const path = markerOf(ground);
  const found = await ground.files.readlink(path);
  const isOther = found !== undefined && found !== nameOf(await owner());
  return isOther ? refuse('st2-owned', { target: ground.target, path, owner: found }) : undefined;
}

/**
 * Claims the target for this Packtrain, or refuses when another looks after it. The claim is a link whose text names
 * the owner: making one is a single call that fails when one is there.
 */
export async function claimTarget(station: Station): Promise<Result<void>> {
  const { ground, owner } = station;
  if (owner === undefined) return ok(undefined);
  const { files, layout } = ground;
  const path = markerOf(ground);
  const own = nameOf(await owner());
  for (;;) {
    if ((await files.readlink(path)) === own) return ok(undefined);
    const other = await otherOwner(station);
    if (other !== undefined) return refused(other);
    await files.makeFolder(layout.own);
    try {
      await files.symlink(own, path);
      await files.syncFolder(layout.own);
    } catch (error) {
      // Another was faster; who it is stands there now.
      if (!isErrno(error, 'EEXIST')) throw error;
    }
  }
}
