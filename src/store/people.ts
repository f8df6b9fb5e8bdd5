import { type Kysely, sql } from 'kysely';
import type { Actor } from '../core/actor.js';
import type { Database } from './tables.js';

/** Everybody who asked for something or said something, each account once. */
export async function knownActors(db: Kysely<Database>): Promise<Actor[]> {
  const { rows } = await sql<{ platform: string; id: string; name: string }>`
    select requester->>'platform' as platform, requester->>'userId' as id, requester->>'name' as name
      from deployments
    union
    select author_platform, author_id, author_name from room_messages where not from_bot`.execute(db);
  return rows.map(({ platform, id, name }) => ({ platform, userId: id, name }));
}
