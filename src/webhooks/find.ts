import type { Config, HostConfig } from '../config/config.js';
import { hostOf, hostPathOf } from '../config/host-of.js';
import { remoteAddress } from '../core/address.js';
import type { HostRepository } from '../core/host.js';
import type { Repository } from '../core/repository.js';

type Index = ReadonlyMap<string, readonly Repository[]>;

const indexes = new WeakMap<Config, Index>();

/**
 * The repositories of a config that a host's delivery is about, found by any of its addresses, its path or its name. One
 * that is known to lie at another host is never meant: each host speaks for its own.
 */
export function findRepositories(
  config: Config,
  host: HostConfig,
  told: HostRepository,
): readonly Repository[] {
  if (told.name !== undefined) return byName(config, told.name);
  const index = indexOf(config);
  const found = new Set(keysOf(host, told).flatMap((key) => index.get(key) ?? []));
  return amongSeveral([...found], told);
}

function byName(config: Config, name: string): readonly Repository[] {
  const exact = config.repositories.get(name);
  if (exact !== undefined) return [exact];
  return [...config.repositories.values()].filter((one) => one.name.toLowerCase() === name.toLowerCase());
}

function keysOf(host: HostConfig, told: HostRepository): readonly string[] {
  const paths = told.path === undefined ? [] : [told.path];
  const addresses = told.urls.flatMap((url) => {
    const domain = remoteAddress(url)?.domain;
    const path = hostPathOf(url, host);
    return domain === undefined || path === undefined ? [] : [{ domain, path }];
  });
  const atHost = [...paths, ...addresses.map(({ path }) => path)].map((path) => keyAt(host.name, path));
  const elsewhere = addresses.map(({ domain, path }) => keyAt(`//${domain}`, path));
  // Without any address, a path is all there is; but only a host without domains may mean what belongs to nobody.
  const nowhere =
    addresses.length === 0 && host.domains.length === 0 ? paths.map((path) => keyAt('?', path)) : [];
  return [...atHost, ...elsewhere, ...nowhere];
}

function keyAt(place: string, path: string): string {
  return `${place}/${path.toLowerCase()}`;
}

function indexOf(config: Config): Index {
  const known = indexes.get(config);
  if (known !== undefined) return known;
  const index = new Map<string, Repository[]>();
  for (const repository of config.repositories.values())
    for (const key of new Set(placesOf(repository, config)))
      index.set(key, [...(index.get(key) ?? []), repository]);
  indexes.set(config, index);
  return index;
}

function placesOf(repository: Repository, config: Config): readonly string[] {
  const host = hostOf(repository, config.hosts);
  const address = remoteAddress(repository.url);
  if (host !== undefined) {
    const path = hostPathOf(repository.url, host);
    return path === undefined ? [] : [keyAt(host.name, path)];
  }
  if (address === undefined) return [];
  const whole = address.path;
  // An https address may have a folder before the project; nobody said of which kind this host is.
  const paths = [whole, whole.replace(/^(?:.*\/)?scm\//i, '')];
  return paths.flatMap((path) => [keyAt(`//${address.domain}`, path), keyAt('?', path)]);
}

// Two servers of one machine differ by their ports alone; ssh and https of one server do so too.
function amongSeveral(found: readonly Repository[], told: HostRepository): readonly Repository[] {
  if (found.length < 2) return found;
  const urls = new Set(told.urls.map(exactly));
  const exact = found.filter((repository) => urls.has(exactly(repository.url)));
  return exact.length > 0 ? exact : found;
}

function exactly(url: string): string {
  const address = remoteAddress(url);
  if (address === undefined) return url;
  const { protocol, domain, port = '', path } = address;
  return `${protocol}://${domain}:${port}/${path.toLowerCase()}`;
}
