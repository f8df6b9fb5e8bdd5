import type { SecretSource } from '../../../core/repository.js';

/** How an IRC network is reached. */
export interface IrcSettings {
  readonly kind: string;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** The file of authorities to trust in place of the system's. */
  readonly caFile?: string;
  readonly nick: string;
  /** The server's own password. */
  readonly password?: SecretSource;
  /** What to log in to the services with, by SASL PLAIN. */
  readonly account?: { readonly name: string; readonly password: SecretSource };
  /** The channels to be in. */
  readonly join: readonly string[];
  /** Whether nobody on this network bears a nick that is not theirs. */
  readonly trustNicknames: boolean;
  /** How many lines the network takes at once, and how many a minute after that. */
  readonly linesAtOnce: number;
  readonly linesPerMinute: number;
  /** Milliseconds before the second try in a row to connect, and after which what was lost is tried to be had back. */
  readonly firstPauseMs?: number;
  readonly regainMs?: number;
}
