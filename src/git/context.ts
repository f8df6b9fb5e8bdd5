import { type Refusal, refuse } from '../core/reason.js';
import type { Redactor } from '../core/redact.js';
import { gitEnvironment, type LookUp, type Settings } from './environment.js';
import type { Pens } from './pen.js';
import { type GitEnd, runGit } from './run.js';
import type { SpareShell } from './spare-shell.js';

/** How long git may take and how much it may bring. */
export interface GitLimits {
  /** Milliseconds for asking a remote where its branches are. */
  readonly lookMs: number;
  /** Milliseconds for one fetch. */
  readonly fetchMs: number;
  /** Milliseconds for the first fetch of a repository, which brings all of it. */
  readonly firstFetchMs: number;
  /** Milliseconds for anything that only reads or tidies the mirror. */
  readonly localMs: number;
  /** Milliseconds after which the processes that read objects are ended when nothing is asked. */
  readonly idleMs: number;
  /** The most bytes of a file that is read as text. */
  readonly textBytes: number;
  /** The most bytes and files that a pack may have. */
  readonly packBytes: number;
  readonly packFiles: number;
  /** The most bytes of a pack that is written from memory; larger ones stream through `git archive`. */
  readonly directBytes: number;
}

const minute = 60_000;

/** What holds unless it is configured otherwise. */
export const defaultLimits: GitLimits = {
  lookMs: 30_000,
  fetchMs: 5 * minute,
  firstFetchMs: 30 * minute,
  localMs: 10 * minute,
  idleMs: 5 * minute,
  textBytes: 4 * 1024 ** 2,
  packBytes: 1024 ** 3,
  packFiles: 100_000,
  directBytes: 16 * 1024 ** 2,
};

/** What everything here that starts git needs. */
export interface GitContext {
  readonly dataDir: string;
  readonly lookUp: LookUp;
  readonly redactor: Redactor;
  readonly limits: GitLimits;
  /** Aborted when Packtrain stops. */
  readonly stopping: AbortSignal;
  /** Stands ready for whoever asks next. */
  readonly spare: SpareShell;
  readonly pens: Pens;
}

/** One git process in a mirror. */
export interface LocalCall {
  readonly folder: string;
  readonly args: readonly string[];
  readonly settings?: Settings;
}

/** Runs git in a mirror, without any access to a remote. */
export function runLocal(context: GitContext, call: LocalCall): Promise<GitEnd> {
  return runGit({
    args: call.args,
    cwd: call.folder,
    env: gitEnvironment(context.lookUp, call.folder, call.settings),
    timeoutMs: context.limits.localMs,
    signal: context.stopping,
    spare: context.spare,
  });
}

/** The oldest git with everything that is used: settings by GIT_CONFIG_COUNT came last. */
const needed = [2, 31] as const;

/** Asks git for its version. */
export async function findGit(context: GitContext): Promise<{ version: string } | { refusal: Refusal }> {
  const end = await runLocal(context, { folder: '/', args: ['version'] });
  const [, version, major, minor] = /version ((\d+)\.(\d+)[\w.]*)/.exec(end.stdout) ?? [];
  if (end.how === 'missing' || version === undefined) return { refusal: refuse('git-missing', {}) };
  const isOld = Number(major) < needed[0] || (Number(major) === needed[0] && Number(minor) < needed[1]);
  return isOld
    ? { refusal: refuse('git-too-old', { found: version, needed: needed.join('.') }) }
    : { version };
}
