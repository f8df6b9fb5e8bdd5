import { type Kysely, type Migration, sql } from 'kysely';

/** What those who wait were told to wait for, so that they are told once when it ends. */
export const waits: Migration = {
  async up(db: Kysely<unknown>) {
    await sql.raw('alter table queue_entries add column waits_for jsonb').execute(db);
  },
};
