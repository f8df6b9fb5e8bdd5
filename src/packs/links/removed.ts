import type { PackContent } from '../../core/content.js';
import type { PackRef } from '../../core/pack.js';
import type { NamingPlace, PlanWarning } from '../../core/plan-warning.js';
import type { PackLinks } from './links.js';

/** What a plan takes away of a pack that others may name. */
export interface Removed {
  readonly pack: PackRef;
  readonly actions: ReadonlySet<string>;
  readonly triggers: ReadonlySet<string>;
  /** Whether the pack as a whole goes. */
  readonly isWhole: boolean;
}

/** What a pack had and has no more; `after` is undefined when the pack goes. */
export function removedOf(
  pack: PackRef,
  before: PackContent | undefined,
  after: PackContent | undefined,
): Removed {
  return {
    pack,
    actions: without(actionsOf(before), actionsOf(after)),
    triggers: without(triggersOf(before), triggersOf(after)),
    isWhole: after === undefined,
  };
}

/** Whether anything is taken away. */
export function removesSomething({ actions, triggers, isWhole }: Removed): boolean {
  return isWhole || actions.size > 0 || triggers.size > 0;
}

/**
 * Finds who still names what is removed. `links` are of the packs as they will be. What a pack's own rules, aliases and
 * policies name is told by `readPack`, so that of itself only its workflows are looked at.
 */
export function stillNamed(
  removed: readonly Removed[],
  links: ReadonlyMap<PackRef, PackLinks>,
): readonly PlanWarning[] {
  const found = removed.flatMap((one) =>
    [...links].flatMap(([other, its]) => [...namesIn(one, other, its), ...dependsOn(one, other, its)]),
  );
  const byRef = new Map<string, Named[]>();
  for (const one of found) byRef.set(keyOf(one), [...(byRef.get(keyOf(one)) ?? []), one]);
  return [...byRef.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { pack, what, ref } = first;
    return [{ kind: 'still-named', pack, what, ref, by: same.map(({ at }) => at) }];
  });
}

/** Something removed, and a place that names it. */
interface Named {
  readonly pack: PackRef;
  readonly what: 'action' | 'trigger' | 'pack';
  readonly ref: string;
  readonly at: NamingPlace;
}

function keyOf({ what, ref }: Named): string {
  return `${what} ${ref}`;
}

function namesIn({ pack, actions, triggers }: Removed, other: PackRef, { references }: PackLinks): Named[] {
  return references
    .filter(({ kind }) => other !== pack || kind === 'workflow')
    .filter(({ to, pack: of, name }) => of === pack && (to === 'action' ? actions : triggers).has(name))
    .map(({ to, name, kind, file, line }) => ({
      pack,
      what: to,
      ref: `${pack}.${name}`,
      at: { pack: other, kind, file, line },
    }));
}

function dependsOn({ pack, isWhole }: Removed, other: PackRef, { dependencies }: PackLinks): Named[] {
  return dependencies
    .filter((one) => isWhole && one.pack === pack)
    .map(({ file, line }) => ({
      pack,
      what: 'pack',
      ref: pack,
      at: { pack: other, kind: 'dependency', file, line },
    }));
}

function actionsOf(content: PackContent | undefined): readonly string[] {
  return content?.actions.map(({ name }) => name) ?? [];
}

function triggersOf(content: PackContent | undefined): readonly string[] {
  if (content === undefined) return [];
  return [
    ...content.triggers.map(({ name }) => name),
    ...content.sensors.flatMap(({ triggerTypes }) => triggerTypes),
  ];
}

function without(before: readonly string[], after: readonly string[]): ReadonlySet<string> {
  const kept = new Set(after);
  return new Set(before.filter((name) => !kept.has(name)));
}
