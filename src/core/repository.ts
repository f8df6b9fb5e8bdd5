import type { QuietHours } from './quiet-hours.js';

/** A secret's value, resolved when it is used so that a rotated token needs no restart. */
export type SecretSource = { readonly env: string } | { readonly file: string };

/** How Packtrain proves itself to a remote. A secret never stands in the config or in a URL. */
export interface Credentials {
  readonly token?: SecretSource;
  /** The user name sent with the token; `x-access-token` unless given. */
  readonly username?: string;
  readonly sshKeyFile?: string;
  readonly knownHostsFile?: string;
}

/** The rule over CI's facts that a revision must pass before it goes live by itself. */
export interface ChecksRule {
  /** Names of checks that must succeed; `*` stands for any text, `{pack}` for the pack's name: then it is asked for each. */
  readonly required: readonly string[];
  /** Names of checks whose failure does not matter. */
  readonly allowFailures: readonly string[];
  /** Milliseconds after which a missing or pending check is reported. */
  readonly withinMs?: number;
}

/** What a push to a branch does by itself. */
export interface AutoDeployment {
  readonly branch: string;
  readonly notifyChannel?: string;
  readonly checks?: ChecksRule;
  /** Milliseconds between two looks at the remote. */
  readonly pollEveryMs?: number;
}

/** How long a pack may have another branch than the default one live. */
export interface BorrowRule {
  /** Milliseconds until a borrowed pack returns by itself. */
  readonly returnAfterMs: number;
  /** Milliseconds before the return at which the holder is warned. */
  readonly warnBeforeMs: number;
  /** When nothing returns by itself for a holder who asked for the night. */
  readonly quietHours?: QuietHours;
  /** The most milliseconds that a borrow lasts with all its extensions; unlimited when absent. */
  readonly maxMs?: number;
}

/** A path whose change counts as a change of packs. */
export interface SharedPath {
  /** A path in the repository; `*` stands for any text without a slash, `**` for any text. */
  readonly pattern: string;
  /** Names of packs; `*` stands for any text. */
  readonly packs: readonly string[];
}

/** A configured Git remote with one pack (`subtree: false`) or many (`subtree` names their folder). */
export interface Repository {
  readonly name: string;
  /** The remote as Git takes it: ssh, https, file or a path. */
  readonly url: string;
  /** The folder that holds one folder a pack, without slashes at its ends; false when the repository is one pack. */
  readonly subtree: string | false;
  readonly autoDeployment?: AutoDeployment;
  readonly credentials?: Credentials;
  /** The target its packs go to; `default` unless configured. */
  readonly target: string;
  readonly borrow?: BorrowRule;
  /** Where news for the people who use the packs go. */
  readonly announceChannel?: string;
  /** Milliseconds within which news are gathered into one message; each push has its own unless given. */
  readonly announceEveryMs?: number;
  /** Milliseconds for which a draft can be reworded before it goes out; it goes out at once unless given. */
  readonly announceAfterMs?: number;
  readonly sharedPaths?: readonly SharedPath[];
  /** Whether a pack that is gone from the branch is removed from the target. */
  readonly prune?: boolean;
  /** The name of the Git host it lies at; found by the address unless configured. */
  readonly host?: string;
}

/** A commit with the name by which it was asked for. */
export interface Revision {
  /** A branch, a tag, or the SHA itself. */
  readonly ref: string;
  /** The commit's full SHA. */
  readonly sha: string;
}

/** A revision as people read it: `main@1a2b3c4`. */
export function formatRevision(revision: Revision): string {
  const short = revision.sha.slice(0, 7);
  return revision.sha.startsWith(revision.ref) ? short : `${revision.ref}@${short}`;
}
