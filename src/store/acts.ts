import { type Kysely, sql } from 'kysely';
import type { Intent, Request } from '../core/intent.js';
import { appendAudit } from './audit.js';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/**
 * Does what a request asks for once: the same key, also at the same moment, gives what came of it the first time, as
 * plain JSON.
 * @param work keeps its act together with what it does; gives undefined when it was refused: then asking again is asking
 * anew
 */
export async function actOnce<T extends object>(
  db: Db,
  key: string,
  work: () => Promise<T | undefined>,
): Promise<{ readonly value: T | undefined; readonly isNew: boolean }> {
  return await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`packtrain act ${key}`}, 0))`.execute(tx);
    const known = await tx
      .selectFrom('acts')
      .select('accepted')
      .where('request_key', '=', key)
      .executeTakeFirst();
    if (known !== undefined) return { value: known.accepted as T, isNew: false };
    const value = await work();
    return { value, isNew: true };
  });
}

/**
 * Keeps what came of a request, and its audit entry, in the transaction that does it: a server that dies right after
 * has done it and knows so, and one that dies before has done nothing.
 */
export async function keepAct(
  tx: Db,
  { request, accepted, at }: { request: Request<Intent>; accepted: object; at: Date },
): Promise<void> {
  await appendAudit(tx, { request, at });
  await tx
    .insertInto('acts')
    .values({ request_key: request.key, accepted: JSON.stringify(accepted), at })
    .onConflict((c) => c.column('request_key').doNothing())
    .execute();
}
