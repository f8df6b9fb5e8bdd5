import { type Kysely, type Selectable, sql } from 'kysely';
import type { Actor, Origin } from '../core/actor.js';
import type { Deployment, EndStatus, PackOutcome, WaitingFor } from '../core/deployment.js';
import type { DeployingIntent, Via } from '../core/intent.js';
import type { Plan } from '../core/plan.js';
import type { Refusal } from '../core/reason.js';
import type { Database, DeploymentPacksTable, DeploymentsTable } from './tables.js';

type Db = Kysely<Database>;

/** A deployment that is about to be kept. */
export interface NewDeployment {
  readonly requestKey: string;
  readonly intent: DeployingIntent;
  readonly requester: Actor;
  readonly via: Via;
  readonly origin: Origin | undefined;
  readonly repository: string;
  readonly at: Date;
}

/** Keeps a new deployment; the same request key gives the deployment that is there already. */
export async function insertDeployment(db: Db, d: NewDeployment): Promise<{ id: number; isNew: boolean }> {
  const inserted = await db
    .insertInto('deployments')
    .values({
      request_key: d.requestKey,
      intent: JSON.stringify(d.intent),
      requester: JSON.stringify(d.requester),
      via: d.via,
      origin: d.origin === undefined ? null : JSON.stringify(d.origin),
      repository: d.repository,
      status: 'queued',
      requested_at: d.at,
    })
    .onConflict((c) => c.column('request_key').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted !== undefined) return { id: inserted.id, isNew: true };
  const there = await db
    .selectFrom('deployments')
    .select('id')
    .where('request_key', '=', d.requestKey)
    .executeTakeFirstOrThrow();
  return { id: there.id, isNew: false };
}

/** One deployment with its packs. */
export async function findDeployment(db: Db, id: number): Promise<Deployment | undefined> {
  const [found] = await findDeployments(db, [id]);
  return found;
}

/** The deployments with these numbers, in the order of the numbers given; unknown ones are left out. */
export async function findDeployments(db: Db, ids: readonly number[]): Promise<Deployment[]> {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom('deployments').selectAll().where('id', 'in', ids).execute();
  const packs = await db
    .selectFrom('deployment_packs')
    .selectAll()
    .where('deployment', 'in', ids)
    .orderBy('ordinal')
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row === undefined
      ? []
      : [
          toDeployment(
            row,
            packs.filter((p) => p.deployment === id),
          ),
        ];
  });
}

/** Which deployments are wanted; newest first. */
export interface DeploymentQuery {
  readonly pack?: string | undefined;
  readonly repository?: string | undefined;
  readonly requester?: string | undefined;
  readonly open?: boolean | undefined;
  readonly limit: number;
}

/** Numbers of the deployments that match, newest first. */
export async function listDeploymentIds(db: Db, query: DeploymentQuery): Promise<number[]> {
  let rows = db.selectFrom('deployments as d').select('d.id').orderBy('d.id', 'desc').limit(query.limit);
  const { pack, repository, requester } = query;
  if (query.open === true) rows = rows.where('d.ended_at', 'is', null);
  if (repository !== undefined) rows = rows.where('d.repository', '=', repository);
  if (requester !== undefined) rows = rows.where(sql`d.requester->>'name'`, '=', requester);
  if (pack !== undefined)
    rows = rows.where((e) =>
      e.exists(
        e
          .selectFrom('deployment_packs as p')
          .select('p.pack')
          .whereRef('p.deployment', '=', 'd.id')
          .where('p.pack', '=', pack),
      ),
    );
  return (await rows.execute()).map((row) => row.id);
}

/** Puts a plan with its packs' first outcomes on a deployment; a later plan replaces an earlier one. */
export async function savePlan(db: Db, id: number, plan: Plan, packs: readonly PackOutcome[]): Promise<void> {
  await db
    .updateTable('deployments')
    .set({ plan: JSON.stringify(plan), target: plan.target })
    .where('id', '=', id)
    .execute();
  await db.deleteFrom('deployment_packs').where('deployment', '=', id).execute();
  if (packs.length === 0) return;
  const rows = packs.map((p, ordinal) => ({
    deployment: id,
    pack: p.pack,
    ordinal,
    status: p.status,
    step: p.step ?? null,
    refusal: p.refusal === undefined ? null : JSON.stringify(p.refusal),
  }));
  await db.insertInto('deployment_packs').values(rows).execute();
}

/** Records where a pack stands. */
export async function savePackOutcome(db: Db, id: number, outcome: PackOutcome): Promise<void> {
  await db
    .updateTable('deployment_packs')
    .set({
      status: outcome.status,
      ...(outcome.step === undefined ? {} : { step: outcome.step }),
      refusal: outcome.refusal === undefined ? null : JSON.stringify(outcome.refusal),
    })
    .where('deployment', '=', id)
    .where('pack', '=', outcome.pack)
    .execute();
}

/** Marks an open deployment as waiting. */
export async function markWaiting(db: Db, id: number, waitingFor: WaitingFor): Promise<void> {
  await openDeployment(db, id).set({ status: 'waiting', waiting_for: waitingFor }).execute();
}

/** Marks an open deployment as running; the first time is when it started. */
export async function markRunning(db: Db, id: number, at: Date): Promise<void> {
  await openDeployment(db, id)
    .set({ status: 'running', waiting_for: null, started_at: sql<Date>`coalesce(started_at, ${at})` })
    .execute();
}

/** How a deployment ended. */
export interface Ending {
  readonly status: EndStatus;
  readonly refusal?: Refusal | undefined;
  readonly at: Date;
}

/** Ends an open deployment; false when it had ended already, and then nothing is changed. */
export async function markEnded(db: Db, id: number, ending: Ending): Promise<boolean> {
  const done = await openDeployment(db, id)
    .set({
      status: ending.status,
      waiting_for: null,
      ended_at: ending.at,
      refusal: ending.refusal === undefined ? null : JSON.stringify(ending.refusal),
    })
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Notes who wants a deployment stopped; false when it has ended. The first who asked stays. */
export async function requestCancel(db: Db, id: number, by: Actor): Promise<boolean> {
  const done = await openDeployment(db, id)
    .set({ cancel_requested_by: sql`coalesce(cancel_requested_by, ${JSON.stringify(by)}::jsonb)` })
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

function openDeployment(db: Db, id: number) {
  return db.updateTable('deployments').where('id', '=', id).where('ended_at', 'is', null);
}

function toDeployment(
  row: Selectable<DeploymentsTable>,
  packs: readonly Selectable<DeploymentPacksTable>[],
): Deployment {
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
    ...(row.started_at === null ? {} : { startedAt: row.started_at }),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
  };
}

function toOutcome(row: Selectable<DeploymentPacksTable>): PackOutcome {
  return {
    pack: row.pack,
    status: row.status,
    ...(row.step === null ? {} : { step: row.step }),
    ...(row.refusal === null ? {} : { refusal: row.refusal }),
  };
}
