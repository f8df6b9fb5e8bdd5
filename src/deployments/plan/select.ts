import type { PackSelection } from '../../core/intent.js';
import { nearest } from '../../core/near.js';
import { packName } from '../../core/pack-names.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import type { PackAt } from './catalog.js';

/** The packs that are meant, apart from those whose tree is live already. */
export interface Selected {
  readonly changing: readonly PackAt[];
  readonly unchanged: readonly string[];
}

/** What there is to choose from. */
export interface Choice {
  readonly repository: string;
  readonly packs: readonly PackAt[];
  /** Whether exactly this, commit and tree, is live already. */
  readonly isLive: (pack: PackAt) => boolean;
}

/** Finds the packs that a selection means. Names that are unknown refuse the whole: a typo must not deploy the rest. */
export function selectPacks(selection: PackSelection, choice: Choice): Result<Selected> {
  if (choice.packs.length === 0) return refused(refuse('no-packs', { repository: choice.repository }));
  if (selection.kind !== 'named') return ok(split(choice.packs, choice));
  // One that can't be read is named after its folder, which may have capitals.
  const names = choice.packs.map((p) => packName(p.pack));
  for (const pack of selection.packs)
    if (!names.includes(pack)) {
      const near = nearest(pack, names);
      return refused(refuse('no-such-pack', { repository: choice.repository, pack, near }));
    }
  return ok(
    split(
      choice.packs.filter((p) => selection.packs.includes(packName(p.pack))),
      choice,
    ),
  );
}

function split(packs: readonly PackAt[], choice: Choice): Selected {
  return {
    changing: packs.filter((p) => !choice.isLive(p)),
    unchanged: packs.filter((p) => choice.isLive(p)).map((p) => p.pack),
  };
}
