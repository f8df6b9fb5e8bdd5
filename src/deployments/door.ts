import type { Deployment } from '../core/deployment.js';
import { accountName, isSamePerson, personName } from '../core/identity.js';
import {
  type CancelIntent,
  type DeployingIntent,
  isDeploying,
  type Request,
  type ReturnIntent,
} from '../core/intent.js';
import { withPackNames } from '../core/pack-names.js';
import type { PushedBy } from '../core/pusher.js';
import { refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import { acceptDeployment } from '../store/accept.js';
import { liveActivations } from '../store/activations.js';
import { actOnce, keepAct } from '../store/acts.js';
import { appendAudit } from '../store/audit.js';
import { openBorrows } from '../store/borrows.js';
import { findDeployment, findDeployments, listDeploymentIds, requestCancel } from '../store/deployments.js';
import { appendEvents, type NewEvent } from '../store/events.js';
import { findPush } from '../store/pushes.js';
import { authorizeBorrow, authorizeCancel, authorizeRequest } from './authorize.js';
import { extendBorrow, giveBorrow, stealBorrow } from './borrows/change.js';
import { linkAccounts, withoutCode } from './linking/link.js';
import { unlinkAccounts } from './linking/unlink.js';
import { makeLock, unlock } from './locks.js';
import { repositoryNamed } from './lookup.js';
import type { Accepted } from './service.js';
import type { DoorDeps } from './service-deps.js';
import { confirmTurn, deferTurn } from './turns/answer.js';

/**
 * The one door: every intent, whichever side it comes from, is authorized, kept in the audit, and then carried out.
 * What it accepts is in the database before it returns, so a server that dies right after still carries it out.
 */
export async function enterDoor(deps: DoorDeps, request: Request): Promise<Result<Accepted>> {
  // People paste: a name that holds a secret goes no further than here, neither to git nor into the database.
  const named = { ...request, ...personOf(deps, request), intent: withPackNames(request.intent) };
  const clean = deps.redactor.json(named);
  const result = await decideAndAct(deps, clean);
  // Accepting writes its own audit entry, in the transaction that accepts.
  if (!result.ok)
    await appendAudit(deps.db, {
      request: withoutCode(clean),
      refusal: result.refusal,
      at: deps.clock.now(),
    });
  return result;
}

/** Whose account it is, where that is more than the account itself. */
function personOf(deps: DoorDeps, { requester }: Request): Pick<Request, 'person'> {
  const person = personName(deps.config().access.people, requester);
  return person === accountName(requester) ? {} : { person };
}

async function decideAndAct(deps: DoorDeps, request: Request): Promise<Result<Accepted>> {
  const allowed = authorizeRequest(deps.config(), request);
  if (!allowed.ok) return allowed;
  if (isDeploying(request.intent)) return await begin(deps, { ...request, intent: request.intent });
  let outcome: Result<Accepted> | undefined;
  const done = await actOnce(deps.db, request.key, async () => {
    outcome = await act(deps, request);
    return outcome.ok ? outcome.value : undefined;
  });
  if (outcome !== undefined) return outcome;
  return done.value === undefined ? await act(deps, request) : ok({ ...withTimes(done.value), isNew: false });
}

const times = ['since', 'until', 'warnedUntil', 'nextTryAt', 'goesOutAt'];

/** What came of a request the first time, with its times, which were kept as text. */
function withTimes(accepted: Accepted): Accepted {
  return JSON.parse(JSON.stringify(accepted), (key, value) =>
    times.includes(key) && typeof value === 'string' ? new Date(value) : value,
  ) as Accepted;
}

/** Acts upon a deployment, a borrow or a lock that is there. */
async function act(deps: DoorDeps, request: Request): Promise<Result<Accepted>> {
  const { intent } = request;
  switch (intent.kind) {
    case 'cancel':
      return await cancel(deps, { ...request, intent });
    case 'confirm':
      return await confirmTurn(deps, { ...request, intent });
    case 'defer':
      return await deferTurn(deps, { ...request, intent });
    case 'extend':
      return await extendBorrow(deps, { ...request, intent });
    case 'give':
      return await giveBorrow(deps, { ...request, intent });
    case 'steal':
      return await stealBorrow(deps, { ...request, intent });
    case 'lock':
      return await makeLock(deps, { ...request, intent });
    case 'unlock':
      return await unlock(deps, { ...request, intent });
    case 'reword':
      return await deps.desk.reword({ ...request, intent });
    case 'skip':
      return await deps.desk.skip({ ...request, intent });
    case 'link':
      return await linkAccounts(deps, { ...request, intent });
    case 'unlink':
      return await unlinkAccounts(deps, { ...request, intent });
    default:
      throw new Error(`${intent.kind} begins a deployment`);
  }
}

async function begin(deps: DoorDeps, request: Request<DeployingIntent>): Promise<Result<Accepted>> {
  const exact = await makeExact(deps, request);
  if (!exact.ok) return exact;
  const at = deps.clock.now();
  const { intent, repository } = exact.value;
  const configured = deps.config().repositories.get(repository);
  // A commit that is named exactly is there, or the plan fetches it.
  const isFetched = intent.kind === 'deploy' && intent.at === undefined && configured !== undefined;
  const fetching = isFetched ? deps.earlyFetches.begin(configured) : undefined;
  const wanted = { request: { ...request, intent }, repository, at };
  const { id, isNew } = await acceptDeployment(deps.db, wanted);
  if (isNew && fetching !== undefined) deps.earlyFetches.keep(id, fetching);
  if (isNew) await deps.engine.start(id);
  return ok({ deployment: id, isNew });
}

/** An intent with what it means by its names, as of now. */
interface Exact {
  readonly intent: DeployingIntent;
  /** Empty where only the plan will tell. */
  readonly repository: string;
}

async function makeExact(deps: DoorDeps, request: Request<DeployingIntent>): Promise<Result<Exact>> {
  const { intent } = request;
  if (intent.kind === 'deploy') {
    const named = repositoryNamed(deps.config(), intent.repository);
    if (!named.ok) return named;
    const repository = named.value.name;
    return ok({ intent: { ...intent, repository }, repository });
  }
  if (intent.kind === 'return') return await exactReturn(deps, { ...request, intent });
  const [live] = await liveActivations(deps.db, { packs: [intent.pack], target: intent.target });
  return ok({ intent, repository: live?.live.repository ?? '' });
}

/** Only a borrowed pack is returned, and by its holder, by time, or by force. */
async function exactReturn(deps: DoorDeps, request: Request<ReturnIntent>): Promise<Result<Exact>> {
  const { intent } = request;
  const { pack } = intent;
  const [borrow, other] = await openBorrows(deps.db, { pack, target: intent.target });
  if (borrow === undefined) return refused(refuse('not-borrowed', { pack }));
  if (other !== undefined)
    return refused(refuse('pack-on-several-targets', { pack, targets: [borrow.target, other.target] }));
  const { id, target, repository } = borrow;
  const exact = { intent: { ...intent, target, borrow: id }, repository };
  if (request.via === 'timer') return ok(exact);
  const allowed = authorizeBorrow(deps.config(), request, borrow);
  return allowed.ok ? ok(exact) : allowed;
}

async function cancel(deps: DoorDeps, request: Request<CancelIntent>): Promise<Result<Accepted>> {
  const id = request.intent.deployment ?? (await newestOpenOf(deps, request));
  if (id === undefined) return refused(refuse('nothing-to-cancel', { who: request.requester.name }));
  const deployment = await findDeployment(deps.db, id);
  if (deployment === undefined) return refused(refuse('no-such-deployment', { deployment: id }));
  const allowed = authorizeCancel(deps.config(), request, deployment, await pusherOf(deps, deployment));
  if (!allowed.ok) return allowed;
  const at = deps.clock.now();
  const event: NewEvent = {
    deployment: id,
    key: 'cancel-requested',
    at,
    event: { kind: 'cancel-requested', by: request.requester },
  };
  const accepted = { deployment: id, isNew: true };
  const isOpen = await deps.db.transaction().execute(async (tx) => {
    if (!(await requestCancel(tx, id, request.requester))) return false;
    await appendEvents(tx, [event]);
    await keepAct(tx, { request, accepted, at });
    return true;
  });
  if (!isOpen) return refused(refuse('already-ended', { deployment: id, status: deployment.status }));
  await deps.engine.ring(id);
  return ok(accepted);
}

/** Who pushed what a deployment brings, where a push asked for it. */
async function pusherOf({ db }: DoorDeps, { intent }: Deployment): Promise<PushedBy | undefined> {
  if (intent.kind !== 'deploy' || intent.push === undefined) return undefined;
  return (await findPush(db, intent.push))?.pusher;
}

async function newestOpenOf(deps: DoorDeps, request: Request): Promise<number | undefined> {
  const { people } = deps.config().access;
  const open = await findDeployments(deps.db, await listDeploymentIds(deps.db, { open: true, limit: 1_000 }));
  const own = open.filter((one) => isSamePerson(people, one.requester, request.requester));
  return own.length === 0 ? undefined : Math.max(...own.map(({ id }) => id));
}
