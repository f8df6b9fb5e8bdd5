/** How a push was heard of. */
export type PushSource = 'webhook' | 'poll' | 'asked';

/** A deployment branch that was found at a new commit, and what came of it. */
export interface Push {
  /** Its number. */
  readonly id: number;
  readonly repository: string;
  readonly branch: string;
  /** The commit that was compared before; absent for the first that was seen. */
  readonly before?: string;
  readonly sha: string;
  /** The newest commit's message, whole. */
  readonly message: string;
  readonly author: string;
  readonly source: PushSource;
  readonly at: Date;
  /** Why nothing is deployed, where that was decided at once. */
  readonly nothing?: 'nothing-changed' | 'skip-asked';
  /** The packs that the push brings, with what became of each where no deployment tells. */
  readonly gone: readonly string[];
  /** The deployments that it began. */
  readonly deployments: readonly number[];
}
