import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { refuse } from '../core/reason.js';
import type { Redactor } from '../core/redact.js';
import type { Repository } from '../core/repository.js';
import { ok, type Result, refused } from '../core/result.js';
import { describeSource, readSecret } from '../secrets/read.js';
import type { LookUp, Settings } from './environment.js';
import { parseRemote, type Remote } from './remote.js';

/** What a git process needs to speak to one remote. */
export interface Access {
  readonly remote: Remote;
  /** What was sent as proof, for messages. */
  readonly had: 'token' | 'ssh' | 'none';
  readonly settings: Settings;
  readonly variables: Readonly<Record<string, string>>;
}

const network: Settings = [
  // Below 1,000 bytes a second for 30 seconds a transfer is taken for stalled.
  ['http.lowSpeedLimit', '1000'],
  ['http.lowSpeedTime', '30'],
];

/**
 * Finds how to reach a repository's remote; its secret is read now, so a rotated token needs no restart.
 * @returns Refused when the address has a password in it, or a secret is not there.
 */
export async function accessTo(
  repository: Repository,
  lookUp: LookUp,
  redactor: Redactor,
): Promise<Result<Access>> {
  const remote = parseRemote(repository.url);
  const named = { repository: repository.name };
  if (remote.hasPassword) return refused(refuse('url-has-password', named));
  if (remote.kind === 'other') return refused(refuse('remote-protocol', named));
  if (remote.kind === 'ssh') return sshAccess(repository, remote);
  const token = repository.credentials?.token;
  if (remote.origin === undefined || token === undefined)
    return ok({ remote, had: 'none', settings: network, variables: {} });
  const secret = await readSecret(token, lookUp);
  if (secret === undefined)
    return refused(refuse('secret-missing', { ...named, source: describeSource(token) }));
  const username = repository.credentials?.username ?? remote.username ?? 'x-access-token';
  return ok({
    remote,
    had: 'token',
    settings: tokenSettings(remote.origin, username, secret, redactor),
    variables: {},
  });
}

function tokenSettings(origin: string, username: string, secret: string, redactor: Redactor): Settings {
  const basic = Buffer.from(`${username}:${secret}`).toString('base64');
  redactor.learn(secret);
  redactor.learn(basic);
  return [
    ...network,
    [`http.${origin}/.extraHeader`, `Authorization: Basic ${basic}`],
    // After a redirect git would send the header on to the new address.
    ['http.followRedirects', 'false'],
    // Else a wrong token would be tried again with whatever a helper of this machine knows.
    ['credential.helper', ''],
  ];
}

async function sshAccess(repository: Repository, remote: Remote): Promise<Result<Access>> {
  const { sshKeyFile: keyFile, knownHostsFile } = repository.credentials ?? {};
  if (keyFile !== undefined) {
    const problem = await access(keyFile, constants.R_OK).catch((error: NodeJS.ErrnoException) => error);
    if (problem !== undefined) {
      const detail = problem.code === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
      return refused(refuse('ssh-key-unusable', { repository: repository.name, file: keyFile, detail }));
    }
  }
  const variables = { GIT_SSH_COMMAND: sshCommand(keyFile, knownHostsFile), GIT_SSH_VARIANT: 'ssh' };
  return ok({ remote, had: 'ssh', settings: [], variables });
}

function sshCommand(keyFile: string | undefined, knownHostsFile: string | undefined): string {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'ConnectTimeout=20',
    'ServerAliveInterval=15',
    'ServerAliveCountMax=4',
    ...(keyFile === undefined ? [] : ['IdentitiesOnly=yes']),
    ...(knownHostsFile === undefined ? [] : [`UserKnownHostsFile="${knownHostsFile}"`]),
  ];
  const identity = keyFile === undefined ? [] : ['-i', keyFile];
  return ['ssh', ...identity, ...options.flatMap((option) => ['-o', option])].map(shellQuoted).join(' ');
}

function shellQuoted(word: string): string {
  return /^[\w/.=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
