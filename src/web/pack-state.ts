import type { Borrow } from '../core/borrow.js';
import type { Lock } from '../core/lock.js';
import type { Call, DeploymentView, PackView } from '../deployments/service.js';

/** What a pack is in; several can be true at once. */
export type PackState =
  | { readonly kind: 'deploying'; readonly deployment: number; readonly by: string }
  | { readonly kind: 'called'; readonly call: Call }
  | { readonly kind: 'locked'; readonly lock: Lock }
  | { readonly kind: 'borrowed'; readonly borrow: Borrow }
  | { readonly kind: 'free' };

/** The states of a pack, what goes on now first; `free` when nothing keeps anybody from it. */
export function statesOf({ queue, locks, borrow }: PackView): readonly PackState[] {
  const states: PackState[] = [
    ...queue.filter(isUnderWay).map(({ deployment }) => {
      return { kind: 'deploying', deployment: deployment.id, by: deployment.requester.name } as const;
    }),
    ...queue.flatMap(({ call }) => (call === undefined ? [] : [{ kind: 'called', call } as const])),
    ...locks.map((lock) => ({ kind: 'locked', lock }) as const),
    ...(borrow === undefined ? [] : [{ kind: 'borrowed', borrow } as const]),
  ];
  return states.length === 0 ? [{ kind: 'free' }] : states;
}

/** Whether a deployment is being carried out. */
export function isUnderWay({ deployment }: DeploymentView): boolean {
  return deployment.status === 'running';
}

/** How many deployments wait for a pack; one that is asked for its phrase is shown as a state of its own. */
export function waitingFor({ queue }: PackView): number {
  return queue.filter((view) => !isUnderWay(view) && view.call === undefined).length;
}

/** The deployment that puts a borrowed pack back, while there is one. */
export function returnUnderWay({ queue }: PackView): number | undefined {
  return queue.find(({ deployment }) => deployment.intent.kind === 'return')?.deployment.id;
}

/** How many packs are free, borrowed and so on; what nobody is in is left out. */
export function countStates(views: readonly PackView[]): readonly (readonly [string, number])[] {
  const held = (kind: PackState['kind']) =>
    views.filter((view) => statesOf(view).some((state) => state.kind === kind)).length;
  const waiting = views.reduce((sum, view) => sum + waitingFor(view), 0);
  const counts = [
    ['deploying', held('deploying')],
    ['borrowed', held('borrowed')],
    ['locked', held('locked')],
    ['free', held('free')],
    ['waiting', waiting],
  ] as const;
  return counts.filter(([, count]) => count > 0);
}

/** Whether a pack's row holds every word that is looked for; the script finds the same while one types. */
export function isSought(view: PackView, sought: string): boolean {
  const { pack, target, live, borrow, locks } = view;
  const states = statesOf(view);
  const text = [
    pack,
    target,
    live?.live.revision.ref,
    borrow?.ref,
    borrow?.holder.name,
    ...locks.flatMap((lock) => [lock.by.name, lock.because]),
    ...states.map((state) => state.kind),
  ].join(' ');
  return sought
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.toLowerCase().includes(word));
}

/** By name, then target. */
export function sortedByName<V extends Pick<PackView, 'pack' | 'target'>>(views: readonly V[]): readonly V[] {
  return [...views].sort((a, b) => compare(a.pack, b.pack) || compare(a.target, b.target));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
