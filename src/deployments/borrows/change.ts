import type { Actor } from '../../core/actor.js';
import type { Borrow } from '../../core/borrow.js';
import { formatDuration } from '../../core/duration.js';
import { personName } from '../../core/identity.js';
import type { ExtendIntent, GiveIntent, Request, StealIntent } from '../../core/intent.js';
import type { Notice } from '../../core/notice.js';
import { endOfQuiet } from '../../core/quiet-hours.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { appendAudit } from '../../store/audit.js';
import { changeBorrow, openBorrows } from '../../store/borrows.js';
import { announce } from '../../store/events.js';
import { queueNotice } from '../../store/notices.js';
import { authorizeBorrow } from '../authorize.js';
import type { DoorDeps } from '../door.js';
import { passAllTurnsOn } from '../pass-on.js';
import type { Accepted } from '../service.js';
import { findPerson } from './people.js';
import { borrowRuleOf } from './upkeep.js';

const defaultQuiet = { from: '22:00', to: '07:00' };

/** Keeps a borrowed pack for longer; beyond the configured most only by force. */
export async function extendBorrow(
  deps: DoorDeps,
  request: Request<ExtendIntent>,
): Promise<Result<Accepted>> {
  const borrow = await borrowed(deps, request.intent.pack);
  if (!borrow.ok) return borrow;
  const allowed = authorizeBorrow(deps.config(), request, borrow.value);
  if (!allowed.ok) return allowed;
  const until = newEnd(deps, borrow.value, request.intent.by);
  if (!until.ok) return until;
  const overnight = request.intent.by === 'overnight' || borrow.value.overnight;
  return await apply(deps, request, borrow.value, { until: until.value, overnight });
}

function newEnd(deps: DoorDeps, borrow: Borrow, by: number | 'overnight'): Result<Date> {
  const { repositories, timeZone } = deps.config();
  const rule = borrowRuleOf(repositories.get(borrow.repository));
  const quiet = repositories.get(borrow.repository)?.borrow?.quietHours ?? defaultQuiet;
  // One whose return does not work out is over its end already: what is asked for counts from now.
  const from = new Date(Math.max(borrow.until.getTime(), deps.clock.now().getTime()));
  const end = by === 'overnight' ? endOfQuiet(from, quiet, timeZone) : new Date(from.getTime() + by);
  const { maxMs } = rule;
  if (maxMs === undefined || end.getTime() - borrow.since.getTime() <= maxMs) return ok(end);
  return refused(refuse('borrow-too-long', { pack: borrow.pack, most: formatDuration(maxMs) }));
}

/** Hands a borrowed pack over; the new holder is told. */
export async function giveBorrow(deps: DoorDeps, request: Request<GiveIntent>): Promise<Result<Accepted>> {
  const borrow = await borrowed(deps, request.intent.pack);
  if (!borrow.ok) return borrow;
  const allowed = authorizeBorrow(deps.config(), request, borrow.value);
  if (!allowed.ok) return allowed;
  const to = await findPerson(deps, request.intent.to, request.requester);
  if (!to.ok) return to;
  const notice: Notice = {
    kind: 'given',
    ...about(borrow.value, to.value),
    from: borrow.value.holder,
    until: borrow.value.until.toISOString(),
  };
  return await apply(deps, request, borrow.value, { holder: to.value }, notice);
}

/** Takes a borrowed pack from its holder, who is told. The policy must let the thief force. */
export async function stealBorrow(deps: DoorDeps, request: Request<StealIntent>): Promise<Result<Accepted>> {
  const borrow = await borrowed(deps, request.intent.pack);
  if (!borrow.ok) return borrow;
  const allowed = authorizeBorrow(deps.config(), request, borrow.value);
  if (!allowed.ok) return allowed;
  const by = request.requester;
  const notice: Notice = { kind: 'stolen', ...about(borrow.value, borrow.value.holder), by };
  return await apply(deps, request, borrow.value, { holder: by, origin: request.origin }, notice);
}

async function borrowed(deps: DoorDeps, pack: string): Promise<Result<Borrow>> {
  const [borrow, other] = await openBorrows(deps.db, { pack });
  if (borrow === undefined) return refused(refuse('not-borrowed', { pack }));
  if (other === undefined) return ok(borrow);
  return refused(refuse('pack-on-several-targets', { pack, targets: [borrow.target, other.target] }));
}

async function apply(
  deps: DoorDeps,
  request: Request,
  borrow: Borrow,
  change: Parameters<typeof changeBorrow>[2],
  notice?: Notice,
): Promise<Result<Accepted>> {
  const at = deps.clock.now();
  const changed = await deps.db.transaction().execute(async (tx) => {
    const now = await changeBorrow(tx, borrow.id, change);
    if (now === undefined) return undefined;
    await appendAudit(tx, { request, at });
    const key = `${notice?.kind}:${borrow.id}:${at.getTime()}`;
    if (notice !== undefined) await queueNotice(tx, { key, origin: borrow.origin, notice, at });
    await announce(tx, [0]);
    return now;
  });
  if (changed === undefined) return refused(refuse('not-borrowed', { pack: borrow.pack }));
  await passAllTurnsOn(deps);
  return ok({ deployment: 0, isNew: true, borrow: changed });
}

function about(borrow: Borrow, to: Actor) {
  return { to, pack: borrow.pack, repository: borrow.repository, ref: borrow.ref };
}

/** Whether somebody is the holder of a borrow. */
export function isHolder(deps: Pick<DoorDeps, 'config'>, borrow: Borrow, actor: Actor): boolean {
  const { people } = deps.config().access;
  return personName(people, borrow.holder) === personName(people, actor);
}
