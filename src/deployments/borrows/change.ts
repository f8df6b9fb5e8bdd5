import type { Kysely } from 'kysely';
import type { Actor } from '../../core/actor.js';
import type { Borrow } from '../../core/borrow.js';
import { formatDuration } from '../../core/duration.js';
import { personName } from '../../core/identity.js';
import type { ExtendIntent, GiveIntent, Request, StealIntent } from '../../core/intent.js';
import type { Notice } from '../../core/notice.js';
import { endOfQuiet } from '../../core/quiet-hours.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { keepAct } from '../../store/acts.js';
import { changeBorrow, openBorrows } from '../../store/borrows.js';
import { announce } from '../../store/events.js';
import { queueNotice } from '../../store/notices.js';
import { readQueue, withQueue } from '../../store/queue.js';
import type { Database } from '../../store/tables.js';
import { authorizeBorrow } from '../authorize.js';
import { passTurnsOn, rulesNow } from '../queue.js';
import type { Accepted } from '../service.js';
import type { DoorDeps } from '../service-deps.js';
import { findPerson } from './people.js';
import { borrowRuleOf } from './upkeep.js';

const minuteMs = 60_000;
const defaultQuiet = { from: '22:00', to: '07:00' };

/** What becomes of a borrow, and who is told. */
interface Change {
  readonly to: Parameters<typeof changeBorrow>[2];
  readonly notices: readonly Notice[];
}

/** Keeps a borrowed pack for longer; beyond the configured most only by force. */
export async function extendBorrow(
  deps: DoorDeps,
  request: Request<ExtendIntent>,
): Promise<Result<Accepted>> {
  const { by, force } = request.intent;
  return await change(deps, request, (borrow) => {
    const until = newEnd(deps, borrow, by);
    const most = force
      ? authorizeBorrow(deps.config(), request, borrow, true)
      : notTooLong(deps, request, borrow, until);
    if (!most.ok) return most;
    return ok({ to: { until, overnight: by === 'overnight' || borrow.overnight }, notices: [] });
  });
}

function newEnd(deps: DoorDeps, borrow: Borrow, by: number | 'overnight'): Date {
  const { repositories, timeZone } = deps.config();
  const quiet = repositories.get(borrow.repository)?.borrow?.quietHours ?? defaultQuiet;
  // One whose return does not work out is over its end already: what is asked for counts from now.
  const from = new Date(Math.max(borrow.until.getTime(), deps.clock.now().getTime()));
  return by === 'overnight' ? endOfQuiet(from, quiet, timeZone) : new Date(from.getTime() + by);
}

/** Refused when a borrow would last longer than is configured, with who may keep it for longer all the same. */
function notTooLong(
  deps: DoorDeps,
  request: Request<ExtendIntent>,
  borrow: Borrow,
  until: Date,
): Result<void> {
  const { maxMs } = borrowRuleOf(deps.config().repositories.get(borrow.repository));
  if (maxMs === undefined || until.getTime() - borrow.since.getTime() <= maxMs) return ok(undefined);
  const { pack, since } = borrow;
  const { by } = request.intent;
  const from = Math.max(borrow.until.getTime(), deps.clock.now().getTime());
  // In whole minutes, so that what is said can be said again.
  const left = Math.max(0, Math.floor((since.getTime() + maxMs - from) / minuteMs) * minuteMs);
  const command = `pack extend ${pack} ${by === 'overnight' ? by : formatDuration(by)} --force`;
  const whoCan = whoMayForce(deps, request, borrow);
  return refused(
    refuse('borrow-too-long', {
      pack,
      most: formatDuration(maxMs),
      left: formatDuration(left),
      command,
      whoCan,
    }),
  );
}

function whoMayForce(deps: DoorDeps, request: Request<ExtendIntent>, borrow: Borrow): string[] {
  const forced = authorizeBorrow(deps.config(), request, borrow, true);
  if (forced.ok) return [request.requester.name];
  return forced.refusal.code === 'access-denied' ? [...forced.refusal.params.whoCan] : [];
}

/** Hands a borrowed pack over; the new holder is told, and the one before where somebody else gave it away. */
export async function giveBorrow(deps: DoorDeps, request: Request<GiveIntent>): Promise<Result<Accepted>> {
  return await change(deps, request, async (borrow) => {
    const to = await findPerson(deps, request.intent.to, request.requester);
    if (!to.ok) return to;
    const { requester: by } = request;
    if (isHolder(deps, borrow, to.value)) return refused(hasItAlready(borrow));
    const until = borrow.until.toISOString();
    const given: Notice = { kind: 'given', ...about(borrow, to.value), from: by, until };
    const taken: Notice = { kind: 'stolen', ...about(borrow, borrow.holder), by, givenTo: to.value };
    return ok({ to: { holder: to.value }, notices: isHolder(deps, borrow, by) ? [given] : [taken, given] });
  });
}

