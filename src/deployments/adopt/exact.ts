import { differingFiles } from '../../core/adoptable.js';
import { type Refusal, refuse } from '../../core/reason.js';
import { ok, type Result } from '../../core/result.js';
import type { Target } from '../../core/target.js';
import { shortened } from '../drift/hold.js';
import { idsOf } from './match.js';

/** Why a pack can't be taken over as it is found: since it was looked at it has become another. */
export async function notAsFound(
  target: Target,
  pack: string,
  files: ReadonlyMap<string, string>,
): Promise<Result<Refusal | undefined>> {
  const found = await target.found(pack);
  if (!found.ok) return found;
  const here = found.value.find((one) => one.pack === pack);
  // Nothing is there any more: then it is deployed like a new one.
  if (here === undefined) return ok(undefined);
  const differs = differingFiles(here.files, idsOf([...files].map(([path, id]) => ({ path, id }))));
  if (differs.length === 0) return ok(undefined);
  return ok(refuse('adopt-differs', { pack, target: target.name, ...shortened(differs) }));
}
