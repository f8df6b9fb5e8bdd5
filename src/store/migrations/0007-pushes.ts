import { type Kysely, type Migration, sql } from 'kysely';

/** The branches that are deployed by themselves, what was pushed to them, and the message that tells of it. */
export const pushes: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  // One look at a time for each: taken_until is a lease, so that a server that dies holds nobody up for long.
  `create table watches (
    repository text not null,
    branch text not null,
    sha text,
    hints bigint not null default 0,
    hinted_sha text,
    hinted_by text,
    next_look_at timestamptz not null,
    taken_by text,
    taken_until timestamptz,
    attempts integer not null default 0,
    problem jsonb,
    problem_since timestamptz,
    primary key (repository, branch)
  )`,
  'create index watches_due on watches (next_look_at)',
  `create table pushes (
    id bigint generated always as identity primary key,
    repository text not null,
    branch text not null,
    before text,
    sha text not null,
    is_forced boolean not null,
    message text not null,
    author text not null,
    source text not null,
    at timestamptz not null,
    nothing text,
    refusal jsonb,
    parts jsonb not null,
    held text[] not null,
    gone text[] not null,
    requested_at timestamptz,
    ended_at timestamptz
  )`,
  'create index pushes_newest on pushes (repository, branch, id desc)',
  'create index pushes_open on pushes (id) where ended_at is null',
  // The message in the notify channel, promised together with the push.
  `create table push_messages (
    push bigint primary key references pushes on delete cascade,
    channel text not null,
    platform text,
    address text,
    message_id text,
    shown text,
    failure_id text,
    failure_shown text,
    is_final boolean not null default false
  )`,
  'create index push_messages_open on push_messages (push) where not is_final',
  'alter table deployments add column superseded_by bigint references pushes',
  `create index deployments_by_push on deployments (((intent->>'push')::bigint)) where via = 'push'`,
];
