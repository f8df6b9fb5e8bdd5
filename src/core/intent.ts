import type { Actor, Origin } from './actor.js';
import type { LockScope } from './lock.js';

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
  /** What is adopted is the commit, to the letter; refused where it is not. */
  readonly asFound?: boolean;
  /** Take the place also of files that somebody edited on the target, which are kept. Forced: admins only. */
  readonly overwrite?: boolean;
  /** The full SHA of exactly the commit that is meant: a push deploys what was pushed, wherever `ref` has gone since. */
  readonly at?: string;
  /** The number of the push that asked. */
  readonly push?: number;
  /** What other deployments of that push bring that this one's packs need: those go first, as long as they go on. */
  readonly after?: readonly Needed[];
  /** Packs that the commit no longer has and that are taken off the target, where the repository prunes. */
  readonly removes?: readonly string[];
  /** Why CI's checks don't matter this time. Forced. */
  readonly ignoringChecks?: string;
  /** The chat of others whose own pack asks, and waits for the end: that pack is left as it is. */
  readonly through?: string;
  /** For how many milliseconds a non-default branch is borrowed; as the repository is configured unless given. */
  readonly forMs?: number;
}

/** What one pack needs of another that another deployment brings. */
export interface Needed {
  readonly deployment: number;
  readonly pack: string;
  readonly on: string;
}

/** Make an earlier revision of one pack live again. */
export interface RollbackIntent {
  readonly kind: 'rollback';
  readonly pack: string;
  /** A revision or its beginning; the one before what is live unless given. */
  readonly to?: string;
  readonly target?: string;
  /** As for a deployment. */
  readonly overwrite?: boolean;
}

/** Stop a deployment that has not begun to change anything. */
export interface CancelIntent {
  readonly kind: 'cancel';
  /** The deployment's number; the requester's newest open one unless given. */
  readonly deployment?: number;
}

/** Put a borrowed pack back on its default branch. */
export interface ReturnIntent {
  readonly kind: 'return';
  readonly pack: string;
  readonly target?: string;
  /** Go back to what the borrow displaced, without asking the remote. */
  readonly force?: boolean;
  /** As for a deployment. */
  readonly overwrite?: boolean;
  /** The borrow that is meant, set by the door: a later one of the same pack stays. */
  readonly borrow?: number;
}

/** Keep a borrowed pack for longer. */
export interface ExtendIntent {
  readonly kind: 'extend';
  readonly pack: string;
  /** Milliseconds more; or over the quiet hours. */
  readonly by: number | 'overnight';
  /** Beyond the configured most. Forced. */
  readonly force?: boolean;
}

/** Hand a borrowed pack over to somebody else. */
export interface GiveIntent {
  readonly kind: 'give';
  readonly pack: string;
  /** The name of the person, as people write it. */
  readonly to: string;
}

/** Take a borrowed pack from its holder. Forced. */
export interface StealIntent {
  readonly kind: 'steal';
  readonly pack: string;
}

/** Hold packs against everybody else. */
export interface LockIntent {
  readonly kind: 'lock';
  readonly scope: LockScope;
  readonly because: string;
  /** Milliseconds until it ends by itself; it stays until unlocked unless given. */
  readonly forMs?: number;
}

/** End a lock; somebody else's: forced. */
export interface UnlockIntent {
  readonly kind: 'unlock';
  readonly scope: LockScope;
}

/** Say yes to a deployment whose turn has come. Only its requester's word counts. */
export interface ConfirmIntent {
  readonly kind: 'confirm';
  readonly deployment: number;
}

/** Let the next one go first. */
export interface DeferIntent {
  readonly kind: 'defer';
  /** The deployment's number; the requester's oldest waiting one unless given. */
  readonly deployment?: number;
}

/** Put other words in place of news that have not gone out yet. */
export interface RewordIntent {
  readonly kind: 'reword';
  /** The pack whose news are meant, in the newest draft that has some. */
  readonly pack?: string;
  /** The announcement, whole; one of the two is given. */
  readonly announcement?: number;
  /** Chat Markdown. */
  readonly words: string;
}

/** Leave a pack out of the news that have not gone out yet. */
export interface SkipIntent {
  readonly kind: 'skip';
  readonly pack: string;
}

/** Join the account with another one of the same person. */
export interface LinkIntent {
  readonly kind: 'link';
  /** A code that another account was given; asks for one unless given. */
  readonly code?: string;
  /** The other account as `platform:id`, set at the door in place of the code, for the audit. */
  readonly with?: string;
}

/** Take accounts apart that were joined. */
export interface UnlinkIntent {
  readonly kind: 'unlink';
  /** A platform, or an account as `platform:id`; the account that asks unless given. Somebody else's: forced. */
  readonly account?: string;
}

/** The intents that become a deployment. */
export type DeployingIntent = DeployIntent | RollbackIntent | ReturnIntent;

/** Whether an intent becomes a deployment, with a reply of its own. */
export function isDeploying(intent: Intent): intent is DeployingIntent {
  return intent.kind === 'deploy' || intent.kind === 'rollback' || intent.kind === 'return';
}

/** The intents that act upon deployments, borrows and locks that are there. */
export type ActingIntent =
  | CancelIntent
  | ConfirmIntent
  | DeferIntent
  | ExtendIntent
  | GiveIntent
  | StealIntent
  | LockIntent
  | UnlockIntent
  | RewordIntent
  | SkipIntent
  | LinkIntent
  | UnlinkIntent;

/** What somebody asked for. Everything that changes something comes through one of these. */
export type Intent = DeployingIntent | ActingIntent;

/** Which side an intent came from. */
export type Via = 'chat' | 'cli' | 'web' | 'api' | 'push' | 'timer';

/** The key of the HTTP API with which somebody asks. */
export interface ByKey {
  readonly name: string;
  readonly mayChange: boolean;
}

/** An intent with who asked, when and where. */
export interface Request<I extends Intent = Intent> {
  /** Unique for each asking: a repeated key is the same request and has no second effect. */
  readonly key: string;
  readonly intent: I;
  readonly requester: Actor;
  /** The name of the person whose account the requester is, where that says more; set at the door, for the audit. */
  readonly person?: string;
  readonly via: Via;
  /** The name of the key of the HTTP API with which it is asked, perhaps in somebody else's name. */
  readonly apiKey?: string;
  readonly origin?: Origin;
}
