import type { Config, HostConfig } from '../../config/config.js';
import { hostAccess } from '../../config/host-access.js';
import { systemClock } from '../../core/clock.js';
import type { HostAccess } from '../../core/host.js';
import { explain } from '../../core/reason.js';
import type { Repository } from '../../core/repository.js';
import { type LookUp, readSecret } from '../../secrets/read.js';
import type { CliParts } from '../parts.js';
import { bad, type Finding, odd, well } from './finding.js';

const atATime = 8;

/** Asks the hosts' APIs what their tokens may do, for each repository whose host has one. */
export async function checkRights(
  { repositories, hosts }: Pick<Config, 'repositories' | 'hosts'>,
  parts: Pick<CliParts, 'openHost'>,
  lookUp: LookUp,
): Promise<readonly Finding[]> {
  const tokenOf = async ({ token }: HostConfig) => token && (await readSecret(token, lookUp));
  const hostNamed = (name: string) => {
    const host = hosts.get(name);
    return host && parts.openHost(host, { token: () => tokenOf(host), clock: systemClock });
  };
  const all = [...repositories.values()];
  const findings: Finding[] = [];
  for (let i = 0; i < all.length; i += atATime) {
    const some = all.slice(i, i + atATime).map((one) => checkOne(one, hostAccess(one, hosts, hostNamed)));
    findings.push(...(await Promise.all(some)).flat());
  }
  return findings;
}

async function checkOne(repository: Repository, host: HostAccess | undefined): Promise<readonly Finding[]> {
  const name = `checks of ${repository.name}`;
  const wantsChecks = repository.autoDeployment?.checks !== undefined;
  if (host === undefined) return wantsChecks ? [nobodyTells(name)] : [];
  const { api, path } = host;
  if (api === undefined || path === undefined) return [];
  const rights = await api.rights(path);
  if (!rights.ok) {
    const { what, next } = explain(rights.refusal);
    return [bad(name, what, next)];
  }
  const mayNotTell = host.commitStatus && rights.value.maySetStatus === false;
  return mayNotTell ? [readsOnly(name, host.name)] : [well(name, `${host.name} takes the token`)];
}

function nobodyTells(name: string): Finding {
  const what = 'They are asked for, but no configured host is its own.';
  return bad(name, what, 'Name the host under `hosts`, with a token or a webhook_secret.');
}

function readsOnly(name: string, host: string): Finding {
  const what = `The token of ${host} may read, but not show deployments on commits.`;
  return odd(name, what, `Give it that right, or set hosts.${host}.commit_status to false.`);
}
