import type { LiveRevision, PackPlan } from '../../core/plan.js';
import { diffContent } from '../../packs/diff.js';

/** What a plan does to a pack that is taken away. */
export function removal(pack: string, from: LiveRevision | undefined): PackPlan {
  return {
    pack,
    path: '',
    tree: '',
    ...(from === undefined ? {} : { from }),
    diff: { ...diffContent(undefined, undefined), pack },
    warnings: [],
    removes: true,
  };
}
