import type { Kysely } from 'kysely';
import type { Intent, Request } from '../core/intent.js';
import type { Refusal } from '../core/reason.js';
import type { Database } from './tables.js';

/** Keeps that an intent came to the door, and what it was refused for if it was. */
export async function appendAudit(
  db: Kysely<Database>,
  entry: { request: Request<Intent>; refusal?: Refusal | undefined; at: Date },
): Promise<void> {
  const { request, refusal, at } = entry;
  await db
    .insertInto('audit')
    .values({
      at,
      actor: JSON.stringify(request.requester),
      via: request.via,
      origin: request.origin === undefined ? null : JSON.stringify(request.origin),
      intent: JSON.stringify(request.intent),
      refusal: refusal === undefined ? null : JSON.stringify(refusal),
    })
    .execute();
}
