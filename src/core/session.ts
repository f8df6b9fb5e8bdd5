import type { Actor } from './actor.js';

/** A session that began: its secret goes into the cookie and nowhere else. */
export interface NewSession {
  readonly secret: string;
  readonly actor: Actor;
  readonly expiresAt: Date;
}

/** Who is signed in to the web. Secrets are handed out once and kept only as hashes. */
export interface Sessions {
  /** Makes the secret of a sign-in link, good once and for 15 minutes. */
  createLoginToken(actor: Actor): Promise<string>;
  /** Begins a session of 30 days with a link's secret; undefined when it is unknown, used or too old. */
  redeem(token: string): Promise<NewSession | undefined>;
  /** Whose session it is; undefined when it is unknown or over. */
  actorOf(secret: string): Promise<Actor | undefined>;
  /** Ends a session. */
  end(secret: string): Promise<void>;
}
