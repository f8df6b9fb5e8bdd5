import type { HostConfig } from './config/config.js';
import type { ConfigSource } from './config/source.js';
import type { Clock } from './core/clock.js';
import type { Host } from './core/host.js';
import type { Redactor } from './core/redact.js';
import { type LookUp, readSecret } from './secrets/read.js';

/** What a Git host's driver is given beside its config. */
export interface HostSurroundings {
  /** The token that the config names, read anew each time; undefined when there is none. */
  readonly token: () => Promise<string | undefined>;
  readonly clock: Clock;
}

/** What the hosts are opened with. */
export interface HostsOptions {
  readonly config: ConfigSource;
  readonly drivers: { openHost(config: HostConfig, parts: HostSurroundings): Host };
  readonly env: LookUp;
  readonly clock: Clock;
  readonly redactor: Redactor;
}

/** Finds the driver of a configured host, made once for each config of it. */
export function hostsBy({
  config,
  drivers,
  env,
  clock,
  redactor,
}: HostsOptions): (name: string) => Host | undefined {
  const opened = new WeakMap<HostConfig, Host>();
  return (name) => {
    const wanted = config.current().hosts.get(name);
    if (wanted === undefined) return undefined;
    const host = opened.get(wanted) ?? drivers.openHost(wanted, { token: () => tokenOf(wanted), clock });
    opened.set(wanted, host);
    return host;
  };

  async function tokenOf({ token }: HostConfig): Promise<string | undefined> {
    const secret = token && (await readSecret(token, env));
    // One that was changed since the start has to be masked too.
    if (secret !== undefined) redactor.learn(secret);
    return secret;
  }
}
