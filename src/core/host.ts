import type { CheckFact } from './check.js';
import type { Pusher } from './pusher.js';
import type { Result } from './result.js';

/** One POST of a Git host, as it came. */
export interface RawDelivery {
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes that were signed. */
  readonly body: Uint8Array;
}

/** A commit as a host tells of it. */
export interface PushedCommit {
  readonly sha: string;
  readonly message: string;
  readonly author: string;
}

/** One ref that a push changed. */
export interface RefChange {
  readonly kind: 'branch' | 'tag';
  /** Without `refs/heads/` or `refs/tags/`. */
  readonly name: string;
  readonly how: 'created' | 'moved' | 'deleted';
  /** Absent when the ref was created, or the host does not tell. */
  readonly before?: string;
  /** Absent when the ref was deleted, or the host does not tell. */
  readonly after?: string;
  /** Whether history was rewritten, as far as the host tells. */
  readonly isForced?: boolean;
  /** The newest commit, as far as the host tells. */
  readonly head?: PushedCommit;
}

/** A repository as a host names it: every address and name under which a config may know it. */
export interface HostRepository {
  readonly urls: readonly string[];
  /** Where it lies at the host, for deliveries without an address. */
  readonly path?: HostPath;
  /** The name in a delivery that has no address: the original's `repo_name`. */
  readonly name?: string;
}

/** What a delivery tells. It is a hint: what is deployed is found out by asking the remote. */
export type HostNews =
  | {
      readonly kind: 'push';
      readonly repository: HostRepository;
      readonly changes: readonly RefChange[];
      readonly pusher?: Pusher;
    }
  | { readonly kind: 'checks'; readonly repository: HostRepository; readonly facts: readonly CheckFact[] }
  /** CI has news of a commit that the delivery does not spell out: the host is asked. */
  | { readonly kind: 'checks-changed'; readonly repository: HostRepository; readonly sha: string }
  /** Nothing that concerns Packtrain; `what` names it, such as `ping`. */
  | { readonly kind: 'none'; readonly what: string };

/** The name under which deployments are shown on their commits. It is told of like a check, and is none. */
export const ownStatusName = 'packtrain/deploy';

/** How a deployment is shown at the host. */
export interface CommitStatus {
  readonly sha: string;
  readonly state: 'pending' | 'success' | 'failure';
  /** At most 140 characters. */
  readonly description: string;
  /** The deployment's page. */
  readonly url: string;
}

/** Where a repository lies at its host: `group/sub/name`, without `.git`. */
export type HostPath = string;

/** What a token may do in a repository, as far as the host tells. */
export interface HostRights {
  /** Whether it may show deployments on their commits; absent where the host doesn't tell. */
  readonly maySetStatus?: boolean;
}

/** What a host's API is asked. Refused when the host says no, limits, or is out of reach; never throws for these. */
export interface HostApi {
  /** All checks of a commit: every page, the newest run of each name. */
  facts(repository: HostPath, sha: string): Promise<Result<readonly CheckFact[]>>;
  /** Whether a repository can be seen with the token, and what else it may; for `doctor`. */
  rights(repository: HostPath): Promise<Result<HostRights>>;
  /** Shows a deployment on its commit, as `packtrain/deploy`. Saying the same again changes nothing. */
  setStatus(repository: HostPath, status: CommitStatus): Promise<Result<void>>;
  /** Keeps the host's own record of a deployment; absent where the host has none. `known` is what the call before gave. */
  recordDeployment?(
    repository: HostPath,
    record: DeploymentRecord,
    known: string | undefined,
  ): Promise<Result<string>>;
}

/** A repository's host, as it is asked and told about it. */
export interface HostAccess {
  /** The host's name in the config. */
  readonly name: string;
  /** Where the repository lies there; absent when its address says nothing. */
  readonly path?: HostPath;
  /** Absent where there is no token, or nothing to ask. */
  readonly api?: HostApi;
  /** Whether deployments are shown on their commits. */
  readonly commitStatus: boolean;
  /** Whether the host's own records of deployments are kept. */
  readonly deploymentRecords: boolean;
}

/** What a host's own record of a deployment says. */
export interface DeploymentRecord extends CommitStatus {
  readonly ref: string;
  /** The target's name. */
  readonly environment: string;
}

/** One Git host: how its deliveries are proved and read, and how it is asked. */
export interface Host {
  /** Its name in the config and in `/webhooks/<name>`. */
  readonly name: string;
  /** The headers that `read` and `deliveryId` look at, in lower case: no others are kept, for they may hold secrets. */
  readonly headers: readonly string[];
  /** The header that says what a delivery is about; absent where only the body does. */
  readonly eventHeader?: string;
  /** Whether a delivery was signed with the secret, compared in constant time. `now` bounds signed times. */
  verify(delivery: RawDelivery, secret: string, now: Date): boolean;
  /** The delivery's id, the same when it is sent again; absent where the host gives none. */
  deliveryId(delivery: RawDelivery): string | undefined;
  /** What a delivery tells. Refused when the JSON has not the host's shape. */
  read(delivery: RawDelivery): Result<readonly HostNews[]>;
  /** Absent where there is nothing to ask. */
  readonly api?: HostApi;
}
