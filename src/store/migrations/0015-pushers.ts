import { type Kysely, type Migration, sql } from 'kysely';

/** Who pushed a commit to a deployment branch, as a delivery of its host proved it. */
export const pushers: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  // By what was pushed: a poll may see the push before the delivery comes.
  `create table pushers (
    repository text not null,
    branch text not null,
    sha text not null,
    pusher jsonb not null,
    at timestamptz not null,
    primary key (repository, branch, sha)
  )`,
  'create index pushers_old on pushers (at)',
];
