import { personName } from '../core/identity.js';
import type { LockIntent, Request, UnlockIntent } from '../core/intent.js';
import { type Lock, type LockScope, scopeName } from '../core/lock.js';
import { refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import { keepAct } from '../store/acts.js';
import { announce } from '../store/events.js';
import { endLock, insertLock, openLocks } from '../store/locks.js';
import { queueNotice } from '../store/notices.js';
import { authorizeLock, lockedFor } from './authorize.js';
import { passAllTurnsOn } from './pass-on.js';
import type { Accepted } from './service.js';
import type { DoorDeps } from './service-deps.js';

/** Makes a lock: from now on nobody else's deployment of what it holds has its turn. */
export async function makeLock(deps: DoorDeps, request: Request<LockIntent>): Promise<Result<Accepted>> {
  const { scope, because, forMs } = request.intent;
  const allowed = authorizeLock(deps.config(), request, { scope, now: deps.clock.now() });
  if (!allowed.ok) return allowed;
  const at = deps.clock.now();
  const until = forMs === undefined ? undefined : new Date(at.getTime() + forMs);
  const accepted = await deps.db.transaction().execute(async (tx) => {
    const made = await insertLock(tx, {
      scope,
      because,
      by: request.requester,
      since: at,
      until,
      origin: request.origin,
    });
    await announce(tx, [0]);
    if (made === undefined) return undefined;
    const locked = { deployment: 0, isNew: true, lock: made };
    await keepAct(tx, { request, accepted: locked, at });
    return locked;
  });
  if (accepted !== undefined) {
    await passAllTurnsOn(deps);
    return ok(accepted);
  }
  const there = await findLock(deps, scope);
  if (there === undefined) return await makeLock(deps, request);
  const held = { by: there.by.name, because: there.because, time: lockedFor(there.since, at) };
  return refused(refuse('already-locked', { scope: scopeName(scope), ...held }));
}

/** Ends a lock; somebody else's by force, and its locker is told. */
export async function unlock(deps: DoorDeps, request: Request<UnlockIntent>): Promise<Result<Accepted>> {
  const { scope } = request.intent;
  const lock = await findLock(deps, scope);
  const at = deps.clock.now();
  if (lock === undefined) {
    const locked = (await openLocks(deps.db, at)).map((other) => scopeName(other.scope));
    return refused(refuse('not-locked', { scope: scopeName(scope), locked }));
  }
  const allowed = authorizeLock(deps.config(), request, { scope, there: lock, now: at });
  if (!allowed.ok) return allowed;
  const accepted = { deployment: 0, isNew: true, lock };
  await deps.db.transaction().execute(async (tx) => {
    await endLock(tx, lock.id, at);
    await keepAct(tx, { request, accepted, at });
    await announce(tx, [0]);
    if (isOwn(deps, lock, request)) return;
    const { by, because } = lock;
    const notice = { kind: 'lock-ended', to: by, scope, because, by: request.requester } as const;
    await queueNotice(tx, {
      key: `lock-ended:${lock.id}`,
      origin: lock.origin ?? request.origin,
      notice,
      at,
    });
  });
  await passAllTurnsOn(deps);
  return ok(accepted);
}

function isOwn(deps: DoorDeps, lock: Lock, request: Request): boolean {
  const { people } = deps.config().access;
  return personName(people, lock.by) === personName(people, request.requester);
}

async function findLock(deps: DoorDeps, scope: LockScope): Promise<Lock | undefined> {
  const locks = await openLocks(deps.db, deps.clock.now());
  return locks.find((lock) => lock.scope.kind === scope.kind && scopeName(lock.scope) === scopeName(scope));
}
