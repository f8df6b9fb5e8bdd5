import type { Person } from './access.js';
import type { Actor } from './actor.js';
import { accountName, configuredName, personName } from './identity.js';

/** Who pushed, as a host names them. */
export interface Pusher {
  /** For people to read. */
  readonly name: string;
  /** The name that is nobody else's there at the time; absent where the host has none. */
  readonly login?: string;
  /** The id that the host never gives to anybody else. */
  readonly id?: string;
}

/** Who pushed to which host of the config, as a delivery proved it. */
export interface PushedBy extends Pusher {
  readonly host: string;
}

/** A code of `pack link` that an account of a host has pushed. */
export interface PushedCode {
  readonly code: string;
  readonly by: PushedBy;
}

/**
 * The accounts of who pushed: by the id, as `id:4711`, and by the login. An id has a colon, as no login has, so that
 * nobody becomes somebody by a login of digits. None where the host proves nobody.
 */
export function accountsOfPusher({ host: platform, name, login, id }: PushedBy): readonly Actor[] {
  const ids = [...(id === undefined ? [] : [`id:${id}`]), ...(login === undefined ? [] : [login])];
  return ids.map((userId) => ({ platform, userId, name: login ?? name }));
}

/** The account of who pushed that is known to be a person's: by the config first, then joined; the id before the login. */
export function knownPusher(people: readonly Person[], by: PushedBy): Actor | undefined {
  const accounts = accountsOfPusher(by);
  const isKnown = (nameOf: typeof personName) => (account: Actor) =>
    nameOf(people, account) !== accountName(account);
  return accounts.find(isKnown(configuredName)) ?? accounts.find(isKnown(personName));
}

/** The accounts to which a push belongs: the one that is known to be a person's, else all that may become one's. */
export function ownersOfPush(people: readonly Person[], by: PushedBy): readonly Actor[] {
  const known = knownPusher(people, by);
  return known === undefined ? accountsOfPusher(by) : [known];
}
