import { join } from 'node:path';
import { refuse } from '../../../core/reason.js';
import { ok, type Result, refused } from '../../../core/result.js';
import { isErrno } from '../directory/errno.js';
import type { Station } from './ground.js';

/**
 * Claims the target for this Packtrain, or refuses when another looks after it. The claim is a link whose text names
 * the owner: making one is a single call that fails when one is there.
 */
export async function claimTarget({ ground, owner }: Station): Promise<Result<void>> {
  if (owner === undefined) return ok(undefined);
  const { files, layout, target } = ground;
  const path = join(layout.own, 'owner');
  const own = `packtrain-${await owner()}`;
  for (;;) {
    const found = await files.readlink(path);
    if (found === own) return ok(undefined);
    if (found !== undefined) return refused(refuse('st2-owned', { target, path, owner: found }));
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
