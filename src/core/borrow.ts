import type { Actor, Origin } from './actor.js';
import type { LiveRevision } from './plan.js';

/** A pack with a non-default branch live: who has it, why, since when and until when. */
export interface Borrow {
  readonly id: number;
  readonly target: string;
  readonly pack: string;
  readonly repository: string;
  /** The branch, tag or SHA that is live. */
  readonly ref: string;
  readonly holder: Actor;
  /** Where the holder asked for it, and so where the holder is warned. */
  readonly origin?: Origin;
  /** The deployment that made it live last. */
  readonly deployment: number;
  readonly since: Date;
  /** When it returns by itself. */
  readonly until: Date;
  /** The holder asked for the night: a return that falls into the quiet hours waits for their end. */
  readonly overnight: boolean;
  /** What was live before; absent when nothing was. */
  readonly displaced?: LiveRevision;
  /** The end of which the holder was warned. */
  readonly warnedUntil?: Date;
  /** How often the return was tried, and when it is tried again. */
  readonly attempts: number;
  readonly nextTryAt?: Date;
}

/** A borrow as it is shown. */
export interface BorrowView extends Borrow {
  /** Its repository is not in the config: it goes back once that is there again, and by no command before. */
  readonly isStranded?: boolean;
}
