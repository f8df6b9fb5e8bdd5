import {
  type CancelIntent,
  type DeployingIntent,
  isDeploying,
  type Request,
  type ReturnIntent,
} from '../core/intent.js';
import { refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import { acceptDeployment } from '../store/accept.js';
import { liveActivations } from '../store/activations.js';
import { actOnce } from '../store/acts.js';
import { appendAudit } from '../store/audit.js';
import { openBorrows } from '../store/borrows.js';
import { findDeployment, listDeploymentIds, requestCancel } from '../store/deployments.js';
import { appendEvents, type NewEvent } from '../store/events.js';
import { authorizeBorrow, authorizeCancel, authorizeRequest } from './authorize.js';
import { extendBorrow, giveBorrow, stealBorrow } from './borrows/change.js';
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
  const clean = deps.redactor.json(request);
  const result = await decideAndAct(deps, clean);
  // Accepting writes its own audit entry, in the transaction that accepts.
  if (!result.ok)
    await appendAudit(deps.db, { request: clean, refusal: result.refusal, at: deps.clock.now() });
  return result;
}

async function decideAndAct(deps: DoorDeps, request: Request): Promise<Result<Accepted>> {
  const allowed = authorizeRequest(deps.config(), request);
  if (!allowed.ok) return allowed;
  if (isDeploying(request.intent)) return await begin(deps, { ...request, intent: request.intent });
  let outcome: Result<Accepted> | undefined;
  const done = await actOnce(deps.db, { key: request.key, at: deps.clock.now() }, async () => {
    outcome = await act(deps, request);
    return outcome.ok ? outcome.value : undefined;
  });
  if (outcome !== undefined) return outcome;
  return done.value === undefined ? await act(deps, request) : ok({ ...done.value, isNew: false });
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
    default:
      throw new Error(`${intent.kind} begins a deployment`);
  }
}

async function begin(deps: DoorDeps, request: Request<DeployingIntent>): Promise<Result<Accepted>> {
  const { intent } = request;
  const named = await repositoryOf(deps, request);
  if (!named.ok) return named;
  const repository = named.value;
  const exact = intent.kind === 'deploy' ? { ...intent, repository } : intent;
  const at = deps.clock.now();
  const wanted = { request: { ...request, intent: exact }, repository, at };
  const accepting = acceptDeployment(deps.db, wanted);
  const configured = deps.config().repositories.get(repository);
  const isFetched = intent.kind === 'deploy' && configured !== undefined;
  const fetching = isFetched ? deps.earlyFetches.begin(configured) : undefined;
  const { id, isNew } = await accepting;
  if (isNew && fetching !== undefined) deps.earlyFetches.keep(id, fetching);
  if (isNew) await deps.engine.start(id);
  return ok({ deployment: id, isNew });
}

/** The name of the repository that a request is about; empty where only the plan will tell. */
async function repositoryOf(deps: DoorDeps, request: Request<DeployingIntent>): Promise<Result<string>> {
  const { intent } = request;
  if (intent.kind === 'deploy') {
    const named = repositoryNamed(deps.config(), intent.repository);
    return named.ok ? ok(named.value.name) : named;
  }
  if (intent.kind === 'return') return await mayReturn(deps, { ...request, intent });
  const [live] = await liveActivations(deps.db, { packs: [intent.pack], target: intent.target });
  return ok(live?.live.repository ?? '');
}

/** Only a borrowed pack is returned, and by its holder, by time, or by force. */
async function mayReturn(deps: DoorDeps, request: Request<ReturnIntent>): Promise<Result<string>> {
  const { pack, target } = request.intent;
  const [borrow] = await openBorrows(deps.db, { pack, target });
  if (borrow === undefined) return refused(refuse('not-borrowed', { pack }));
  const allowed = request.via === 'timer' ? ok(undefined) : authorizeBorrow(deps.config(), request, borrow);
  return allowed.ok ? ok(borrow.repository) : allowed;
}

async function cancel(deps: DoorDeps, request: Request<CancelIntent>): Promise<Result<Accepted>> {
  const id = request.intent.deployment ?? (await newestOpenOf(deps, request));
  if (id === undefined) return refused(refuse('nothing-to-cancel', { who: request.requester.name }));
  const deployment = await findDeployment(deps.db, id);
  if (deployment === undefined) return refused(refuse('no-such-deployment', { deployment: id }));
  const allowed = authorizeCancel(deps.config(), request, deployment);
  if (!allowed.ok) return allowed;
  const at = deps.clock.now();
  const event: NewEvent = {
    deployment: id,
    key: 'cancel-requested',
    at,
    event: { kind: 'cancel-requested', by: request.requester },
  };
  const isOpen = await deps.db.transaction().execute(async (tx) => {
    if (!(await requestCancel(tx, id, request.requester))) return false;
    await appendEvents(tx, [event]);
    await appendAudit(tx, { request, at });
    return true;
  });
  if (!isOpen) return refused(refuse('already-ended', { deployment: id, status: deployment.status }));
  await deps.engine.ring(id);
  return ok({ deployment: id, isNew: true });
}

async function newestOpenOf(deps: DoorDeps, request: Request): Promise<number | undefined> {
  const [id] = await listDeploymentIds(deps.db, {
    requester: request.requester.name,
    open: true,
    limit: 1,
  });
  return id;
}
