import { type ExpressionBuilder, type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { Actor } from '../core/actor.js';
import {
  type Deployment,
  type DeploymentStatus,
  type EndStatus,
  type PackOutcome,
  type WaitingFor,
  whence,
} from '../core/deployment.js';
import type { Plan } from '../core/plan.js';
import type { Refusal } from '../core/reason.js';
import type { Change } from './events.js';
import type { Database, DeploymentPacksTable, DeploymentsTable } from './tables.js';

type Db = Kysely<Database>;

/** One deployment with its packs. */
export async function findDeployment(db: Db, id: number): Promise<Deployment | undefined> {
  const [found] = await findDeployments(db, [id]);
  return found;
}

/** The deployments with these numbers, in the order of the numbers given; unknown ones are left out. */
export async function findDeployments(db: Db, ids: readonly number[]): Promise<Deployment[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('deployments as d')
    .selectAll('d')
    .select((e) => jsonArrayFrom(packsOf(e)).as('packs'))
    .where('d.id', 'in', ids)
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row === undefined ? [] : [toDeployment(row, row.packs)];
  });
}

function packsOf(e: ExpressionBuilder<Database & { d: DeploymentsTable }, 'd'>) {
  return e
    .selectFrom('deployment_packs as p')
    .select(['p.pack', 'p.status', 'p.step', 'p.refusal'])
    .whereRef('p.deployment', '=', 'd.id')
    .orderBy('p.ordinal');
}

