import type { Account, Person } from './access.js';
import type { Actor } from './actor.js';

/** The platforms whose accounts Packtrain gives out itself, so that an account's name is its person's name. */
export const ownPlatforms = ['web', 'terminal', 'cli'] as const;

/** An account as rules write it: `platform:id`. */
export function accountName(account: Account): string {
  return `${account.platform}:${account.userId}`;
}

/**
 * The name by which a person is told from others: that of the person with this account, by the config or joined; on
 * Packtrain's own platforms the account's own name; else `platform:id`, so that nobody becomes ann by calling themselves
 * ann elsewhere.
 */
export function personName(people: readonly Person[], account: Account): string {
  return nameBy(indexOf(people, 'all'), people, account);
}

/** The same as if nobody had joined accounts: what the config alone says. */
export function configuredName(people: readonly Person[], account: Account): string {
  return nameBy(indexOf(people, 'configured'), people, account);
}

/** Whether two accounts are one person's. */
export function isSamePerson(people: readonly Person[], a: Account, b: Account): boolean {
  return accountName(a) === accountName(b) || personName(people, a) === personName(people, b);
}

/** The accounts that a person is known to have, that of the actor among them. */
export function accountsOf(people: readonly Person[], actor: Actor): readonly Account[] {
  const name = personName(people, actor);
  const person = people.find((one) => one.name === name);
  const own = { platform: actor.platform, userId: actor.userId };
  const all = [own, ...(person?.accounts ?? []), ...(person?.linked ?? [])];
  return [...new Map(all.map((account) => [accountName(account), account])).values()];
}

/** Whether an account's own name is its person's: on Packtrain's own platforms, unless somebody else has the name. */
export function bearsOwnName(people: readonly Person[], { platform, userId }: Account): boolean {
  // A colon would let an account pass for one of another platform.
  if (!ownPlatforms.some((own) => own === platform) || userId.includes(':')) return false;
  const namesake = people.find((p) => p.name === userId);
  return namesake === undefined || !namesake.accounts.some((a) => a.platform === platform);
}

type Index = ReadonlyMap<string, string>;

function nameBy(index: Index, people: readonly Person[], account: Account): string {
  const name = index.get(accountName(account));
  return name ?? (bearsOwnName(people, account) ? account.userId : accountName(account));
}

const indexes = { all: new WeakMap<object, Index>(), configured: new WeakMap<object, Index>() };

/** The names of people by their accounts: asked for every pair in a queue, so it is made once for each list. */
function indexOf(people: readonly Person[], which: keyof typeof indexes): Index {
  const known = indexes[which].get(people);
  if (known !== undefined) return known;
  const index = new Map<string, string>();
  for (const { name, accounts, linked = [] } of people)
    for (const account of which === 'all' ? [...accounts, ...linked] : accounts)
      if (!index.has(accountName(account))) index.set(accountName(account), name);
  indexes[which].set(people, index);
  return index;
}
