import type { Person } from './access.js';
import type { Actor } from './actor.js';
import { accountName, personName } from './identity.js';

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

/** The account of who pushed that is known to be a person's; the id goes before the login. */
export function knownPusher(people: readonly Person[], by: PushedBy): Actor | undefined {
  return accountsOfPusher(by).find((account) => personName(people, account) !== accountName(account));
}