/** Which deployments are wanted; newest first. */
export interface DeploymentQuery {
  readonly pack?: string | undefined;
  readonly repository?: string | undefined;
  /** Somebody's name as it was shown, and their accounts as `platform:id`. */
  readonly requester?: { readonly name: string; readonly accounts: readonly string[] } | undefined;
  readonly open?: boolean | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Numbers of the deployments that match, newest first. */
export async function listDeploymentIds(db: Db, query: DeploymentQuery): Promise<number[]> {
  let rows = db.selectFrom('deployments as d').select('d.id').orderBy('d.id', 'desc').limit(query.limit);
  const { pack, repository, requester } = query;
  if (query.before !== undefined) rows = rows.where('d.id', '<', query.before);
  if (query.open === true) rows = rows.where('d.ended_at', 'is', null);
  if (repository !== undefined) rows = rows.where('d.repository', '=', repository);
  if (requester !== undefined) rows = rows.where(askedBy(requester));
  if (pack !== undefined) rows = rows.where('d.id', 'in', deploymentsOf(pack));
  return (await rows.execute()).map((row) => row.id);
}

/** By somebody's name as it was shown, or by one of their accounts. */
function askedBy({ name, accounts }: NonNullable<DeploymentQuery['requester']>) {
  return sql<boolean>`(d.requester->>'name' = ${name}
    or (d.requester->>'platform') || ':' || (d.requester->>'userId') = any(${[...accounts]}::text[]))`;
}

/** Those that have a pack in their plan, and those that named it and never had a plan. */
function deploymentsOf(pack: string) {
  return sql<number>`(
    select deployment from deployment_packs where pack = ${pack}
    union all select id from deployments where plan is null
      and (intent->>'pack' = ${pack} or intent->'packs'->'packs' @> ${JSON.stringify([pack])}::jsonb))`;
}

/** A beginning that depends on something. */
export interface Start {
  readonly at: Date;
  readonly when: RawBuilder<boolean>;
}

/**
 * Puts a plan with its packs' first outcomes on a deployment; a later plan replaces an earlier one.
 * @param start when it also begins to run
 */
export function planChanges(
  db: Db,
  { id, plan, packs }: { id: number; plan: Plan; packs: readonly PackOutcome[] },
  start?: Start,
): Change[] {
  const kept = db
    .updateTable('deployments')
    .set({ plan: JSON.stringify(plan), target: plan.target, ...(start && startingWith(start)) })
    .where('id', '=', id);
  const names = packs.map((p) => p.pack);
  const gone = db
    .deleteFrom('deployment_packs')
    .where('deployment', '=', id)
    .where(sql<boolean>`pack <> all(${names}::text[])`);
  return packs.length === 0 ? [kept, gone] : [kept, gone, packsChange(db, id, packs)];
}

function packsChange(db: Db, id: number, packs: readonly PackOutcome[]): Change {
  const rows = packs.map((p, ordinal) => ({
    deployment: id,
    pack: p.pack,
    ordinal,
    status: p.status,
    step: p.step ?? null,
    refusal: p.refusal === undefined ? null : JSON.stringify(p.refusal),
  }));
  return db
    .insertInto('deployment_packs')
    .values(rows)
    .onConflict((c) =>
      c.columns(['deployment', 'pack']).doUpdateSet((e) => ({
        ordinal: e.ref('excluded.ordinal'),
        status: e.ref('excluded.status'),
        step: e.ref('excluded.step'),
        refusal: e.ref('excluded.refusal'),
      })),
    );
}

/** Records where a pack stands. */
export function outcomeChange(db: Db, id: number, outcome: PackOutcome): Change {
  return db
    .updateTable('deployment_packs')
    .set({
      status: outcome.status,
      ...(outcome.step === undefined ? {} : { step: outcome.step }),
      refusal: outcome.refusal === undefined ? null : JSON.stringify(outcome.refusal),
    })
    .where('deployment', '=', id)
    .where('pack', '=', outcome.pack);
}

/** Marks an open deployment as waiting. */
export function waitingChange(db: Db, id: number, waitingFor: WaitingFor): Change {
  return becoming(db, [id], 'waiting').set({ status: 'waiting', waiting_for: waitingFor });
}

/** Marks open deployments as running; the first time is when they started. */
export function runningChange(db: Db, ids: readonly number[], at: Date): Change {
  return becoming(db, ids, 'running').set({
    status: 'running',
    waiting_for: null,
    started_at: sql<Date>`coalesce(started_at, ${at})`,
  });
}

/** The same for a row that is changed anyway, when something is so. */
function startingWith({ at, when }: Start) {
  const starts = sql`(${when} and ended_at is null and status in (${sql.join(whence('running'))}))`;
  return {
    status: sql<DeploymentStatus>`case when ${starts} then 'running' else status end`,
    waiting_for: sql<WaitingFor | null>`case when ${starts} then null else waiting_for end`,
    started_at: sql<Date>`case when ${starts} then coalesce(started_at, ${at}) else started_at end`,
  };
}

/** How a deployment ended. */
export interface Ending {
  readonly status: EndStatus;
  readonly refusal?: Refusal | undefined;
  readonly at: Date;
}

/** Ends an open deployment; one that has ended stays as it is. */
export function endingChange(db: Db, id: number, ending: Ending): Change {
  return becoming(db, [id], ending.status).set({
    status: ending.status,
    waiting_for: null,
    ended_at: ending.at,
    refusal: ending.refusal === undefined ? null : JSON.stringify(ending.refusal),
  });
}

/** Whether nobody wants a deployment stopped. */
export function isStillWanted(id: number): RawBuilder<boolean> {
  return sql<boolean>`exists (select from deployments
    where id = ${id} and cancel_requested_by is null and superseded_by is null)`;
}

/** Notes who wants a deployment stopped; false when it has ended. The first who asked stays. */
export async function requestCancel(db: Db, id: number, by: Actor): Promise<boolean> {
  const done = await openDeployments(db, [id])
    .set({ cancel_requested_by: sql`coalesce(cancel_requested_by, ${JSON.stringify(by)}::jsonb)` })
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Those of some deployments that may come to a status from where they are. */
function becoming(db: Db, ids: readonly number[], to: DeploymentStatus) {
  return openDeployments(db, ids).where('status', 'in', whence(to));
}

/**
 * Notes that a newer push takes the place of the deployments that older pushes to its branch asked for and that have
 * not begun.
 * @returns their numbers
 */
export async function requestSupersede(
  db: Db,
  push: { readonly id: number; readonly repository: string; readonly branch: string },
): Promise<number[]> {
  const rows = await db
    .updateTable('deployments')
    .set({ superseded_by: push.id })
    .where('via', '=', 'push')
    .where('repository', '=', push.repository)
    .where(sql`intent->>'ref'`, '=', push.branch)
    .where(sql<boolean>`(intent->>'push')::bigint < ${push.id}::bigint`)
    .where('status', 'in', ['queued', 'waiting'])
    .where('ended_at', 'is', null)
    .where((e) => e.or([e('superseded_by', 'is', null), e('superseded_by', '=', push.id)]))
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

function openDeployments(db: Db, ids: readonly number[]) {
  return db.updateTable('deployments').where('id', 'in', ids).where('ended_at', 'is', null);
}

function toDeployment(row: Selectable<DeploymentsTable>, packs: readonly PackRow[]): Deployment {
  return {
    id: row.id,
    intent: row.intent,
    requester: row.requester,
    via: row.via,
    status: row.status,
    packs: packs.map(toOutcome),
    requestedAt: row.requested_at,
    ...(row.origin === null ? {} : { origin: row.origin }),
    ...(row.waiting_for === null ? {} : { waitingFor: row.waiting_for }),
    ...(row.plan === null ? {} : { plan: row.plan }),
    ...(row.refusal === null ? {} : { refusal: row.refusal }),
    ...(row.cancel_requested_by === null ? {} : { canceledBy: row.cancel_requested_by }),
    ...(row.superseded_by === null ? {} : { supersededBy: row.superseded_by }),
    ...(row.started_at === null ? {} : { startedAt: row.started_at }),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
  };
}

type PackRow = Pick<Selectable<DeploymentPacksTable>, 'pack' | 'status' | 'step' | 'refusal'>;

function toOutcome(row: PackRow): PackOutcome {
  return {
    pack: row.pack,
    status: row.status,
    ...(row.step === null ? {} : { step: row.step }),
    ...(row.refusal === null ? {} : { refusal: row.refusal }),
  };
}

/** How long deployments took of late, in milliseconds, the middle one; a second when there is no telling. */
export async function typicalDurationMs(db: Db): Promise<number> {
  const { rows } = await sql<{ ms: number | null }>`
    select percentile_cont(0.5) within group (order by extract(epoch from ended_at - started_at) * 1000)::float8 as ms
    from (select ended_at, started_at from deployments
      where status = 'succeeded' and started_at is not null order by id desc limit 50) newest`.execute(db);
  return rows[0]?.ms ?? 1_000;
}
