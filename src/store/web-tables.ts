import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { Actor } from '../core/actor.js';
import type { RoomPlatform } from '../core/room.js';

/** A JSON value: read as a value, written as JSON text. */
type Json<T> = ColumnType<T, string, string>;
type NullableJson<T> = ColumnType<T | null, string | null, string | null>;

/** A message's progress as JSON carries it. */
export interface StoredProgress {
  readonly done: number;
  readonly total: number;
  readonly since: string;
  readonly until?: string;
}

/** Table `rooms`: each with the seq of its last post or edit. */
export interface RoomsTable {
  name: string;
  seq: Generated<number>;
}

/** Table `room_messages`. */
export interface RoomMessagesTable {
  id: GeneratedAlways<number>;
  room: string;
  key: string;
  platform: RoomPlatform;
  author_platform: string;
  author_id: string;
  author_name: string;
  from_bot: boolean;
  text: string;
  progress: NullableJson<StoredProgress>;
  deployment: number | null;
  reply_to: number | null;
  seq: number;
  first_seq: number;
  posted_at: Date;
  edited_at: Date | null;
  handled_at: Date | null;
  attempts: Generated<number>;
  taken_by: string | null;
  taken_until: Date | null;
}

/** Table `login_tokens`: sign-in links that were not used yet. */
export interface LoginTokensTable {
  /** SHA-256 of the token, hex. */
  hash: string;
  actor: Json<Actor>;
  expires_at: Date;
}

/** Table `sessions`: who is signed in. */
export interface SessionsTable {
  /** SHA-256 of the cookie's secret, hex. */
  hash: string;
  actor: Json<Actor>;
  created_at: Date;
  expires_at: Date;
}

/** The tables of the web and its rooms. */
export interface WebDatabase {
  rooms: RoomsTable;
  room_messages: RoomMessagesTable;
  login_tokens: LoginTokensTable;
  sessions: SessionsTable;
}
