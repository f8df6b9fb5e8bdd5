import type { SecretSource } from '../../../core/repository.js';

/** How an account and its rooms are reached. */
export interface XmppSettings {
  readonly kind: string;
  /** Our own address, without a resource. */
  readonly jid: string;
  readonly password: SecretSource;
  /** The server; found by the name of its domain unless given. */
  readonly host?: string;
  readonly port?: number;
  /** Whether the stream is encrypted. */
  readonly tls: boolean;
  /** Whether it is so from its first byte, at the host that is given. */
  readonly directTls: boolean;
  /** The file of authorities to trust in place of the system's. */
  readonly caFile?: string;
  /** What we are called in rooms. */
  readonly nick: string;
  /** The rooms to be in. */
  readonly join: readonly string[];
  /** What the rooms that have one ask for. */
  readonly roomPasswords: ReadonlyMap<string, SecretSource>;
  /** Whether nobody in these rooms bears a nick that is not theirs. */
  readonly trustNicknames: boolean;
  /** Whether what was said is changed in place. */
  readonly corrections: boolean;
  /** How many messages a room takes at once, and how many a minute after that. */
  readonly messagesAtOnce: number;
  readonly messagesPerMinute: number;
  /** Milliseconds before the second try in a row to connect, and after which what was lost is tried to be had back. */
  readonly firstPauseMs?: number;
  readonly regainMs?: number;
}
