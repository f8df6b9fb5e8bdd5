import type { PushPart } from '../core/push.js';

/** What a push changes, and what tells its packs apart. */
export interface ToDivide {
  readonly changed: readonly string[];
  /** Packs that are gone and are taken off the target. */
  readonly removes: readonly string[];
  /** Whether each pack has checks of its own, so that some may pass and others not. */
  readonly hasChecksPerPack: boolean;
  /** Whether somebody holds a pack: then the others don't wait for it. */
  readonly isHeld: (pack: string) => boolean;
}

/** Divides a push into what goes live together. One that is divided again the same way has the same keys. */
export function divide({ changed, removes, hasChecksPerPack, isHeld }: ToDivide): readonly PushPart[] {
  const goesAlone = (pack: string) => isHeld(pack) || (hasChecksPerPack && changed.includes(pack));
  const together = {
    key: 'all',
    packs: changed.filter((pack) => !goesAlone(pack)),
    removes: removes.filter((pack) => !goesAlone(pack)),
  };
  const alone = [
    ...changed.filter(goesAlone).map((pack) => ({ key: `pack:${pack}`, packs: [pack], removes: [] })),
    ...removes.filter(goesAlone).map((pack) => ({ key: `gone:${pack}`, packs: [], removes: [pack] })),
  ];
  return together.packs.length + together.removes.length > 0 ? [together, ...alone] : alone;
}
