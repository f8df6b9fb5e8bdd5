import type { Host, HostAccess } from '../core/host.js';
import type { Repository } from '../core/repository.js';
import type { HostConfig } from './config.js';
import { hostOf, hostPathOf } from './host-of.js';

/**
 * How a repository's host is asked and told; undefined when no configured host is its own.
 * @param hostNamed the driver of a configured host
 */
export function hostAccess(
  repository: Pick<Repository, 'url' | 'host'>,
  hosts: ReadonlyMap<string, HostConfig>,
  hostNamed: (name: string) => Pick<Host, 'api'> | undefined,
): HostAccess | undefined {
  const host = hostOf(repository, hosts);
  if (host === undefined) return undefined;
  const { name, commitStatus, deploymentRecords } = host;
  const path = hostPathOf(repository.url, host);
  const api = hostNamed(name)?.api;
  return {
    ...{ name, commitStatus, deploymentRecords },
    ...(path === undefined ? {} : { path }),
    ...(api === undefined ? {} : { api }),
  };
}
