import { type Kysely, type Migration, sql } from 'kysely';

/** What CI says of commits, who waits for it, and what the hosts were told of deployments. */
export const checks: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  // One row a name: of what comes, in whatever order, the newest stays.
  `create table check_facts (
    repository text not null,
    sha text not null,
    name text not null,
    run bigint,
    state text not null,
    url text,
    at timestamptz not null,
    primary key (repository, sha, name)
  )`,
  'create index check_facts_at on check_facts (at)',
  // Deployments that wait for checks of a commit, or have waited.
  `create table check_waits (
    deployment bigint primary key references deployments,
    repository text not null,
    sha text not null,
    packs text[] not null,
    since timestamptz not null,
    late_at timestamptz,
    told_late boolean not null default false,
    ended_at timestamptz
  )`,
  'create index check_waits_open on check_waits (repository, sha) where ended_at is null',
  // When a host is asked next about a commit that somebody waits for, and what came of it last.
  `create table check_asks (
    repository text not null,
    sha text not null,
    tries integer not null default 0,
    next_at timestamptz not null,
    asked_at timestamptz,
    refusal jsonb,
    primary key (repository, sha)
  )`,
  // What the hosts were told of a deployment.
  `create table commit_statuses (
    deployment bigint primary key references deployments,
    said text,
    record text,
    is_final boolean not null default false,
    tries integer not null default 0,
    next_try_at timestamptz
  )`,
  // What a host shows of a commit is of all its deployments, and only the newest days are looked over.
  "create index deployments_commit on deployments (repository, (plan->'revision'->>'sha'))",
  'create index deployments_requested on deployments (requested_at)',
];
