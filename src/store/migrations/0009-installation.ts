import { type Kysely, type Migration, sql } from 'kysely';

/** The id by which what lies elsewhere (on a target) is known to be looked after by whoever uses this database. */
export const installation: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  'create table installation (only_one boolean primary key default true check (only_one), id uuid not null)',
  'insert into installation (id) values (gen_random_uuid())',
];
