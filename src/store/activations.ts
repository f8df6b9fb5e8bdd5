import { type Kysely, type Selectable, sql } from 'kysely';
import type { LiveRevision } from '../core/plan.js';
import type { Change } from './events.js';
import type { ActivationsTable, Database } from './tables.js';

type Db = Kysely<Database>;

/** One time that a revision of a pack was live. */
export interface ActivationRecord {
  readonly id: number;
  readonly target: string;
  readonly pack: string;
  readonly deployment: number;
  readonly live: LiveRevision;
  readonly activatedAt: Date;
  readonly endedAt?: Date;
  /** The deployment that ended it. */
  readonly endedBy?: number;
  /** Whether a rollback took it away: it is not rolled back to. */
  readonly rolledBack: boolean;
}

/** What is live: of one target, or of one pack, or all; by target and pack. */
export async function liveActivations(
  db: Db,
  where: { target?: string | undefined; packs?: readonly string[] | undefined } = {},
): Promise<ActivationRecord[]> {
  let rows = db.selectFrom('activations').selectAll().where('ended_at', 'is', null);
  if (where.target !== undefined) rows = rows.where('target', '=', where.target);
  if (where.packs !== undefined) rows = rows.where('pack', 'in', [...where.packs, '']);
  return (await rows.orderBy('target').orderBy('pack').execute()).map(toRecord);
}

/** Every time a pack was live on a target, or on any, newest first. */
export async function activationHistory(
  db: Db,
  place: { target?: string; pack: string; limit: number },
): Promise<ActivationRecord[]> {
  let rows = db.selectFrom('activations').selectAll().where('pack', '=', place.pack);
  if (place.target !== undefined) rows = rows.where('target', '=', place.target);
  return (await rows.orderBy('id', 'desc').limit(place.limit).execute()).map(toRecord);
}

/** A pack that went live. */
export interface NewActivation {
  readonly target: string;
  readonly pack: string;
  readonly deployment: number;
  readonly live: LiveRevision;
  readonly at: Date;
  /** Whether what was live before is thereby rolled back from. */
  readonly isRollback: boolean;
}

/** Records that a pack went live and that what was live before no longer is; again, for the same deployment: nothing. */
export function activationChanges(db: Db, a: NewActivation): Change[] {
  const ended = db
    .updateTable('activations')
    .set({ ended_at: a.at, ended_by: a.deployment, rolled_back: a.isRollback })
    .where('target', '=', a.target)
    .where('pack', '=', a.pack)
    .where('ended_at', 'is', null)
    .where((e) => e.not(e.exists(sameActivation(db, a))))
    .returning('id');
  // Counting what has ended makes the new one come after it: only one of a pack may be live.
  const begun = sql`insert into activations (target, pack, deployment, repository, ref, sha, tree, release, activated_at)
    select ${a.target}::text, ${a.pack}::text, ${a.deployment}::bigint, ${a.live.repository}::text,
      ${a.live.revision.ref}::text, ${a.live.revision.sha}::text, ${a.live.tree}::text, ${a.live.release}::text,
      ${a.at}::timestamptz
    from (select count(*) from ended_activations) e
    on conflict (deployment, target, pack) do nothing`;
  return [{ name: 'ended_activations', change: ended }, begun];
}

/** Records that nothing of a pack is live any more. */
export function removalChange(
  db: Db,
  gone: { target: string; pack: string; deployment: number; at: Date },
): Change {
  return db
    .updateTable('activations')
    .set({ ended_at: gone.at, ended_by: gone.deployment })
    .where('target', '=', gone.target)
    .where('pack', '=', gone.pack)
    .where('ended_at', 'is', null);
}

/** The trees that were rolled back from, and not made live again since, of a target's packs: `<pack> <tree>`. */
export async function rolledBackTrees(db: Db, target: string): Promise<ReadonlySet<string>> {
  const newest = db
    .selectFrom('activations')
    .distinctOn(['pack', 'tree'])
    .select(['pack', 'tree', 'rolled_back'])
    .where('target', '=', target)
    .orderBy('pack')
    .orderBy('tree')
    .orderBy('id', 'desc')
    .as('newest');
  const rows = await db.selectFrom(newest).select(['pack', 'tree']).where('rolled_back', '=', true).execute();
  return new Set(rows.map(({ pack, tree }) => `${pack} ${tree}`));
}

function sameActivation(db: Db, a: NewActivation) {
  return db
    .selectFrom('activations as same')
    .select('same.id')
    .where('same.deployment', '=', a.deployment)
    .where('same.target', '=', a.target)
    .where('same.pack', '=', a.pack);
}

function toRecord(row: Selectable<ActivationsTable>): ActivationRecord {
  return {
    id: row.id,
    target: row.target,
    pack: row.pack,
    deployment: row.deployment,
    live: {
      repository: row.repository,
      revision: { ref: row.ref, sha: row.sha },
      tree: row.tree,
      release: row.release,
    },
    activatedAt: row.activated_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    ...(row.ended_by === null ? {} : { endedBy: row.ended_by }),
    rolledBack: row.rolled_back,
  };
}
