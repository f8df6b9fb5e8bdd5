import type { Person } from '../core/access.js';
import type { Actor } from '../core/actor.js';
import { personName } from '../core/identity.js';

/** Those to whom news belong: who asked for the deployment, and who wrote the change. */
export interface Owners {
  readonly accounts: readonly Actor[];
  /** Names of authors, as Git has them. */
  readonly authors: readonly string[];
}

/**
 * Whether somebody is one of those to whom news belong. An author is known by the name of the person in the config, or by
 * their name on Packtrain's own platforms: an account of any other platform proves no name.
 */
export function isSamePerson(
  people: readonly Person[],
  actor: Actor,
  { accounts, authors }: Owners,
): boolean {
  const name = personName(people, actor);
  return accounts.some((one) => personName(people, one) === name) || authors.includes(name);
}
