import { type Kysely, sql } from 'kysely';
import type { DeploymentEvent, RecordedEvent } from '../core/event.js';
import type { Database } from './tables.js';

/** The channel on which PostgreSQL tells every server that something happened to a deployment. */
export const deploymentChannel = 'packtrain_deployment';

/** An event with the key that makes it be kept once, however often its step runs. */
export interface NewEvent {
  readonly deployment: number;
  /** Unique for the deployment, say `stage:beans:done`. */
  readonly key: string;
  readonly at: Date;
  readonly event: DeploymentEvent;
}

/** Appends events; those whose key is there already are left as they are. Listeners hear of it at the commit. */
export async function appendEvents(db: Kysely<Database>, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((e) => ({ ...e, event: JSON.stringify(e.event) }));
  await db
    .insertInto('events')
    .values(rows)
    .onConflict((c) => c.columns(['deployment', 'key']).doNothing())
    .execute();
  await announce(
    db,
    events.map((e) => e.deployment),
  );
}

/** Tells every server that something about these deployments changed, though no event says so. */
export async function announce(db: Kysely<Database>, deployments: readonly number[]): Promise<void> {
  const distinct = [...new Set(deployments)];
  if (distinct.length === 0) return;
  await sql`select pg_notify(${deploymentChannel}, d::text) from unnest(${distinct}::bigint[]) d`.execute(db);
}

/** A deployment's events after the one with the given id, oldest first. */
export async function eventsOf(
  db: Kysely<Database>,
  deployment: number,
  after = 0,
): Promise<RecordedEvent[]> {
  return await db
    .selectFrom('events')
    .select(['id', 'deployment', 'at', 'event'])
    .where('deployment', '=', deployment)
    .where('id', '>', after)
    .orderBy('id')
    .execute();
}
