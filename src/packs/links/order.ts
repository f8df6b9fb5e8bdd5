import type { PackRef } from '../../core/pack.js';
import type { PackLinks } from './links.js';

/** Another pack that a pack needs. */
export interface Need {
  readonly on: PackRef;
  /** Whether the pack can't even be registered before the other; else it is only missed when something runs. */
  readonly isFirm: boolean;
}

/** Packs in the order in which each finds what it needs, and those that need each other. */
export interface NeedOrder {
  readonly packs: readonly PackRef[];
  /** Packs of which each needs all others of its circle, by way of some. */
  readonly circles: readonly (readonly PackRef[])[];
}

/** The packs that a pack needs: those that it depends on, and those of which it names something. */
export function needsOf(pack: PackRef, { dependencies, references }: PackLinks): readonly Need[] {
  const firm = new Map<PackRef, boolean>();
  const add = (on: PackRef, isFirm: boolean) => {
    if (on !== pack) firm.set(on, isFirm || firm.get(on) === true);
  };
  for (const { pack: on } of dependencies) add(on, true);
  // StackStorm refuses a rule whose trigger type is not there, but does not look whether an action is.
  for (const { pack: on, to } of references) add(on, to === 'trigger');
  return [...firm].map(([on, isFirm]) => ({ on, isFirm }));
}

/**
 * Orders packs by what they need of each other; needs of others don't count. Among those that may be next the first
 * given is, so the same packs are always in the same order. In a circle only firm needs count, while they can be met.
 */
export function orderByNeeds(
  packs: readonly PackRef[],
  needs: ReadonlyMap<PackRef, readonly Need[]>,
): NeedOrder {
  const reached = new Map(packs.map((pack) => [pack, reachedFrom(pack, needs)]));
  const inCircle = (a: PackRef, b: PackRef) =>
    reached.get(a)?.has(b) === true && reached.get(b)?.has(a) === true;
  const left = new Set(packs);
  const isReady = (pack: PackRef, isFirmMet: boolean) =>
    (needs.get(pack) ?? []).every(
      ({ on, isFirm }) => on === pack || !left.has(on) || (inCircle(pack, on) && !(isFirm && isFirmMet)),
    );
  const ordered: PackRef[] = [];
  while (left.size > 0) {
    const waiting = [...left];
    const next = waiting.find((pack) => isReady(pack, true)) ?? waiting.find((pack) => isReady(pack, false));
    // One without needs outside of its circle is always there.
    if (next === undefined) throw new Error(`no order among ${waiting.join(', ')}`);
    left.delete(next);
    ordered.push(next);
  }
  return { packs: ordered, circles: circlesIn(ordered, inCircle) };
}

function reachedFrom(pack: PackRef, needs: ReadonlyMap<PackRef, readonly Need[]>): ReadonlySet<PackRef> {
  const reached = new Set<PackRef>();
  const open = [pack];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const { on } of needs.get(next) ?? []) {
      if (reached.has(on)) continue;
      reached.add(on);
      open.push(on);
    }
  return reached;
}

function circlesIn(
  packs: readonly PackRef[],
  inCircle: (a: PackRef, b: PackRef) => boolean,
): readonly (readonly PackRef[])[] {
  const seen = new Set<PackRef>();
  return packs.flatMap((pack) => {
    if (seen.has(pack)) return [];
    const circle = packs.filter((other) => other === pack || inCircle(pack, other));
    for (const one of circle) seen.add(one);
    return circle.length > 1 ? [circle] : [];
  });
}
