import type { Kysely } from 'kysely';
import type { ChatAdapter } from '../../core/chat.js';
import type { Clock } from '../../core/clock.js';
import type { Log } from '../../core/log.js';
import type { Database } from '../../store/tables.js';

/** How long things are waited for, in milliseconds. */
export interface MailboxTiming {
  /** After the first failure; twice as long after each further one. */
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** How long the platform has for one answer. */
  readonly answerWithinMs: number;
  /** How often messages and lines are looked for that another server left. */
  readonly sweepMs: number;
  /** How long a line holds up the next one of its channel. */
  readonly patienceMs: number;
}

/** The timing of a server. */
export const usualTiming: MailboxTiming = {
  firstRetryMs: 1_000,
  longestRetryMs: 30_000,
  answerWithinMs: 20_000,
  sweepMs: 5_000,
  patienceMs: 150,
};

/** What a mailbox is made with. */
export interface MailboxDeps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  readonly log: Log;
  /** This server's own name among those that share the database; the same after a restart. */
  readonly server: string;
  /** Names of channels that the config has, with the platform's ids for them. */
  readonly channels?: () => ReadonlyMap<string, string>;
  /** The address of the page that shows all of a post, for what is too long; nothing leads there unless given. */
  readonly pageOf?: (post: number) => string;
  /** What differs from the usual timing. */
  readonly timing?: Partial<MailboxTiming>;
}

/** What the parts of one mailbox share. */
export interface MailboxParts extends Omit<MailboxDeps, 'timing'> {
  readonly adapter: ChatAdapter;
  readonly platform: string;
  readonly timing: MailboxTiming;
}

/** How long to wait after so many failures in a row. */
export function retryDelay(timing: MailboxTiming, failures: number): number {
  return Math.min(timing.firstRetryMs * 2 ** Math.min(failures, 20), timing.longestRetryMs);
}
