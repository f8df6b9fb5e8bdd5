/** Messages of one channel that an outside chat has not taken yet. */
export interface DelayedChannel {
  readonly platform: string;
  /** The platform's id of it. */
  readonly channel: string;
  readonly waiting: number;
  /** Since when the first in line waits. */
  readonly since: Date;
  /** Why it could not be said the last time; absent when it was not tried. */
  readonly problem?: string;
  readonly nextTryAt?: Date;
}

/** A message that an outside chat will never take. */
export interface UndeliverableMessage {
  readonly platform: string;
  readonly channel: string;
  /** What it was: `deployment:42`, `notice:7`. */
  readonly key: string;
  readonly at: Date;
  readonly problem: string;
}

/** What the chats of others have not taken. */
export interface ChatBacklog {
  /** The platforms that are configured. */
  readonly platforms: readonly string[];
  readonly delayed: readonly DelayedChannel[];
  /** The newest first. */
  readonly undeliverable: readonly UndeliverableMessage[];
}
