import { randomBytes } from 'node:crypto';
import { chown, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { type Refusal, refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { errorCode } from '../processes.js';
import { runAs } from './account.js';
import { makeOwnFolder, type Place } from './place.js';
import { settingArguments } from './settings.js';

/** The embedded database's role, and its database. */
export const embeddedName = 'packtrain';

const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

/** The password of the embedded database, made on first use. */
export async function embeddedPassword(place: Place): Promise<Result<string>> {
  const file = passwordFile(place.home);
  const found = await readFile(file, 'utf8').catch(() => '');
  if (found.trim() !== '') return ok(found.trim());
  if ((await clusterVersion(place.cluster)) !== undefined) {
    return refused(refuse('database-password-missing', { file }));
  }
  const password = randomBytes(24).toString('base64url');
  await writeFile(`${file}.new`, `${password}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return ok(password);
}

/** Where the password is kept: readable by Packtrain's own user only. */
export function passwordFile(home: string): string {
  return join(home, 'password');
}

/** The major version of the PostgreSQL that made the cluster; undefined when there is none yet. */
export async function clusterVersion(cluster: string): Promise<string | undefined> {
  const text = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  return text?.trim();
}

/**
 * Makes the cluster if it is not there: whole beside its place, then renamed into it, so that a crash leaves no
 * half of one. An existing cluster of another major version is refused.
 *
 * @param durable false skips waiting for the disk, for tests
 */
export async function ensureCluster(
  place: Place,
  password: string,
  durable: boolean,
): Promise<Refusal | undefined> {
  const { cluster, binaries } = place;
  const found = await clusterVersion(cluster);
  if (found === binaries.major) return undefined;
  if (found !== undefined) return refuse('database-version', { cluster, found, needed: binaries.major });
  await removeDrafts(cluster);
  const draft = `${cluster}.new-${randomBytes(6).toString('hex')}`;
  await makeOwnFolder(draft, place.account);
  const failure = await fillCluster({ ...place, cluster: draft }, password, durable);
  if (failure === undefined) await rename(draft, cluster);
  else await rm(draft, { recursive: true, force: true });
  return failure === undefined ? undefined : refuse('database-cannot-start', { detail: failure, log: '' });
}

async function removeDrafts(cluster: string): Promise<void> {
  const folder = dirname(cluster);
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${basename(cluster)}.new-`)) await rm(join(folder, name), { recursive: true });
  }
}

async function fillCluster(place: Place, password: string, durable: boolean): Promise<string | undefined> {
  const initialised = await runInitdb(place, password, durable);
  return initialised ?? (await createDatabase(place));
}

async function runInitdb(place: Place, password: string, durable: boolean): Promise<string | undefined> {
  const { cluster, binaries, account } = place;
  const file = `${cluster}.pw`;
  try {
    await writeFile(file, `${password}\n`, { mode: 0o600, flag: 'wx' });
    if (account !== undefined) await chown(file, account.uid, account.gid);
    const who = [`--username=${embeddedName}`, `--pwfile=${file}`, '--auth=scram-sha-256'];
    const sync = durable ? [] : ['--no-sync'];
    const args = [`--pgdata=${cluster}`, ...who, ...locale, '--no-instructions', ...sync];
    const ended = await execa(join(binaries.folder, 'bin/initdb'), args, runAs(account));
    return ended.exitCode === 0
      ? undefined
      : `initdb failed (${complaint(ended.stderr) || ended.shortMessage})`;
  } finally {
    await rm(file, { force: true });
  }
}

/** PostgreSQL's single-user mode makes our database before any server runs. */
async function createDatabase({ cluster, binaries, account }: Place): Promise<string | undefined> {
  const args = ['--single', '-D', cluster, ...settingArguments(), 'postgres'];
  const input = `CREATE DATABASE ${embeddedName};\n`;
  const { stdin: _closed, ...options } = runAs(account);
  const ended = await execa(join(binaries.folder, 'bin/postgres'), args, { ...options, input });
  return ended.exitCode === 0 ? undefined : `creating the database failed (${complaint(ended.stderr)})`;
}

/** What PostgreSQL's programs complain about: their first error, else their last line. */
export function complaint(output: string): string {
  const lines = output.trim().split('\n');
  const error = lines.find((line) => /FATAL|PANIC|error:|error while loading/.test(line));
  return (error ?? lines.at(-1) ?? '')
    .replace(/^.*?(FATAL|PANIC|error): +/, '')
    .replace(/\.$/, '')
    .trim();
}
