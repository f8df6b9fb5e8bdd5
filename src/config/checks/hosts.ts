import { hostKinds } from '../schema/host.js';
import { suggest } from '../suggest.js';
import { get, keysOf, type Look, mapOf, textsOf } from './look.js';
import { platforms } from './people.js';

/** Each host is of a known kind, each domain belongs to one host, and repositories name hosts that exist. */
export function checkHosts(look: Look): void {
  const section = get(look.raw, 'hosts');
  for (const [name, host] of mapOf(section)) {
    if (platforms.includes(name))
      look.report(
        ['hosts', name],
        `${name}: Accounts of a chat are called so; give the host another name, and its kind.`,
        'key',
      );
    if (get(host, 'kind') === undefined && !hostKinds.some((kind) => kind === name))
      look.report(
        ['hosts', name],
        `${name}: It needs a kind, since its name is none.${suggest(name, hostKinds)}`,
        'key',
      );
  }
  checkAddresses(look, section);
  checkDomains(look, section);
  const names = keysOf(section);
  for (const [name, repository] of mapOf(get(look.raw, 'repositories'))) {
    const host = get(repository, 'host');
    if (typeof host === 'string' && !names.includes(host))
      look.report(
        ['repositories', name, 'host'],
        `host: There is no host "${host}" in hosts.${suggest(host, names)}`,
      );
  }
}

/** Kinds without a public service: nobody knows where to send the token. */
const apiAddresses: ReadonlyMap<unknown, string> = new Map([
  ['bitbucket-server', 'https://git.example.com'],
  ['gitea', 'https://git.example.com/api/v1'],
]);

function checkAddresses(look: Look, section: unknown): void {
  for (const [name, host] of mapOf(section)) {
    const kind = get(host, 'kind') ?? name;
    const example = apiAddresses.get(kind);
    if (example === undefined || get(host, 'token') === undefined) continue;
    if (get(host, 'api_url') === undefined)
      look.report(
        ['hosts', name, 'token'],
        `token: It is for an API whose address is not told; add api_url, such as ${example}.`,
        'key',
      );
  }
}

function checkDomains(look: Look, section: unknown): void {
  const taken = new Map<string, string>();
  for (const [name, host] of mapOf(section))
    for (const [index, domain] of textsOf(get(host, 'domains'))) {
      const other = taken.get(domain.toLowerCase());
      taken.set(domain.toLowerCase(), other ?? name);
      if (other !== undefined)
        look.report(
          ['hosts', name, 'domains', index],
          `domains: ${domain} is a name of host ${other} too; each name belongs to one host.`,
        );
    }
}
