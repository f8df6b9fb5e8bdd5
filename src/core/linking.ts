import type { Account, Person } from './access.js';
import type { Actor, Origin } from './actor.js';
import { accountName, bearsOwnName } from './identity.js';

/** An account that its owner joined with others. */
export interface LinkedAccount extends Actor {
  /** The number that all accounts of one person have. */
  readonly person: number;
  readonly since: Date;
  /** Where it was joined, and so where its owner is told of what becomes of it. */
  readonly origin?: Origin;
}

/**
 * The people of the config together with the accounts that were joined with theirs, and those whom only their joined
 * accounts make a person. Joined accounts are left out where the config says by now that they are of several people.
 */
export function withLinked(people: readonly Person[], linked: readonly LinkedAccount[]): readonly Person[] {
  const joined = new Map<string, LinkedAccount[]>();
  for (const group of groupsOf(linked).values()) {
    const name = nameOf(people, group);
    if (name !== undefined) joined.set(name, [...(joined.get(name) ?? []), ...group]);
  }
  const known = people.map((person) => withAccounts(person, joined.get(person.name)));
  const names = new Set(people.map(({ name }) => name));
  const others = [...joined].filter(([name]) => !names.has(name));
  return [...known, ...others.map(([name, accounts]) => ({ name, accounts: [], linked: accounts }))];
}

/** The people without what was joined by themselves. */
export function withoutLinked(people: readonly Person[]): readonly Person[] {
  const configured = people.filter(({ accounts, linked }) => accounts.length > 0 || linked === undefined);
  return configured.map(({ name, accounts }) => ({ name, accounts }));
}

/** The joined accounts of each person, by the person's number. */
export function groupsOf(linked: readonly LinkedAccount[]): ReadonlyMap<number, readonly LinkedAccount[]> {
  const groups = new Map<number, LinkedAccount[]>();
  for (const account of linked) groups.set(account.person, [...(groups.get(account.person) ?? []), account]);
  return groups;
}

/** The names that accounts have without being joined: by the config, or by themselves. More than one can't be one person. */
export function namesAmong(people: readonly Person[], accounts: readonly Account[]): readonly string[] {
  const names = accounts.map((account) => nameAlone(people, account));
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

function nameAlone(people: readonly Person[], account: Account): string | undefined {
  const person = people.find((one) => one.accounts.some((its) => accountName(its) === accountName(account)));
  return person?.name ?? (bearsOwnName(people, account) ? account.userId : undefined);
}

/** Undefined for accounts that can't be one person. */
function nameOf(people: readonly Person[], group: readonly LinkedAccount[]): string | undefined {
  const names = namesAmong(people, group);
  // No rule can name this one: what stands before the colon is no platform.
  return names.length > 1 ? undefined : (names[0] ?? `linked:${group[0]?.person}`);
}

function withAccounts(person: Person, linked: readonly LinkedAccount[] | undefined): Person {
  if (linked === undefined) return person;
  const own = new Set(person.accounts.map(accountName));
  return { ...person, linked: linked.filter((account) => !own.has(accountName(account))) };
}

/** What came of `pack link` and `pack unlink`. */
export type LinkOutcome =
  /** A code to say as another account. */
  | {
      readonly kind: 'offered';
      readonly code: string;
      readonly until: Date;
      /** Whether a Git host would tell of a branch that is pushed with it. */
      readonly canPush: boolean;
    }
  /** The code was said; a second one, shown to who said it, has to be said as the first account. */
  | { readonly kind: 'asked'; readonly code: string; readonly until: Date; readonly other: Actor }
  /** Both are one person's, with all that were joined with either. */
  | { readonly kind: 'joined'; readonly other: Actor; readonly accounts: readonly Account[] }
  | { readonly kind: 'parted'; readonly accounts: readonly Account[] };

/** Who somebody is. */
export interface WhoView {
  readonly actor: Actor;
  /** The person's name, where the config or an account of Packtrain's own gives one. */
  readonly name?: string;
  /** All accounts, the asking one first. */
  readonly accounts: readonly AccountView[];
  /** Set where the accounts were joined, but are of these people by the config, so that they count as several. */
  readonly contradicts?: readonly string[];
}

/** One account of somebody, and how it came to be theirs. */
export interface AccountView extends Account {
  /** Since when it is joined; absent for those of the config. */
  readonly since?: Date;
}
