import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { Push, PushPart, PushSource } from '../core/push.js';
import type { PushedBy } from '../core/pusher.js';
import type { Refusal } from '../core/reason.js';

/** A bigint that the driver hands over as a number: ids stay far below 2^53. */
type Id = ColumnType<number, number, number>;

/** Read as a value, written as JSON text. */
type Json<T> = ColumnType<T, string, string>;
type NullableJson<T> = ColumnType<T | null, string | null, string | null>;

/** Table `watches`: the branches whose pushes go live by themselves, and when each is looked at. */
export interface WatchesTable {
  repository: string;
  branch: string;
  /** The commit that was made a push of last. */
  sha: string | null;
  /** How often somebody said that it has moved. */
  hints: Generated<number>;
  hinted_sha: string | null;
  hinted_by: PushSource | null;
  next_look_at: Date;
  /** The server that looks now, and until when nobody else does. */
  taken_by: string | null;
  taken_until: Date | null;
  /** How often in a row a look has failed. */
  attempts: Generated<number>;
  problem: NullableJson<Refusal>;
  problem_since: Date | null;
}

/** Table `pushes`: what was pushed to those branches, and what is made of it. */
export interface PushesTable {
  id: GeneratedAlways<number>;
  repository: string;
  branch: string;
  before: string | null;
  sha: string;
  is_forced: boolean;
  message: string;
  author: string;
  source: PushSource;
  at: Date;
  nothing: NonNullable<Push['nothing']> | null;
  refusal: NullableJson<Refusal>;
  parts: Json<readonly PushPart[]>;
  held: string[];
  gone: string[];
  /** When all its deployments had been asked for. */
  requested_at: Date | null;
  ended_at: Date | null;
}

/** Table `push_messages`: the one message in the notify channel that shows a push, and the one that tells of its failures. */
export interface PushMessagesTable {
  push: Id;
  /** The channel's name, as the config has it. */
  channel: string;
  /** Where it was posted. */
  platform: string | null;
  address: string | null;
  message_id: string | null;
  shown: string | null;
  failure_id: string | null;
  failure_shown: string | null;
  is_final: Generated<boolean>;
}

/** Table `pushers`: who pushed a commit to a deployment branch, as a delivery proved it. */
export interface PushersTable {
  repository: string;
  branch: string;
  sha: string;
  pusher: Json<PushedBy>;
  at: Date;
}

/** The tables of what is deployed by itself. */
export interface PushDatabase {
  watches: WatchesTable;
  pushes: PushesTable;
  pushers: PushersTable;
  push_messages: PushMessagesTable;
}
