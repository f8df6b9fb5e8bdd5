import type { SecretSource } from '../../../core/repository.js';

/** The name of the platform. */
export const platform = 'matrix';

/** How a Matrix homeserver is reached. */
export interface MatrixSettings {
  readonly kind: string;
  /** The address of its client-server API, without a slash at its end. */
  readonly homeserver: string;
  readonly accessToken: SecretSource;
  /** The file of an authority to trust besides the usual ones. */
  readonly caFile?: string;
  /** The rooms to be in, by alias (`#ops:example.com`) or id. */
  readonly join: readonly string[];
  /** Whose invitations are accepted to any room: ids of users, in which `*` stands for any text. */
  readonly invitedBy: readonly string[];
  /** Ids of rooms by the names that the config uses; an invitation to one of them is accepted. */
  readonly channels: ReadonlyMap<string, string>;
  /** Milliseconds before the second try in a row to connect. */
  readonly firstPauseMs?: number;
}
