import { type Kysely, sql } from 'kysely';
import type { Database } from './tables.js';

/** The open deployments that come after another, since it brings what they need. */
export async function dependentsOf(db: Kysely<Database>, deployment: number): Promise<number[]> {
  const rows = await db
    .selectFrom('deployments')
    .select('id')
    .where('ended_at', 'is', null)
    .where(sql<boolean>`intent->'after' @> ${JSON.stringify([{ deployment }])}::jsonb`)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}
