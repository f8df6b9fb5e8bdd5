import type { HostConfig, HostKind } from '../config.js';
import { resolvePath } from '../paths.js';
import type { HostEntry } from '../schema/host.js';
import { given } from './given.js';
import { buildSecret } from './repository.js';

/** A host as it was read, with its defaults and absolute paths. */
export function buildHost(name: string, entry: HostEntry, folder: string): HostConfig {
  // The checks have refused a name that is no kind, where no kind is given.
  const kind = entry.kind ?? (name as HostKind);
  return given({
    name,
    kind,
    domains: (entry.domains ?? publicDomains[kind]).map((domain) => domain.toLowerCase()),
    webhookSecret: entry.webhook_secret && buildSecret(entry.webhook_secret, folder),
    apiUrl: entry.api_url?.replace(/\/+$/, ''),
    token: entry.token && buildSecret(entry.token, folder),
    username: entry.username,
    caFile: entry.ca_file && resolvePath(folder, entry.ca_file),
    commitStatus: entry.commit_status ?? entry.token !== undefined,
    deploymentRecords: entry.deployment_records ?? false,
  });
}

const publicDomains: Readonly<Record<HostKind, readonly string[]>> = {
  github: ['github.com', 'ssh.github.com'],
  gitlab: ['gitlab.com', 'altssh.gitlab.com'],
  'bitbucket-cloud': ['bitbucket.org', 'altssh.bitbucket.org'],
  'bitbucket-server': [],
  gitea: ['codeberg.org', 'gitea.com'],
  generic: [],
};
