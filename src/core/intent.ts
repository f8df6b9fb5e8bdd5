import type { Actor, Origin } from './actor.js';

/** Which packs of a repository are meant. `differing` are those whose tree is not the live one. */
export type PackSelection =
  | { readonly kind: 'named'; readonly packs: readonly string[] }
  | { readonly kind: 'all' }
  | { readonly kind: 'differing' };

/** Make a revision of some packs live. */
export interface DeployIntent {
  readonly kind: 'deploy';
  readonly repository: string;
  readonly packs: PackSelection;
  /** A branch, tag or SHA; the repository's deployment branch, else its default branch, unless given. */
  readonly ref?: string;
  /** Take over a pack directory that Packtrain did not put there. Forced: admins only. */
  readonly adopt?: boolean;
}

/** Make an earlier revision of one pack live again. */
export interface RollbackIntent {
  readonly kind: 'rollback';
  readonly pack: string;
  /** A revision or its beginning; the one before what is live unless given. */
  readonly to?: string;
  readonly target?: string;
}

/** Stop a deployment that has not begun to change anything. */
export interface CancelIntent {
  readonly kind: 'cancel';
  /** The deployment's number; the requester's newest open one unless given. */
  readonly deployment?: number;
}

/** What somebody asked for. Everything that changes something comes through one of these. */
export type Intent = DeployIntent | RollbackIntent | CancelIntent;

/** The intents that become a deployment. */
export type DeployingIntent = DeployIntent | RollbackIntent;

/** Which side an intent came from. */
export type Via = 'chat' | 'cli' | 'web' | 'push' | 'timer';

/** An intent with who asked, when and where. */
export interface Request<I extends Intent = Intent> {
  /** Unique for each asking: a repeated key is the same request and has no second effect. */
  readonly key: string;
  readonly intent: I;
  readonly requester: Actor;
  readonly via: Via;
  readonly origin?: Origin;
}
