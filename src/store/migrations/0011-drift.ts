import { type Kysely, type Migration, sql } from 'kysely';

/** When each target is looked over for packs that somebody changed there, and which were found. */
export const drift: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  // One look at a time for each: taken_until is a lease, so that a server that dies holds nobody up for long.
  `create table drift_looks (
    target text primary key,
    next_look_at timestamptz not null,
    taken_by text,
    taken_until timestamptz
  )`,
  `create table drifts (
    target text not null,
    pack text not null,
    release text not null,
    drift jsonb not null,
    mark text not null,
    since timestamptz not null,
    primary key (target, pack)
  )`,
];
