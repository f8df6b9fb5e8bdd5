import { type Kysely, sql } from 'kysely';
import type { Actor } from '../core/actor.js';
import type { Intent, Request, Via } from '../core/intent.js';
import type { Refusal } from '../core/reason.js';
import type { Database } from './tables.js';

/** By which way a request came, as the audit has it: with the name of the key, for a key may act for others. */
export function auditedVia({ via, apiKey }: Pick<Request, 'via' | 'apiKey'>): Via | `api:${string}` {
  return apiKey === undefined ? via : `api:${apiKey}`;
}

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
      via: auditedVia(request),
      origin: request.origin === undefined ? null : JSON.stringify(request.origin),
      intent: JSON.stringify(request.intent),
      refusal: refusal === undefined ? null : JSON.stringify(refusal),
      person: request.person ?? null,
    })
    .execute();
}

/** A change of hands that was done: who gave a borrowed pack to whom, or took it over; newest first. */
export async function handoversOf(
  db: Kysely<Database>,
  { pack, limit }: { pack: string; limit: number },
): Promise<{ kind: 'give' | 'steal'; at: Date; by: Actor; to: string | null }[]> {
  const { rows } = await sql<{ kind: 'give' | 'steal'; at: Date; by: Actor; to: string | null }>`
    select intent->>'kind' as kind, at, actor as by, intent->>'to' as "to" from audit
    where refusal is null and intent->>'kind' in ('give', 'steal') and intent->>'pack' = ${pack}
    order by id desc limit ${limit}`.execute(db);
  return rows;
}
