import type { Kysely } from 'kysely';
import type { Person } from '../../core/access.js';
import type { Actor } from '../../core/actor.js';
import { formatDuration } from '../../core/duration.js';
import { accountName, isSamePerson } from '../../core/identity.js';
import type { LinkIntent, Request } from '../../core/intent.js';
import { type LinkedAccount, namesAmong, withLinked, withoutLinked } from '../../core/linking.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { keepAct } from '../../store/acts.js';
import { appendAudit } from '../../store/audit.js';
import {
  answerOffer,
  countMiss,
  findOffer,
  forgetExpired,
  forgetOffer,
  keepOffer,
  type LinkOffer,
  missesOf,
} from '../../store/link-offers.js';
import { holdingLinks, type Joining, joinAccounts, linkedAccounts } from '../../store/linked-accounts.js';
import type { Database } from '../../store/tables.js';
import type { Accepted } from '../service.js';
import type { DoorDeps } from '../service-deps.js';
import { hashOfCode, newCode } from './code.js';
import { codeMs, missesCountMs, mostMisses } from './limits.js';
import { provesAccounts } from './links.js';
import { isSomebodys } from './pushed.js';
import { peopleChanged, tell } from './tell.js';

interface Linking {
  readonly deps: DoorDeps;
  readonly tx: Kysely<Database>;
  readonly request: Request<LinkIntent>;
  readonly at: Date;
}

/**
 * Joins two accounts. The first is given a code; the second says it and is given another, which the first has to say: so
 * each has seen whom it is joined with, and nobody is joined by saying one line that somebody else gave them.
 */
export async function linkAccounts(deps: DoorDeps, request: Request<LinkIntent>): Promise<Result<Accepted>> {
  const { requester, intent } = request;
  const config = deps.config();
  if (config.access.linking === 'nothing') return refused(refuse('linking-off', {}));
  const { platform, name } = requester;
  if (!provesAccounts(config, platform)) return refused(refuse('nickname-not-linked', { platform, name }));
  const at = deps.clock.now();
  const done = await holdingLinks(deps.db, async (tx) => {
    await forgetExpired(tx, at, new Date(at.getTime() - missesCountMs));
    const linking = { deps, tx, request, at };
    return intent.code === undefined ? await offer(linking) : await redeem(linking, hashOfCode(intent.code));
  });
  if (done.ok && done.value.link?.kind === 'joined') await peopleChanged(deps);
  return done;
}

/** A request without its code, which is nobody's to read later. */
export function withoutCode(request: Request): Request {
  if (request.intent.kind !== 'link') return request;
  const { code: _, ...intent } = request.intent;
  return { ...request, intent };
}

async function offer({ deps, tx, request, at }: Linking): Promise<Result<Accepted>> {
  const code = newCode();
  const until = new Date(at.getTime() + codeMs);
  await keepOffer(tx, { by: joiningOf(request), hash: hashOfCode(code), until });
  await appendAudit(tx, { request, at });
  const canPush = [...deps.config().hosts.values()].some((host) => host.webhookSecret !== undefined);
  return ok({ deployment: 0, isNew: true, link: { kind: 'offered', code, until, canPush } });
}

async function redeem(linking: Linking, hash: string): Promise<Result<Accepted>> {
  const { tx, request, at } = linking;
  const { requester } = request;
  const missed = await missesOf(tx, requester);
  if (missed !== undefined && missed.misses >= mostMisses) {
    const left = missed.since.getTime() + missesCountMs - at.getTime();
    return refused(refuse('link-too-many', { time: formatDuration(Math.ceil(left / 60_000) * 60_000) }));
  }
  const first = await findOffer(tx, 'code_hash', hash);
  if (first?.isPushed === true && first.other !== undefined && isAccount(first.by.actor, requester))
    return await joinPushed(linking, first.other);
  if (first !== undefined) return await answer(linking, first);
  const second = await findOffer(tx, 'second_hash', hash);
  if (second?.other !== undefined) {
    if (isAccount(second.other.actor, requester)) return refused(refuse('link-own-code', {}));
    if (isAccount(second.by.actor, requester)) return await join(linking, second.other);
  }
  await countMiss(tx, requester, at);
  return refused(refuse('link-code-wrong', { left: mostMisses - 1 - (missed?.misses ?? 0) }));
}

