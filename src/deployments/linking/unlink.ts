import type { Actor } from '../../core/actor.js';
import { accountName, isSamePerson } from '../../core/identity.js';
import type { Request, UnlinkIntent } from '../../core/intent.js';
import { type LinkedAccount, withLinked, withoutLinked } from '../../core/linking.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { keepAct } from '../../store/acts.js';
import { holdingLinks, linkedAccounts, partAccounts } from '../../store/linked-accounts.js';
import { authorizeUnlink } from '../authorize.js';
import type { Accepted } from '../service.js';
import type { DoorDeps } from '../service-deps.js';
import { peopleChanged, tell } from './tell.js';

/** Takes accounts apart that were joined; somebody else's by force. All that are concerned are told. */
export async function unlinkAccounts(
  deps: DoorDeps,
  request: Request<UnlinkIntent>,
): Promise<Result<Accepted>> {
  const at = deps.clock.now();
  const { requester } = request;
  const done = await holdingLinks(deps.db, async (tx): Promise<Result<Accepted>> => {
    const linked = await linkedAccounts(tx);
    const chosen = choose(deps, request, linked);
    if (!chosen.ok) return chosen;
    const accounts = chosen.value;
    await partAccounts(tx, accounts);
    const parted = accounts.map(({ platform, userId }) => ({ platform, userId }));
    const accepted: Accepted = { deployment: 0, isNew: true, link: { kind: 'parted', accounts: parted } };
    await keepAct(tx, { request, accepted, at });
    const persons = new Set(accounts.map(({ person }) => person));
    const concerned = linked.filter(({ person }) => persons.has(person));
    for (const one of concerned)
      if (accountName(one) !== accountName(requester))
        await tell(tx, { actor: one, origin: one.origin }, { what: 'parted', accounts }, at);
    return ok(accepted);
  });
  if (done.ok) await peopleChanged(deps);
  return done;
}

/** The joined accounts that are meant. */
function choose(
  deps: DoorDeps,
  request: Request<UnlinkIntent>,
  linked: readonly LinkedAccount[],
): Result<readonly LinkedAccount[]> {
  const { requester, intent } = request;
  const said = intent.account ?? accountName(requester);
  const own = ownOf(deps, requester, linked);
  const chosen = own.filter((one) => accountName(one) === said || one.platform === said);
  if (chosen.length > 0) return ok(chosen);
  const others = linked.filter((one) => accountName(one) === said);
  if (others.length === 0)
    return refused(refuse('not-linked', { account: said, linked: own.map(accountName) }));
  const allowed = authorizeUnlink(deps.config(), request);
  return allowed.ok ? ok(others) : allowed;
}

function ownOf(deps: DoorDeps, requester: Actor, linked: readonly LinkedAccount[]): readonly LinkedAccount[] {
  const people = withLinked(withoutLinked(deps.config().access.people), linked);
  return linked.filter((one) => isSamePerson(people, one, requester));
}
