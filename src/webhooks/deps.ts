import type { CheckFact } from '../core/check.js';
import type { PushSource } from '../core/push.js';
import type { PushedCode } from '../core/pusher.js';
import type { PushedCommit } from '../store/pushers.js';

/** A hint that a branch may have moved; the remote is the truth. */
export interface MovedHint {
  /** The repository's name in the config. */
  readonly repository: string;
  readonly branch: string;
  /** The commit that the host named; absent where it named none. */
  readonly sha?: string;
  readonly source: PushSource;
}

/**
 * Whom the deliveries are passed on to. Each returns once it has kept what it was told, and does no lengthy work before;
 * each may be told the same twice. What it throws makes the delivery be looked at again later.
 */
export interface HookDeps {
  /** A deployment branch moved. */
  noteMoved(hint: MovedHint): Promise<unknown>;
  /** Somebody pushed a commit to a deployment branch. */
  notePushed(pushed: PushedCommit): Promise<unknown>;
  /** Somebody pushed a branch with a code of `pack link`. */
  noteCode(pushed: PushedCode): Promise<unknown>;
  /** CI says something of commits of a repository of the config. */
  recordFacts(repository: string, facts: readonly CheckFact[]): Promise<unknown>;
  /** CI has news of a commit: the host is to be asked. */
  askFacts(repository: string, sha: string): Promise<unknown>;
}
