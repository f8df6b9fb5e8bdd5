import { type Kysely, sql } from 'kysely';
import type { DeploymentEvent } from '../core/event.js';
import type { DeployingIntent, Request } from '../core/intent.js';
import { auditedVia } from './audit.js';
import { deploymentChannel } from './events.js';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/** A deployment that is about to be kept. */
export interface NewDeployment {
  readonly request: Request<DeployingIntent>;
  /** Empty when the intent names none. */
  readonly repository: string;
  readonly at: Date;
}

/**
 * Keeps a new deployment, promises its reply, tells of it and writes the audit entry: all or nothing, and in one
 * statement, since somebody waits for the answer. The same request key gives the deployment that is there already.
 */
export async function acceptDeployment(
  db: Db,
  wanted: NewDeployment,
): Promise<{ id: number; isNew: boolean }> {
  const accepted = await sql<{ id: number }>`with kept as (${deploymentOf(db, wanted)}),
    promised as (${replyOf(wanted)}),
    told as (${eventOf(wanted)}),
    audited as (${auditOf(wanted)})
    select id, pg_notify(${deploymentChannel}, id::text) from kept`.execute(db);
  const id = accepted.rows[0]?.id;
  if (id !== undefined) return { id, isNew: true };
  const there = await db
    .selectFrom('deployments')
    .select('id')
    .where('request_key', '=', wanted.request.key)
    .executeTakeFirstOrThrow();
  return { id: there.id, isNew: false };
}

function deploymentOf(db: Db, { request, repository, at }: NewDeployment) {
  return db
    .insertInto('deployments')
    .values({
      request_key: request.key,
      intent: JSON.stringify(request.intent),
      requester: JSON.stringify(request.requester),
      via: request.via,
      origin: request.origin === undefined ? null : JSON.stringify(request.origin),
      repository,
      status: 'queued',
      requested_at: at,
    })
    .onConflict((c) => c.column('request_key').doNothing())
    .returning('id');
}

function replyOf({ request: { origin } }: NewDeployment) {
  const { platform = null, channel = null, thread = null } = origin ?? {};
  return sql`insert into replies (deployment, platform, channel, thread)
    select id, ${platform}::text, ${channel}::text, ${thread}::text from kept where ${origin !== undefined}::boolean`;
}

function eventOf({ at }: NewDeployment) {
  const event: DeploymentEvent = { kind: 'requested' };
  return sql`insert into events (deployment, key, at, event)
    select id, ${event.kind}::text, ${at}::timestamptz, ${JSON.stringify(event)}::jsonb from kept`;
}

function auditOf({ request, at }: NewDeployment) {
  const { requester, origin, intent, person = null } = request;
  const json = (value: object | undefined) =>
    sql`${value === undefined ? null : JSON.stringify(value)}::jsonb`;
  return sql`insert into audit (at, actor, via, origin, intent, person)
    select ${at}::timestamptz, ${json(requester)}, ${auditedVia(request)}::text, ${json(origin)}, ${json(intent)},
      ${person}::text from kept`;
}
