import { type Kysely, sql } from 'kysely';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/**
 * Does what a request asks for once: the same key, also at the same moment, gives what came of it the first time.
 * @param work gives plain JSON, or undefined when it was refused: then asking again is asking anew
 */
export async function actOnce<T extends object>(
  db: Db,
  asked: { key: string; at: Date },
  work: () => Promise<T | undefined>,
): Promise<{ readonly value: T | undefined; readonly isNew: boolean }> {
  return await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`packtrain act ${asked.key}`}, 0))`.execute(tx);
    const known = await tx
      .selectFrom('acts')
      .select('accepted')
      .where('request_key', '=', asked.key)
      .executeTakeFirst();
    if (known !== undefined) return { value: known.accepted as T, isNew: false };
    const value = await work();
    if (value !== undefined)
      await tx
        .insertInto('acts')
        .values({ request_key: asked.key, accepted: JSON.stringify(value), at: asked.at })
        .execute();
    return { value, isNew: true };
  });
}