/** The first code was said: whoever did is shown another, and the first account is told who did. */
async function answer(linking: Linking, { by, other }: LinkOffer): Promise<Result<Accepted>> {
  const { tx, request, at } = linking;
  const { requester } = request;
  if (isAccount(by.actor, requester)) return refused(refuse('link-own-code', {}));
  if (other !== undefined && !isAccount(other.actor, requester))
    return refused(refuse('link-code-taken', { account: accountName(other.actor) }));
  const joinable = await canJoin(linking, by.actor);
  if (!joinable.ok) return joinable;
  const code = newCode();
  const until = new Date(at.getTime() + codeMs);
  await answerOffer(tx, by.actor, { other: joiningOf(request), hash: hashOfCode(code), until });
  await appendAudit(tx, { request: between(request, by.actor), at });
  if (other === undefined)
    await tell(tx, by, { what: 'asked', accounts: [requester], until: until.toISOString() }, at);
  return ok({ deployment: 0, isNew: true, link: { kind: 'asked', code, until, other: by.actor } });
}

/** Joins an account of a host, if it is nobody's by now either: the same may have pushed the codes of two. */
async function joinPushed(linking: Linking, other: Joining): Promise<Result<Accepted>> {
  const { deps, tx } = linking;
  const joinable = await canJoin(linking, other.actor);
  if (!joinable.ok) return joinable;
  const accounts = [other.actor, { ...other.actor, userId: other.actor.name }];
  const linked = (await linkedAccounts(tx)).map(accountName);
  if (isSomebodys(deps.config(), accounts, linked))
    return refused(refuse('host-account-taken', { account: accountName(other.actor) }));
  return await join(linking, other);
}

async function join(linking: Linking, other: Joining): Promise<Result<Accepted>> {
  const { tx, request, at } = linking;
  const { requester } = request;
  const joinable = await canJoin(linking, other.actor);
  if (!joinable.ok) return joinable;
  await forgetOffer(tx, requester);
  await joinAccounts(tx, [joiningOf(request), other], at);
  const all = groupOf(await linkedAccounts(tx), requester);
  const accepted: Accepted = {
    deployment: 0,
    isNew: true,
    link: {
      kind: 'joined',
      other: other.actor,
      accounts: all.map(({ platform, userId }) => ({ platform, userId })),
    },
  };
  await keepAct(tx, { request: between(request, other.actor), accepted, at });
  for (const one of all) {
    if (isAccount(one, requester)) continue;
    const accounts = isAccount(one, other.actor) ? [requester] : [requester, other.actor];
    await tell(tx, { actor: one, origin: one.origin }, { what: 'joined', accounts }, at);
  }
  return ok(accepted);
}

/** Whether two accounts may become one person's, by what is joined already and by the config. */
async function canJoin({ deps, tx, request }: Linking, other: Actor): Promise<Result<void>> {
  const configured = withoutLinked(deps.config().access.people);
  const linked = await linkedAccounts(tx);
  const { requester } = request;
  const account = accountName(other);
  if (isSamePerson(withLinked(configured, linked), requester, other))
    return refused(refuse('already-one-person', { account }));
  const names = namesTogether(configured, linked, [requester, other]);
  return names.length > 1 ? refused(refuse('link-conflict', { account, names })) : ok(undefined);
}

function namesTogether(
  people: readonly Person[],
  linked: readonly LinkedAccount[],
  actors: readonly Actor[],
): string[] {
  return [...namesAmong(people, [...actors, ...actors.flatMap((actor) => groupOf(linked, actor))])];
}

function groupOf(linked: readonly LinkedAccount[], actor: Actor): readonly LinkedAccount[] {
  const own = linked.find((one) => isAccount(one, actor));
  return own === undefined ? [] : linked.filter(({ person }) => person === own.person);
}

function isAccount(one: Actor, other: Actor): boolean {
  return accountName(one) === accountName(other);
}

function joiningOf({ requester: actor, origin }: Request): Joining {
  return { actor, origin };
}

function between(request: Request<LinkIntent>, other: Actor): Request<LinkIntent> {
  return { ...request, intent: { kind: 'link', with: accountName(other) } };
}
