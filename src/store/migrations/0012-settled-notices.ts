import { type Kysely, type Migration, sql } from 'kysely';

/** When what a notice asks for was done or over; until then it is looked at. What was told before has nothing to press. */
export const settledNotices: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  'alter table notices add column settled_at timestamptz',
  'update notices set settled_at = posted_at',
  'create index notices_asking on notices (id) where posted_at is not null and settled_at is null',
];
