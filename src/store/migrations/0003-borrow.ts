import { type Kysely, type Migration, sql } from 'kysely';

/** Borrows, locks, turns that wait for a word, and what is to be told to whom. */
export const borrow: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table borrows (
    id bigint generated always as identity primary key,
    target text not null,
    pack text not null,
    repository text not null,
    ref text not null,
    holder jsonb not null,
    origin jsonb,
    deployment bigint not null references deployments,
    since timestamptz not null,
    until timestamptz not null,
    overnight boolean not null default false,
    displaced jsonb,
    warned_until timestamptz,
    attempts integer not null default 0,
    next_try_at timestamptz,
    ended_at timestamptz
  )`,
  'create unique index borrows_open on borrows (target, pack) where ended_at is null',
  `create table locks (
    id bigint generated always as identity primary key,
    kind text not null,
    name text not null,
    by_actor jsonb not null,
    because text not null,
    origin jsonb,
    since timestamptz not null,
    until timestamptz,
    ended_at timestamptz
  )`,
  'create unique index locks_open on locks (kind, name) where ended_at is null',
  // A turn: called with a phrase after a wait, good until a time; a missed one goes to the tail once.
  `alter table queue_entries
    add column phrase text,
    add column called_at timestamptz,
    add column confirm_by timestamptz,
    add column confirmed_at timestamptz,
    add column misses integer not null default 0,
    add column moved_from jsonb`,
  // The history of a pack has those too that were refused before it was known what they change.
  'create index deployments_unplanned on deployments (id) where plan is null',
  // key makes a notice be said once, however often its cause is looked at.
  `create table notices (
    id bigint generated always as identity primary key,
    key text not null unique,
    platform text not null,
    channel text not null,
    thread text,
    notice jsonb not null,
    at timestamptz not null,
    posted_at timestamptz
  )`,
  'create index notices_unposted on notices (id) where posted_at is null',
  // What came of requests that are no deployments: asking again with the same key gives the same.
  `create table acts (
    request_key text primary key,
    accepted jsonb not null,
    at timestamptz not null
  )`,
];
