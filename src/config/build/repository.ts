import type {
  AutoDeployment,
  BorrowRule,
  Credentials,
  Repository,
  SecretSource,
} from '../../core/repository.js';
import { borrowDefaults } from '../checks/repositories.js';
import { resolvePath, resolveRemote } from '../paths.js';
import type { RepositoryEntry } from '../schema/repository.js';
import { given } from './given.js';

/** A repository as it was read, with its defaults and absolute paths. */
export function buildRepository(name: string, entry: RepositoryEntry, folder: string): Repository {
  const shared = Object.entries(entry.shared_paths ?? {});
  return given({
    name,
    url: resolveRemote(folder, entry.repo),
    subtree: entry.subtree ?? false,
    target: entry.target ?? 'default',
    autoDeployment: entry.auto_deployment && buildAutoDeployment(entry.auto_deployment),
    credentials: entry.credentials && buildCredentials(entry.credentials, folder),
    borrow: entry.borrow && buildBorrow(entry.borrow),
    announceChannel: entry.announce_channel,
    announceEveryMs: entry.announce_every,
    announceAfterMs: entry.announce_after,
    sharedPaths: entry.shared_paths && shared.map(([pattern, packs]) => ({ pattern, packs })),
    prune: entry.prune,
    host: entry.host,
  });
}

function buildAutoDeployment(entry: NonNullable<RepositoryEntry['auto_deployment']>): AutoDeployment {
  const { checks } = entry;
  return given({
    branch: entry.branch,
    notifyChannel: entry.notify_channel,
    checks:
      checks &&
      given({
        required: checks.required ?? [],
        allowFailures: checks.allow_failures ?? [],
        withinMs: checks.within,
      }),
    pollEveryMs: entry.poll_every,
  });
}

function buildBorrow(entry: NonNullable<RepositoryEntry['borrow']>): BorrowRule {
  const returnAfterMs = entry.return_after ?? borrowDefaults.returnAfterMs;
  // A short borrow is warned of halfway, rather than at once or never.
  const warnBeforeMs =
    entry.warn_before ?? Math.min(borrowDefaults.warnBeforeMs, Math.floor(returnAfterMs / 2));
  const [from = '', to = ''] = entry.quiet_hours?.split('-') ?? [];
  const quietHours = entry.quiet_hours === undefined ? undefined : { from, to };
  return given({ returnAfterMs, warnBeforeMs, maxMs: entry.max, quietHours });
}

function buildCredentials(entry: NonNullable<RepositoryEntry['credentials']>, folder: string): Credentials {
  return given({
    token: entry.token && buildSecret(entry.token, folder),
    username: entry.username,
    sshKeyFile: entry.ssh_key_file && resolvePath(folder, entry.ssh_key_file),
    knownHostsFile: entry.known_hosts_file && resolvePath(folder, entry.known_hosts_file),
  });
}

/** Where a secret's value is found, with an absolute path. */
export function buildSecret(source: SecretSource, folder: string): SecretSource {
  return 'env' in source ? source : { file: resolvePath(folder, source.file) };
}
