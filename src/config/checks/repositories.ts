import { formatDuration, parseDuration } from '../../core/duration.js';
import { get, type Look, mapOf } from './look.js';

/** What holds between the keys of a repository. */
export function checkRepositories(look: Look): void {
  for (const [name, repository] of mapOf(get(look.raw, 'repositories'))) {
    const path = ['repositories', name];
    const url = get(repository, 'repo');
    if (typeof url === 'string')
      checkRemote(look, { path, url, credentials: get(repository, 'credentials') });
    checkBorrow(look, path, get(repository, 'borrow'));
    if (get(repository, 'shared_paths') !== undefined && !hasManyPacks(get(repository, 'subtree')))
      look.report(
        [...path, 'shared_paths'],
        'shared_paths: The repository is one pack, so nothing is shared. Set subtree, or take this away.',
        'key',
      );
  }
}

function hasManyPacks(subtree: unknown): boolean {
  return subtree !== undefined && subtree !== false;
}

interface Remote {
  readonly path: readonly string[];
  readonly url: string;
  readonly credentials: unknown;
}

const schemes = ['ssh', 'git+ssh', 'https', 'http', 'git', 'file'];

function checkRemote(look: Look, remote: Remote): void {
  const { path, url } = remote;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (/^[a-z][a-z0-9+.-]*::/i.test(url))
    look.report([...path, 'repo'], 'repo: Remotes of the form helper::address are not allowed.');
  if (scheme !== undefined && !schemes.includes(scheme))
    look.report(
      [...path, 'repo'],
      `repo: "${scheme}" is none of the kinds of URL that work: ${schemes.join(', ')}.`,
    );
  if (scheme === 'http' && get(remote.credentials, 'token') !== undefined && !isLoopback(url))
    look.report([...path, 'repo'], 'repo: The token would travel unencrypted: use https.');
  if (scheme === 'https' || scheme === 'http') checkNoSshKeys(look, remote);
}

function checkNoSshKeys(look: Look, { path, credentials }: Remote): void {
  for (const key of ['ssh_key_file', 'known_hosts_file'])
    if (get(credentials, key) !== undefined)
      look.report(
        [...path, 'credentials', key],
        `${key}: This is for ssh, and the remote is reached by http.`,
        'key',
      );
}

function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

/** What a borrow has unless it is said. */
export const borrowDefaults = { returnAfterMs: 3_600_000, warnBeforeMs: 600_000 } as const;

function checkBorrow(look: Look, path: readonly string[], borrow: unknown): void {
  const returnAfter = read(get(borrow, 'return_after')) ?? borrowDefaults.returnAfterMs;
  const warnBefore = read(get(borrow, 'warn_before'));
  const max = read(get(borrow, 'max'));
  const after = `return_after (${formatDuration(returnAfter)})`;
  if (warnBefore !== undefined && warnBefore >= returnAfter)
    look.report([...path, 'borrow', 'warn_before'], `warn_before: It must be shorter than ${after}.`);
  if (max !== undefined && max < returnAfter)
    look.report([...path, 'borrow', 'max'], `max: It must not be shorter than ${after}.`);
}

function read(value: unknown): number | undefined {
  const result = typeof value === 'string' ? parseDuration(value) : undefined;
  return result?.ok ? result.value : undefined;
}
