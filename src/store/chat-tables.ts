import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { Origin } from '../core/actor.js';
import type { IncomingMessage, OutgoingMessage } from '../core/chat.js';

/** A JSON value: read as a value, written as JSON text. */
type Json<T> = ColumnType<T, string, string>;
type NullableJson<T> = ColumnType<T | null, string | null, string | null>;

/** A message as JSON carries it. */
export type StoredMessage = Omit<OutgoingMessage, 'progress'> & {
  readonly progress?: {
    readonly done: number;
    readonly total: number;
    readonly since: string;
    readonly until?: string;
  };
};

/** Table `chat_lines`: what came from outside chats. */
export interface ChatLinesTable {
  id: GeneratedAlways<number>;
  platform: string;
  channel: string;
  /** The platform's own id of the line. */
  line_id: string;
  /** Taken away once it was handled. */
  message: NullableJson<IncomingMessage>;
  received_at: Date;
  handled_at: Date | null;
  attempts: Generated<number>;
  taken_by: string | null;
  taken_until: Date | null;
}

/** Table `chat_posts`: what is to be said in outside chats, and what was. */
export interface ChatPostsTable {
  id: GeneratedAlways<number>;
  platform: string;
  channel: string;
  key: string;
  /** Where it is posted, and which message it answers. */
  origin: Json<Origin>;
  /** The newest state. */
  message: Json<StoredMessage>;
  /** Counts the states. */
  version: Generated<number>;
  /** The state that the platform has. */
  said_version: Generated<number | null>;
  /** Whether that one was finished. */
  said_final: Generated<boolean>;
  /** The stage that was told last. */
  said_stage: Generated<string | null>;
  /** The platform's id of the message. */
  message_id: Generated<string | null>;
  /** In the line of its channel; none when nothing is to be said. */
  place: Generated<number | null>;
  tries: Generated<number>;
  next_try_at: Generated<Date | null>;
  /** Why it could not be said, the last time. */
  problem: Generated<string | null>;
  is_undeliverable: Generated<boolean>;
  taken_by: Generated<string | null>;
  taken_until: Generated<Date | null>;
  queued_at: Date;
  changed_at: Date;
  said_at: Generated<Date | null>;
}

/** Table `chat_state`: what the clients of outside chats remember. */
export interface ChatStateTable {
  platform: string;
  key: string;
  value: string;
}

/** The tables of outside chats. */
export interface ChatDatabase {
  chat_lines: ChatLinesTable;
  chat_posts: ChatPostsTable;
  chat_state: ChatStateTable;
}
