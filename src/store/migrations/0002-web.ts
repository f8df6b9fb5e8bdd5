import { type Kysely, type Migration, sql } from 'kysely';

/** The rooms with what is said in them, and who is signed in. */
export const web: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  // A post locks its room's row to take the next seq, so that seqs become visible in their order.
  'create table rooms (name text primary key, seq bigint not null default 0)',
  `create table room_messages (
    id bigint generated always as identity primary key,
    room text not null references rooms,
    key text not null unique,
    platform text not null,
    author_platform text not null,
    author_id text not null,
    author_name text not null,
    from_bot boolean not null,
    text text not null,
    progress jsonb,
    deployment bigint,
    reply_to bigint,
    seq bigint not null,
    first_seq bigint not null,
    posted_at timestamptz not null,
    edited_at timestamptz,
    handled_at timestamptz,
    attempts integer not null default 0,
    taken_by text,
    taken_until timestamptz,
    unique (room, seq)
  )`,
  'create index room_messages_newest on room_messages (room, id desc)',
  'create index room_messages_waiting on room_messages (room, id) where handled_at is null',
  `create table login_tokens (
    hash text primary key,
    actor jsonb not null,
    expires_at timestamptz not null
  )`,
  `create table sessions (
    hash text primary key,
    actor jsonb not null,
    created_at timestamptz not null,
    expires_at timestamptz not null
  )`,
];
