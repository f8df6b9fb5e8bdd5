import type { Actor } from './actor.js';
import type { Drift } from './drift.js';
import type { LockScope } from './lock.js';
import type { CommitLine } from './plan.js';
import type { Wait } from './queue.js';
import type { Refusal } from './reason.js';
import type { Revision } from './repository.js';

/** A turn came after a wait: the requester is asked for the phrase. */
export interface CallNotice {
  readonly kind: 'call';
  readonly to: Actor;
  readonly deployment: number;
  readonly asked: 'deploy' | 'rollback' | 'return';
  readonly packs: readonly string[];
  readonly repository: string;
  /** What runs once the phrase is said. */
  readonly revision: Revision;
  /** What was planned when it was asked for, where the ref has moved since. */
  readonly movedFrom?: Revision;
  /** The newest commits that came in between, newest first. */
  readonly commits?: readonly CommitLine[];
  readonly phrase: string;
  readonly until: string;
}

/** The phrase did not come in time, once: the deployment goes to the tail. When it is missed again it expires. */
export interface MissedNotice {
  readonly kind: 'missed';
  readonly to: Actor;
  readonly deployment: number;
  readonly packs: readonly string[];
  readonly isExpired: boolean;
}

/** What every notice about a borrow says of it. */
interface AboutBorrow {
  /** Who is told: the holder, unless the notice says otherwise. */
  readonly to: Actor;
  readonly pack: string;
  readonly repository: string;
  /** The branch, tag or SHA that is or was live. */
  readonly ref: string;
}

/** The borrow ends soon; said to its holder. */
export interface ReturnSoonNotice extends AboutBorrow {
  readonly kind: 'return-soon';
  readonly until: string;
  /** Where it goes back to, as far as it is known. */
  readonly goesTo?: Revision;
  /** The pack is gone from the default branch, so the return removes it. */
  readonly removes?: boolean;
  /** Its repository is not in the config, so it cannot go back before that is there again. */
  readonly isStranded?: boolean;
}

/** The pack is back. */
export interface ReturnedNotice extends AboutBorrow {
  readonly kind: 'returned';
  readonly deployment: number;
  /** What is live now; absent when the pack was removed. */
  readonly revision?: Revision;
  readonly why: 'time' | 'asked';
}

/** The return could not be done; the pack stays as it is and it is tried again. */
export interface ReturnFailedNotice extends AboutBorrow {
  readonly kind: 'return-failed';
  readonly because: Refusal;
  readonly nextTryAt?: string;
}

/** The borrow is somebody else's now; said to the new holder. */
export interface GivenNotice extends AboutBorrow {
  readonly kind: 'given';
  readonly from: Actor;
  readonly until: string;
}

/** The borrow was taken away; said to whom it was taken from. */
export interface StolenNotice extends AboutBorrow {
  readonly kind: 'stolen';
  readonly by: Actor;
  /** To whom it was given; absent when whoever took it has it. */
  readonly givenTo?: Actor;
}

/** A lock is over; said to its locker, unless they unlocked it themselves. */
export interface LockEndedNotice {
  readonly kind: 'lock-ended';
  readonly to: Actor;
  readonly scope: LockScope;
  readonly because: string;
  /** Who unlocked it; absent when its time was over. */
  readonly by?: Actor;
}

/** What somebody waited for has ended, and no phrase is asked for. */
export interface WaitEndedNotice {
  readonly kind: 'wait-ended';
  readonly to: Actor;
  readonly deployment: number;
  readonly packs: readonly string[];
  readonly ended: readonly Wait[];
  /** What the deployment waits for still; empty when it goes on. */
  readonly still: readonly Wait[];
}

/** Somebody changed a live pack on the target itself; said in the channel concerned, once. */
export interface DriftNotice {
  readonly kind: 'drift';
  readonly target: string;
  readonly pack: string;
  readonly repository: string;
  /** What was made live. */
  readonly revision: Revision;
  readonly drift: Drift;
}

/** Somebody's accounts are joined or taken apart, or somebody wants to; said privately, to each account concerned. */
export interface AccountsNotice {
  readonly kind: 'accounts';
  readonly to: Actor;
  /** asked: the account said the code of `to`, which has to answer with the code that was shown there; pushed: with the same code. */
  readonly what: 'asked' | 'pushed' | 'joined' | 'parted';
  /** The accounts that were joined with that of `to`, taken out, or ask to be joined. */
  readonly accounts: readonly Actor[];
  readonly until?: string;
}

/** Something that somebody is told besides the replies to deployments. Plain JSON: times are ISO 8601. */
export type Notice =
  | CallNotice
  | MissedNotice
  | ReturnSoonNotice
  | ReturnedNotice
  | ReturnFailedNotice
  | GivenNotice
  | StolenNotice
  | LockEndedNotice
  | WaitEndedNotice
  | DriftNotice
  | AccountsNotice;

/** The kinds of notices. */
export type NoticeKind = Notice['kind'];
