import type { Borrow } from '../../core/borrow.js';
import type { Lock } from '../../core/lock.js';
import type { Asking } from './command.js';

/** What is borrowed and locked, as far as the asker may see it. */
export interface Holds {
  readonly borrows: readonly Borrow[];
  readonly locks: readonly Lock[];
}

/** Reads the borrows and locks that the asker may see. */
export async function holdsFor(asking: Asking): Promise<Holds> {
  const [borrows, locks] = await Promise.all([asking.deployments.borrows(), asking.deployments.locks()]);
  return {
    borrows: borrows.filter(
      ({ pack, repository, target, ref }) =>
        asking.permit({ repository, packs: [pack], target, branch: ref }).ok,
    ),
    locks: locks.filter((lock) => maySeeLock(lock, asking)),
  };
}

/** Whether the asker may see a lock: that everything is locked is everybody's business. */
export function maySeeLock({ scope }: Lock, { permit }: Asking): boolean {
  if (scope.kind === 'pack') return permit({ packs: [scope.pack] }).ok;
  return scope.kind === 'everything' || permit({ repository: scope.repository }).ok;
}
