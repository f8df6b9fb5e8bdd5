import type { PackNeed, PushPart } from '../core/push.js';

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

/**
 * Puts the parts of a push in an order in which each comes after those that it needs, and notes which those are. In a
 * circle the first given goes first and waits for nothing of it, so that no two ever wait for each other.
 * @param needs which pack has to wait for which
 */
export function inOrder(parts: readonly PushPart[], needs: readonly PackNeed[]): readonly PushPart[] {
  const partOf = new Map(
    parts.flatMap((part) => [...part.packs, ...part.removes].map((pack) => [pack, part])),
  );
  const left = new Set(parts);
  const needsOf = (part: PushPart) =>
    needs.filter(({ pack, on }) => partOf.get(pack) === part && partOf.has(on) && partOf.get(on) !== part);
  const isLeft = ({ on }: PackNeed) => [...left].some((part) => part === partOf.get(on));
  const ordered: PushPart[] = [];
  while (left.size > 0) {
    const waiting = [...left];
    const next = waiting.find((part) => !needsOf(part).some(isLeft)) ?? waiting[0];
    if (next === undefined) break;
    left.delete(next);
    const met = needsOf(next).filter((need) => !isLeft(need));
    ordered.push(met.length === 0 ? next : { ...next, needs: met });
  }
  return ordered;
}
