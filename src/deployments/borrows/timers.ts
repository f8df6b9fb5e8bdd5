import { packtrainItself } from '../../core/actor.js';
import type { Borrow } from '../../core/borrow.js';
import type { Notice } from '../../core/notice.js';
import { claimTry, isReturning, markWarned, openBorrows } from '../../store/borrows.js';
import { announce } from '../../store/events.js';
import { endExpired } from '../../store/locks.js';
import { queueNotice } from '../../store/notices.js';
import { overdueCalls } from '../../store/queue.js';
import { enterDoor } from '../door.js';
import { passAllTurnsOn } from '../pass-on.js';
import type { DoorDeps } from '../service-deps.js';
import { isOver } from './end.js';
import { borrowRuleOf } from './upkeep.js';
import { wayBack } from './way-back.js';

const firstRetryMs = 60_000;
const longestRetryMs = 30 * 60_000;

/**
 * Does what is due now: warns holders, returns what is over, ends locks. What is due stands in the tables, so it is done
 * after any downtime, once whichever server looks, and a clock that jumps only makes it earlier or later.
 */
export async function doWhatIsDue(deps: DoorDeps): Promise<void> {
  const borrows = await openBorrows(deps.db);
  for (const borrow of borrows)
    if (isReturnDue(deps, borrow) && !(await isReturning(deps.db, borrow.id))) await giveBack(deps, borrow);
  // Their workflows sleep by the engine's clock, which knows nothing of one that was put forward.
  for (const deployment of await overdueCalls(deps.db, deps.clock.now())) await deps.engine.ring(deployment);
  await endLocks(deps);
  await Promise.all(borrows.filter((b) => isWarningDue(deps, b)).map((b) => warn(deps, b)));
}

async function endLocks(deps: DoorDeps): Promise<void> {
  const at = deps.clock.now();
  const ended = await deps.db.transaction().execute(async (tx) => {
    const locks = await endExpired(tx, at);
    for (const { id, by: to, scope, because, origin } of locks) {
      const notice = { kind: 'lock-ended', to, scope, because } as const;
      await queueNotice(tx, { key: `lock-ended:${id}`, origin, notice, at });
    }
    return locks;
  });
  if (ended.length === 0) return;
  await announce(deps.db, [0]);
  await passAllTurnsOn(deps);
}

function ruleOf(deps: DoorDeps, borrow: Borrow) {
  return deps.config().repositories.get(borrow.repository);
}

function isWarningDue(deps: DoorDeps, borrow: Borrow): boolean {
  const { warnBeforeMs } = borrowRuleOf(ruleOf(deps, borrow));
  const now = deps.clock.now().getTime();
  const isSoon = borrow.until.getTime() - warnBeforeMs <= now && now < borrow.until.getTime();
  return isSoon && borrow.warnedUntil?.getTime() !== borrow.until.getTime();
}

async function warn(deps: DoorDeps, borrow: Borrow): Promise<void> {
  const at = deps.clock.now();
  const back = await wayBack(deps, borrow);
  await deps.db.transaction().execute(async (tx) => {
    if (!(await markWarned(tx, borrow))) return;
    const { holder: to, pack, repository, ref, until } = borrow;
    const about = { to, pack, repository, ref, until: until.toISOString() };
    const notice: Notice = { kind: 'return-soon', ...about, ...back };
    await queueNotice(tx, {
      key: `return-soon:${borrow.id}:${until.getTime()}`,
      origin: borrow.origin,
      notice,
      at,
    });
  });
}

function isReturnDue(deps: DoorDeps, borrow: Borrow): boolean {
  return isOver(deps, borrow) && (borrow.nextTryAt === undefined || borrow.nextTryAt <= deps.clock.now());
}

async function giveBack(deps: DoorDeps, borrow: Borrow): Promise<void> {
  const at = deps.clock.now();
  const waitMs = Math.min(firstRetryMs * 2 ** borrow.attempts, longestRetryMs);
  if (!(await claimTry(deps.db, borrow, new Date(at.getTime() + waitMs)))) return;
  const key = `return:${borrow.id}:${borrow.until.getTime()}:${borrow.attempts}`;
  const intent = { kind: 'return', pack: borrow.pack, target: borrow.target } as const;
  const asked = await enterDoor(deps, { key, intent, requester: packtrainItself, via: 'timer' });
  if (!asked.ok)
    deps.log.warn({ borrow: borrow.id, refusal: asked.refusal }, 'a return was refused at the door');
}
