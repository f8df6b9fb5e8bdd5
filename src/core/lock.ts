import type { Actor, Origin } from './actor.js';

/** What a lock holds: one pack, a repository's packs, or everything. */
export type LockScope =
  | { readonly kind: 'pack'; readonly pack: string }
  | { readonly kind: 'repository'; readonly repository: string }
  | { readonly kind: 'everything' };

/** A person's explicit hold, sticky until it is unlocked or its time is over. It does not stop its own locker. */
export interface Lock {
  readonly id: number;
  readonly scope: LockScope;
  readonly by: Actor;
  readonly because: string;
  readonly since: Date;
  readonly until?: Date;
  /** Where it was asked for, and so where its locker is told of its end. */
  readonly origin?: Origin;
}

/** Whether a lock holds a pack of a repository. */
export function isLocking(lock: Lock, pack: string, repository: string): boolean {
  const { scope } = lock;
  if (scope.kind === 'everything') return true;
  return scope.kind === 'pack' ? scope.pack === pack : scope.repository === repository;
}

/** How people write what a lock holds: a pack's name, a repository's, or `*`. */
export function scopeName(scope: LockScope): string {
  if (scope.kind === 'everything') return '*';
  return scope.kind === 'pack' ? scope.pack : scope.repository;
}
