import { type RemoteAddress, remoteAddress } from '../core/address.js';
import type { HostPath } from '../core/host.js';
import type { Repository } from '../core/repository.js';
import type { HostConfig } from './config.js';

/** The host that a repository lies at: the one that it names, else the one that has its address's name. */
export function hostOf(
  repository: Pick<Repository, 'url' | 'host'>,
  hosts: ReadonlyMap<string, HostConfig>,
): HostConfig | undefined {
  if (repository.host !== undefined) return hosts.get(repository.host);
  const domain = remoteAddress(repository.url)?.domain;
  return domain === undefined ? undefined : [...hosts.values()].find((host) => host.domains.includes(domain));
}

/** Where a repository lies at its host, by its address: `group/sub/name`; undefined when its address says nothing. */
export function hostPathOf(url: string, host: Pick<HostConfig, 'kind' | 'apiUrl'>): HostPath | undefined {
  const address = remoteAddress(url);
  if (address === undefined || address.path === '') return undefined;
  const path = withoutContext(address, host);
  // Its https addresses have a folder of their own before the project.
  return host.kind === 'bitbucket-server' && address.protocol === 'http'
    ? path.replace(/^(?:.*\/)?scm\//i, '')
    : path;
}

// A server may live in a folder of its web server, which its ssh addresses don't have.
function withoutContext({ protocol, path }: RemoteAddress, { apiUrl }: Pick<HostConfig, 'apiUrl'>): string {
  if (apiUrl === undefined || protocol !== 'http') return path;
  const context = new URL(apiUrl).pathname.replace(/\/(?:api|rest)(?:\/.*)?$/, '').replace(/^\//, '');
  return context !== '' && path.startsWith(`${context}/`) ? path.slice(context.length + 1) : path;
}
