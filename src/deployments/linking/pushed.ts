import type { Config } from '../../config/config.js';
import type { Actor } from '../../core/actor.js';
import { accountName, configuredName } from '../../core/identity.js';
import { accountsOfPusher, type PushedCode } from '../../core/pusher.js';
import { answerByPush, countMiss, findOffer, forgetExpired, missesOf } from '../../store/link-offers.js';
import { holdingLinks, linkedAccounts } from '../../store/linked-accounts.js';
import { keepPusher, type PushedCommit } from '../../store/pushers.js';
import type { DeploymentDeps } from '../deps.js';
import { hashOfCode } from './code.js';
import { codeMs, missesCountMs, mostMisses } from './limits.js';
import { tell } from './tell.js';

/** What is told of who pushed. */
export interface Pushers {
  /** Somebody pushed a commit to a deployment branch. */
  notePushed(pushed: PushedCommit): Promise<void>;
  /** Somebody pushed a branch with a code of `pack link`. */
  noteCode(pushed: PushedCode): Promise<void>;
}

type Deps = Pick<DeploymentDeps, 'db' | 'clock' | 'config'>;

/** Makes what is told of who pushed. */
export function createPushers(deps: Deps): Pushers {
  return {
    notePushed: (pushed) => keepPusher(deps.db, pushed, deps.clock.now()),
    noteCode: (pushed) => noteCode(deps, pushed),
  };
}

/**
 * Takes a code that an account of a host has pushed: whoever was given it has to say so, since nobody can be shown a
 * second code at a host. An account of a host is joined only as long as it is nobody's, and so brings nobody along.
 */
async function noteCode(deps: Deps, { code, by }: PushedCode): Promise<void> {
  const [account] = accountsOfPusher(by);
  if (account === undefined || deps.config().access.linking === 'nothing') return;
  const at = deps.clock.now();
  await holdingLinks(deps.db, async (tx) => {
    await forgetExpired(tx, at, new Date(at.getTime() - missesCountMs));
    const missed = await missesOf(tx, account);
    if (missed !== undefined && missed.misses >= mostMisses) return;
    const offer = await findOffer(tx, 'code_hash', hashOfCode(code));
    if (offer === undefined) return await countMiss(tx, account, at);
    const isTaken = offer.other !== undefined && accountName(offer.other.actor) !== accountName(account);
    const linked = (await linkedAccounts(tx)).map(accountName);
    if (isTaken || isSomebodys(deps.config(), accountsOfPusher(by), linked)) return;
    const until = new Date(at.getTime() + codeMs);
    await answerByPush(tx, offer.by.actor, { other: account, until });
    if (offer.other === undefined)
      await tell(tx, offer.by, { what: 'pushed', accounts: [account], until: until.toISOString() }, at);
  });
}

/** Whether one of the accounts of who pushed is a person's already, by the config or joined. */
export function isSomebodys(
  { access: { people } }: Config,
  accounts: readonly Actor[],
  linked: readonly string[],
): boolean {
  return accounts.some(
    (one) => configuredName(people, one) !== accountName(one) || linked.includes(accountName(one)),
  );
}
