import type { Clock } from '../../core/clock.js';

/** What the driver of a Git host is made of. */
export interface HostParts {
  /** Its name in the config. */
  readonly name: string;
  /** Without a slash at its end; the public service's unless given. */
  readonly apiUrl?: string;
  /** Reads the token anew each time, so that a rotated one needs no restart; absent where none is configured. */
  readonly token?: () => Promise<string | undefined>;
  readonly username?: string;
  /** A file with certificates to trust besides the usual ones. */
  readonly caFile?: string;
  /** Milliseconds for a request to the API; ten seconds unless given. */
  readonly timeLimitMs?: number;
  readonly clock: Clock;
}
