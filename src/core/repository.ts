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

/** What a push to a branch does by itself. */
export interface AutoDeployment {
  readonly branch: string;
  readonly notifyChannel?: string;
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
