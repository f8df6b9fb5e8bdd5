import { type Kysely, type Migration, sql } from 'kysely';

/** The chats of others: lines that came, messages that are to be said there, and what their clients remember. */
export const chats: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table chat_lines (
    id bigint generated always as identity primary key,
    platform text not null,
    channel text not null,
    line_id text not null,
    -- Taken away once it was handled: what people say to each other is not ours to keep.
    message jsonb,
    received_at timestamptz not null,
    handled_at timestamptz,
    attempts integer not null default 0,
    taken_by text,
    taken_until timestamptz,
    unique (platform, line_id)
  )`,
  'create index chat_lines_waiting on chat_lines (platform, channel, id) where handled_at is null',
  'create index chat_lines_handled on chat_lines (handled_at) where handled_at is not null',
  'create sequence chat_places',
  `create table chat_posts (
    id bigint generated always as identity primary key,
    platform text not null,
    channel text not null,
    key text not null,
    origin jsonb not null,
    -- The newest state, whether it was said or not.
    message jsonb not null,
    version integer not null default 1,
    said_version integer,
    said_final boolean not null default false,
    message_id text,
    -- Its place in the line of its channel; nothing is to be said without one.
    place bigint default nextval('chat_places'),
    tries integer not null default 0,
    next_try_at timestamptz,
    problem text,
    is_undeliverable boolean not null default false,
    taken_by text,
    taken_until timestamptz,
    queued_at timestamptz not null,
    changed_at timestamptz not null,
    said_at timestamptz,
    unique (platform, key)
  )`,
  'create index chat_posts_waiting on chat_posts (platform, channel, place) where place is not null',
  'create index chat_posts_said on chat_posts (platform, channel, message_id) where message_id is not null',
  'create index chat_posts_changed on chat_posts (changed_at) where place is null',
  `create table chat_state (
    platform text not null,
    key text not null,
    value text not null,
    primary key (platform, key)
  )`,
];
