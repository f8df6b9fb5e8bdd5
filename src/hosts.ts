import type { AppOptions } from './app.js';
import type { HostConfig } from './config/config.js';
import type { Host } from './core/host.js';
import { readSecret } from './secrets/read.js';

/** Finds the driver of a configured host, made once for each config of it. */
export function hostsBy({
  config,
  drivers,
  env,
  clock,
  redactor,
}: Pick<AppOptions, 'config' | 'drivers' | 'env' | 'clock' | 'redactor'>): (
  name: string,
) => Host | undefined {
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
