import type { Config } from '../config/config.js';
import type { AccessQuestion } from '../core/access.js';
import { decide, mayEver } from '../core/access-decide.js';
import type { Borrow } from '../core/borrow.js';
import type { CommandName } from '../core/commands.js';
import type { Deployment } from '../core/deployment.js';
import { formatDuration } from '../core/duration.js';
import { isSamePerson, personName } from '../core/identity.js';
import { type Intent, isDeploying, type Request } from '../core/intent.js';
import { type Lock, type LockScope, scopeName } from '../core/lock.js';
import type { Plan } from '../core/plan.js';
import { ownersOfPush, type PushedBy } from '../core/pusher.js';
import { refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';

/** What is asked before anything is looked up. Parts that only the plan will know stay open. */
type Known = Omit<AccessQuestion, 'actor' | 'channel' | 'command'>;

/**
 * Asks the policy about a request as it comes in. What a request leaves open (which packs differ, the default branch)
 * is asked again once it is known, so here it is enough that the requester may ever do such a thing.
 */
export function authorizeRequest(config: Config, request: Request): Result<void> {
  // Whoever was let ask for it may say the word for it, or take their account back; whose it is, is asked there.
  if (['confirm', 'defer', 'unlink'].includes(request.intent.kind)) return ok(undefined);
  const known = knownOf(config, request.intent);
  if (known !== undefined) return answer(config, request, known);
  const isThinkable = mayEver(config.access, { ...speakerOf(request), command: commandOf(request.intent) });
  return isThinkable ? ok(undefined) : answer(config, request, {});
}

/** Asks the policy about exactly what a plan would do. */
export function authorizePlan(
  config: Config,
  request: Request,
  plan: Plan,
  branches: readonly string[],
): Result<void> {
  const { ref } = plan.revision;
  return answer(config, request, {
    repository: plan.repository,
    packs: plan.packs.map((p) => p.pack),
    ...(branches.includes(ref) ? { branch: ref } : { anyBranch: true }),
    target: plan.target,
    forced: plan.adopt || isOverwriting(request.intent) || isIgnoringChecks(request.intent),
  });
}

/** Asks the policy about canceling a deployment; to cancel somebody else's is forced. What somebody pushed is theirs. */
export function authorizeCancel(
  config: Config,
  request: Request,
  deployment: Deployment,
  pusher: PushedBy | undefined,
): Result<void> {
  const { plan, requester } = deployment;
  const { people } = config.access;
  const owners = [requester, ...(pusher === undefined ? [] : ownersOfPush(people, pusher))];
  const isOwn = owners.some((owner) => isSamePerson(people, owner, request.requester));
  return answer(config, request, {
    ...(plan === undefined
      ? {}
      : { repository: plan.repository, branch: plan.revision.ref, target: plan.target }),
    packs: deployment.packs.map((p) => p.pack),
    forced: !isOwn,
  });
}

/**
 * Asks the policy about a change of a borrow. Its holder may do with it what the command allows; to do it to somebody
 * else's is forced, and so is stealing, and what goes beyond the configured most.
 */
export function authorizeBorrow(
  config: Config,
  request: Request,
  borrow: Borrow,
  isForced = false,
): Result<void> {
  const { people } = config.access;
  const isOwn = personName(people, borrow.holder) === personName(people, request.requester);
  const { repository, pack, ref: branch, target } = borrow;
  const forced = isForced || !isOwn;
  const allowed = answer(config, request, { repository, packs: [pack], branch, target, forced });
  const { name } = borrow.holder;
  // Who has it cannot take it.
  const too = request.intent.kind === 'steal' ? [] : [name];
  return isOwn ? allowed : heldBy(allowed, `${name} has borrowed ${pack}`, too);
}

/** A refusal that tells who has what is asked about, and who else can do it for that reason. */
function heldBy(allowed: Result<void>, fact: string, too: readonly string[]): Result<void> {
  if (allowed.ok || allowed.refusal.code !== 'access-denied') return allowed;
  const { rule, whoCan } = allowed.refusal.params;
  return refused(
    refuse('access-denied', { rule: `${fact}, and ${rule}`, whoCan: [...new Set([...too, ...whoCan])] }),
  );
}

/** Asks the policy about making a lock, or about ending one; to end somebody else's is forced. */
export function authorizeLock(
  config: Config,
  request: Request,
  { scope, there, now }: { readonly scope: LockScope; readonly there?: Lock; readonly now: Date },
): Result<void> {
  const { people } = config.access;
  const isOwn = there === undefined || personName(people, there.by) === personName(people, request.requester);
  const allowed = answer(config, request, {
    ...(scope.kind === 'pack' ? { packs: [scope.pack] } : {}),
    ...(scope.kind === 'repository' ? { repository: scope.repository } : {}),
    forced: !isOwn,
  });
  return isOwn ? allowed : heldBy(allowed, lockWords(there, now), [there.by.name]);
}

/** Who locked what, for how long already and why. */
function lockWords({ scope, by, since, because }: Lock, now: Date): string {
  const what = scope.kind === 'everything' ? 'everything' : scopeName(scope);
  return `${by.name} has locked ${what} for ${lockedFor(since, now)}, because ${because}`;
}

/** For how long something has been locked; in whole minutes once there is one. */
export function lockedFor(since: Date, now: Date): string {
  const ms = Math.max(1_000, now.getTime() - since.getTime());
  const unit = ms < 60_000 ? 1_000 : 60_000;
  return formatDuration(Math.floor(ms / unit) * unit);
}

/** Asks the policy about taking somebody else's accounts apart, which is forced. */
export function authorizeUnlink(config: Config, request: Request): Result<void> {
  return answer(config, request, { forced: true });
}

/** Taking over what is there is a deployment that is asked for by a command of its own. */
function commandOf(intent: Intent): CommandName {
  return intent.kind === 'deploy' && intent.asFound === true ? 'adopt' : intent.kind;
}

function isOverwriting(intent: Intent): boolean {
  return isDeploying(intent) && intent.overwrite === true;
}

function isIgnoringChecks(intent: Intent): boolean {
  return intent.kind === 'deploy' && intent.ignoringChecks !== undefined;
}

/**
 * Asks the policy about changing news before they go out. Whoever made the change or asked for it may do what the command
 * allows; to do it to somebody else's is forced.
 */
export function authorizeNews(
  config: Config,
  request: Request,
  about: { readonly repository: string; readonly packs: readonly string[] },
  isOwn: boolean,
): Result<void> {
  return answer(config, request, { ...about, forced: !isOwn });
}

function answer(config: Config, request: Request, known: Known): Result<void> {
  const question = { ...speakerOf(request), command: commandOf(request.intent), ...known };
  const decision = decide(config.access, question);
  if (decision.allowed) return ok(undefined);
  const { rule, whoCan } = decision;
  return refused(refuse('access-denied', { rule, whoCan: [...whoCan] }));
}

function speakerOf(request: Request): Pick<AccessQuestion, 'actor' | 'channel'> {
  const { requester: actor, origin } = request;
  return origin === undefined ? { actor } : { actor, channel: origin };
}

function knownOf(config: Config, intent: Intent): Known | undefined {
  if (intent.kind !== 'deploy') return undefined;
  const repository = config.repositories.get(intent.repository);
  const branch = intent.ref ?? repository?.autoDeployment?.branch;
  if (repository === undefined || branch === undefined || intent.packs.kind !== 'named') return undefined;
  const forced = (intent.adopt ?? false) || isOverwriting(intent) || isIgnoringChecks(intent);
  return {
    repository: repository.name,
    packs: intent.packs.packs,
    branch,
    target: repository.target,
    forced,
  };
}
