import type { Config } from '../../config/config.js';
import type { Actor } from '../../core/actor.js';
import { accountName, accountsOf, personName } from '../../core/identity.js';
import { type LinkedAccount, namesAmong, type WhoView, withoutLinked } from '../../core/linking.js';

/** Who somebody is, with all their accounts. */
export function whoIs(config: Config, linked: readonly LinkedAccount[], actor: Actor): WhoView {
  const { people } = config.access;
  const name = personName(people, actor);
  const since = new Map(linked.map((one) => [accountName(one), one.since]));
  const accounts = accountsOf(people, actor).map((account) => {
    const joined = since.get(accountName(account));
    return { ...account, ...(joined === undefined ? {} : { since: joined }) };
  });
  const contradicts = namesOfGroup(config, linked, actor);
  return {
    actor,
    accounts,
    // A name of an account or of joined accounts alone says nothing to people.
    ...(name.includes(':') ? {} : { name }),
    ...(contradicts.length > 1 ? { contradicts } : {}),
  };
}

function namesOfGroup(config: Config, linked: readonly LinkedAccount[], actor: Actor): readonly string[] {
  const own = linked.find((one) => accountName(one) === accountName(actor));
  const group = linked.filter((one) => one.person === own?.person);
  return namesAmong(withoutLinked(config.access.people), group);
}
