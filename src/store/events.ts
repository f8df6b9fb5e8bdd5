import { type Kysely, type OperationNodeSource, type RawBuilder, sql } from 'kysely';
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
  /** What has to be so for it to be kept; a part of the same statement may find that out. */
  readonly when?: RawBuilder<boolean>;
}

/** A statement that changes rows, to be made a part of a larger one; with a name, another part may refer to it. */
export type Change = OperationNodeSource | NamedChange;

export interface NamedChange {
  readonly name: string;
  readonly change: OperationNodeSource;
}

/**
 * Appends events; those whose key is there already are left as they are. Listeners hear of it at the commit.
 * @param changes what the events tell of: made in the same statement, so all or nothing, with one way to the database
 *   for everything. None of them sees what the others do, so no two may touch the same row.
 */
export async function appendEvents(
  db: Kysely<Database>,
  events: readonly NewEvent[],
  changes: readonly Change[] = [],
): Promise<void> {
  if (events.length > 0 || changes.length > 0) await statement(events, changes, tell).execute(db);
}

/**
 * The same, answering questions on the way: what these changes do is not seen by them.
 * @param events at least one
 */
export async function appendAndAsk<Q extends string>(
  db: Kysely<Database>,
  { events, changes }: { readonly events: readonly NewEvent[]; readonly changes: readonly Change[] },
  questions: Readonly<Record<Q, RawBuilder<boolean>>>,
): Promise<Readonly<Record<Q, boolean>>> {
  const answers = Object.entries<RawBuilder<boolean>>(questions).map(
    ([name, question]) => sql`${question} as ${sql.ref(name)}`,
  );
  const asking = (deployments: readonly number[]) =>
    sql<Record<Q, boolean>>`select pg_notify(${deploymentChannel}, d::text), ${sql.join(answers)}
      from unnest(${deployments}::bigint[]) d`;
  const [row] = (await statement(events, changes, asking).execute(db)).rows;
  if (row === undefined) throw new Error('nobody was told of any event, so nothing was answered');
  return row;
}

/**
 * The same for what only shows how far something is: it comes to the disk a moment later, with what is written next. A
 * power cut may lose it, so what it tells of must bear being done again; a kill of this server does not.
 */
export async function appendProgress(
  db: Kysely<Database>,
  events: readonly NewEvent[],
  changes: readonly Change[],
): Promise<void> {
  await statement(events, changes, tellSoon).execute(db);
}

function statement<R>(
  events: readonly NewEvent[],
  changes: readonly Change[],
  last: (deployments: readonly number[]) => RawBuilder<R>,
) {
  const parts = [...changes, ...(events.length === 0 ? [] : [eventsChange(events)])].map((part, index) =>
    'name' in part
      ? sql`${sql.ref(part.name)} as (${part.change})`
      : sql`${sql.ref(`part${index}`)} as (${part})`,
  );
  const told = [...new Set(events.map((e) => e.deployment))];
  return sql<R>`with ${sql.join(parts)} ${last(told)}`;
}

/** Keeps events in the order in which they are given. */
function eventsChange(events: readonly NewEvent[]) {
  const rows = events.map(({ deployment, key, at, event, when }) => {
    const holds = when ?? sql`true`;
    return sql`(${deployment}::bigint, ${key}::text, ${at}::timestamptz, ${JSON.stringify(event)}::jsonb, ${holds})`;
  });
  return sql`insert into events (deployment, key, at, event)
    select deployment, key, at, event from (values ${sql.join(rows)}) e (deployment, key, at, event, holds)
    where holds on conflict (deployment, key) do nothing`;
}

/** Tells every server that something about these deployments changed, though no event says so. */
export async function announce(db: Kysely<Database>, deployments: readonly number[]): Promise<void> {
  const distinct = [...new Set(deployments)];
  if (distinct.length === 0) return;
  await tell(distinct).execute(db);
}

function tell(deployments: readonly number[]) {
  return sql`select pg_notify(${deploymentChannel}, d::text) from unnest(${deployments}::bigint[]) d`;
}

function tellSoon(deployments: readonly number[]) {
  return sql`select pg_notify(${deploymentChannel}, d::text), set_config('synchronous_commit', 'off', true)
    from unnest(${deployments}::bigint[]) d`;
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
