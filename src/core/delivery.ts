import type { Result } from './result.js';

/** A POST to `/webhooks/<host>` before its body is read. */
export interface HookPost {
  readonly host: string;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Reads the body; undefined when it has more bytes than `most`, and then not all of it was read. */
  readBody(most: number): Promise<Uint8Array | undefined>;
}

/** The most bytes that a delivery may have; hosts send up to 25 MB. */
export const mostDeliveryBytes = 25 * 1024 * 1024;

/** What a POST is answered. */
export interface HookAnswer {
  /** 202 accepted, 400 broken off, 401 not signed with the secret, 403 no secret configured, 404 no such host, 413 too large, 503 later. */
  readonly status: 202 | 400 | 401 | 403 | 404 | 413 | 503;
  readonly text: string;
  /** After how many seconds to send it again. */
  readonly retryAfterS?: number;
}

/** What came of a delivery. */
export interface DeliveryOutcome {
  /** noted: passed on; nothing: not our business; unreadable: not the host's form; broken: Packtrain could not. */
  readonly kind: 'noted' | 'nothing' | 'unreadable' | 'broken';
  /** On one line, for people. */
  readonly what: string;
}

/** A delivery that was kept. */
export interface DeliveryView {
  /** Its number. */
  readonly id: number;
  readonly host: string;
  /** What the host calls it, such as `push`. */
  readonly event?: string;
  readonly receivedAt: Date;
  /** The names of the repositories that it is about. */
  readonly repositories: readonly string[];
  /** Absent until it was looked at. */
  readonly outcome?: DeliveryOutcome;
}

/** How many deliveries came since the start of this server. */
export interface DeliveryCounts {
  readonly accepted: number;
  /** Those that were known already. */
  readonly repeated: number;
  /** Without the secret's signature: nothing else is kept of them. */
  readonly unsigned: number;
  readonly tooLarge: number;
  /** Those that were asked to come again, since the database was away. */
  readonly putOff: number;
}

/** A delivery that somebody hands in, without a signature. */
export interface HandedDelivery {
  /** The one that there is, if it does not say. */
  readonly host?: string;
  /** What it is about, where the headers don't say it. */
  readonly event?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The hosts' deliveries: taken, kept, and looked at again. */
export interface Webhooks {
  receive(post: HookPost): Promise<HookAnswer>;
  /** Takes a delivery by hand, and waits for what comes of it. */
  take(delivery: HandedDelivery): Promise<Result<DeliveryView>>;
  /** Looks at a kept delivery again. */
  replay(id: number): Promise<Result<DeliveryView>>;
  /** The newest first. */
  list(limit: number): Promise<readonly DeliveryView[]>;
  /** Of this server, by the hosts' names. */
  counts(): Readonly<Record<string, DeliveryCounts>>;
}
