import { type Kysely, sql } from 'kysely';
import { type Actor, packtrainItself } from '../core/actor.js';
import type { Database } from './tables.js';

/** Everybody who asked for something, said something or joined accounts: each account, with each name that it had. */
export async function knownActors(db: Kysely<Database>): Promise<Actor[]> {
  const { rows } = await sql<{ platform: string; id: string; name: string }>`select * from (
    select actor->>'platform' as platform, actor->>'userId' as id, actor->>'name' as name from audit
    union select requester->>'platform', requester->>'userId', requester->>'name' from deployments
    union select author_platform, author_id, author_name from room_messages where not from_bot
    union select platform, user_id, name from linked_accounts) seen
    where platform <> ${packtrainItself.platform} order by platform, id, name`.execute(db);
  return rows.map(({ platform, id, name }) => ({ platform, userId: id, name }));
}