function isHolder(deps: DoorDeps, { holder }: Borrow, actor: Actor): boolean {
  const { people } = deps.config().access;
  return personName(people, actor) === personName(people, holder);
}

function hasItAlready({ pack, holder }: Borrow) {
  return refuse('has-it-already', { pack, holder: holder.name });
}

/** Takes a borrowed pack from its holder, who is told. The policy must let the thief force. */
export async function stealBorrow(deps: DoorDeps, request: Request<StealIntent>): Promise<Result<Accepted>> {
  const { requester: by, origin } = request;
  return await change(deps, request, (borrow) => {
    if (isHolder(deps, borrow, by)) return refused(hasItAlready(borrow));
    const notice: Notice = { kind: 'stolen', ...about(borrow, borrow.holder), by };
    return ok({ to: { holder: by, origin }, notices: [notice] });
  });
}

/**
 * Changes a borrow while nobody else changes its target's queue: whose turn it is depends on who holds what. Not while
 * the pack is being deployed, for that would go live under its new holder.
 */
async function change(
  deps: DoorDeps,
  request: Request<ExtendIntent | GiveIntent | StealIntent>,
  decide: (borrow: Borrow) => Result<Change> | Promise<Result<Change>>,
): Promise<Result<Accepted>> {
  const found = await borrowed(deps.db, request.intent.pack);
  if (!found.ok) return found;
  const { target, pack } = found.value;
  const done = await withQueue(deps.db, target, async (tx) => {
    const [borrow] = await openBorrows(tx, { target, pack });
    if (borrow === undefined) return refused(refuse('not-borrowed', { pack }));
    const allowed = authorizeBorrow(deps.config(), request, borrow);
    if (!allowed.ok) return allowed;
    const busy = await underWay(tx, borrow, request.intent.kind);
    if (busy !== undefined) return refused(refuse('pack-busy', { pack, deployment: busy }));
    const decided = await decide(borrow);
    return decided.ok ? ok(await apply({ deps, tx, request }, borrow, decided.value)) : decided;
  });
  if (!done.ok) return done;
  for (const deployment of done.value.next) await deps.engine.ring(deployment);
  return ok(done.value.accepted);
}

async function borrowed(db: Kysely<Database>, pack: string): Promise<Result<Borrow>> {
  const [borrow, other] = await openBorrows(db, { pack });
  if (borrow === undefined) return refused(refuse('not-borrowed', { pack }));
  if (other === undefined) return ok(borrow);
  return refused(refuse('pack-on-several-targets', { pack, targets: [borrow.target, other.target] }));
}

/** The running deployment that stands in the way of a change; only a return stands in the way of more time. */
async function underWay(
  tx: Kysely<Database>,
  { target, pack }: Borrow,
  asked: 'extend' | 'give' | 'steal',
): Promise<number | undefined> {
  const isRunning = (await readQueue(tx, target)).find(
    (entry) =>
      entry.packs.includes(pack) &&
      entry.grantedAt !== undefined &&
      entry.waitsForWord !== true &&
      (asked !== 'extend' || entry.kind === 'return'),
  );
  return isRunning?.deployment;
}

async function apply(
  { deps, tx, request }: { deps: DoorDeps; tx: Kysely<Database>; request: Request },
  borrow: Borrow,
  { to, notices }: Change,
): Promise<{ accepted: Accepted; next: readonly number[] }> {
  const rules = rulesNow(deps);
  const { at } = rules;
  const changed = await changeBorrow(tx, borrow.id, to);
  const accepted = { deployment: 0, isNew: true, borrow: changed ?? borrow };
  await keepAct(tx, { request, accepted, at });
  for (const notice of notices) {
    const key = `${notice.kind}:${borrow.id}:${at.getTime()}`;
    await queueNotice(tx, { key, origin: borrow.origin, notice, at });
  }
  await announce(tx, [0]);
  return { accepted, next: await passTurnsOn(tx, borrow.target, rules) };
}

function about(borrow: Borrow, to: Actor) {
  return { to, pack: borrow.pack, repository: borrow.repository, ref: borrow.ref };
}
