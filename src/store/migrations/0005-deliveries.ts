import { type Kysely, type Migration, sql } from 'kysely';

/** What Git hosts sent, and what came of it. */
export const deliveries: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  // key is the host's own id of a delivery: sent again, it is the same.
  `create table deliveries (
    id bigint generated always as identity primary key,
    host text not null,
    key text not null,
    event text,
    headers jsonb not null,
    body text not null,
    size integer not null,
    received_at timestamptz not null,
    repositories text[] not null default '{}',
    outcome jsonb,
    attempts integer not null default 0,
    looked_at timestamptz,
    unique (host, key)
  )`,
  'create index deliveries_waiting on deliveries (id) where looked_at is null',
  'create index deliveries_by_time on deliveries (received_at)',
];
