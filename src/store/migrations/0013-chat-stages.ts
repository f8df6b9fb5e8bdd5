import { type Kysely, type Migration, sql } from 'kysely';

/** Which stage of a message a chat without edits was told last. */
export const chatStages: Migration = {
  async up(db: Kysely<unknown>) {
    await sql.raw('alter table chat_posts add column said_stage text').execute(db);
  },
};
