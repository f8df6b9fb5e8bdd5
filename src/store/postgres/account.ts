import { execa } from 'execa';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';

/** A system user that PostgreSQL runs as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** What a child gets of the environment: nothing of ours, since tokens stand in it. */
const bareEnvironment = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' };

const quietly = { extendEnv: false, env: bareEnvironment, stdin: 'ignore', reject: false } as const;

/** Spawn options with which a child runs as the account, or as ourselves, and sees nothing of our environment. */
export function childIdentity(account: Account | undefined) {
  const ids = account === undefined ? {} : { uid: account.uid, gid: account.gid };
  return { cwd: '/', env: bareEnvironment, ...ids };
}

/** The same for execa; a failure is a value. */
export function runAs(account: Account | undefined) {
  return { ...quietly, ...childIdentity(account) };
}

/** Whether this process is root, for which PostgreSQL refuses to run. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * The account to run PostgreSQL as when we are root: `postgres` where it exists, else `packtrain`, which is created.
 * Refused when it can't be made, or when root may not change to it (a container without that capability).
 */
export async function serviceAccount(): Promise<Result<Account>> {
  const existing = (await lookUp('postgres')) ?? (await lookUp('packtrain'));
  const account = existing === undefined ? await createAccount('packtrain') : ok(existing);
  return account.ok ? checkedAccount(account.value) : account;
}

/** The account when this process can really run something as it, else the refusal. */
export async function checkedAccount(account: Account): Promise<Result<Account>> {
  const tried = await execa('/bin/sh', ['-c', ':'], runAs(account));
  if (tried.exitCode === 0) return ok(account);
  return cannotRunAs(account.name, `changing to it is not permitted here (${reasonOf(tried)})`);
}

/** Whether the account passes a shell test of the paths, such as `-r` or `-x`. */
export async function passes(account: Account, test: string, paths: readonly string[]): Promise<boolean> {
  const script = `for path; do test ${test} "$path" || exit 1; done`;
  const tried = await execa('/bin/sh', ['-c', script, 'sh', ...paths], runAs(account));
  return tried.exitCode === 0;
}

async function lookUp(name: string): Promise<Account | undefined> {
  const [uid, gid] = await Promise.all([
    execa('id', ['-u', name], quietly),
    execa('id', ['-g', name], quietly),
  ]);
  if (uid.exitCode !== 0 || gid.exitCode !== 0) return undefined;
  return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

async function createAccount(name: string): Promise<Result<Account>> {
  const home = ['--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin'];
  const made = await execa('useradd', ['--system', '--user-group', ...home, name], quietly);
  const account = await lookUp(name);
  if (account !== undefined) return ok(account);
  return cannotRunAs(name, `creating that user failed (${reasonOf(made)})`);
}

function cannotRunAs(user: string, detail: string): Result<Account> {
  return refused(refuse('database-needs-user', { user, detail }));
}

interface Ended {
  readonly stderr?: unknown;
  readonly shortMessage?: string | undefined;
  readonly originalMessage?: string | undefined;
}

function reasonOf(ended: Ended): string {
  const said = typeof ended.stderr === 'string' ? ended.stderr.trim().split('\n').at(-1) : '';
  return said || (ended.originalMessage ?? ended.shortMessage ?? 'without a word');
}
