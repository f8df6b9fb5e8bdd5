import { type Kysely, sql } from 'kysely';
import type { DeployIntent } from '../core/intent.js';
import { announce } from './events.js';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/** A pack that the newest push of a branch left as it is, since somebody had changed it on its target. */
export interface HeldPack {
  readonly push: number;
  readonly pack: string;
  /** The deployment that left it. */
  readonly deployment: number;
  readonly intent: DeployIntent;
}

/** Where such packs are looked for. */
export interface AmongPushes {
  readonly target: string;
  readonly branches: readonly { readonly repository: string; readonly branch: string }[];
}

const drifted = sql`('drifted', 'live-not-ours')`;

/** Those packs of a target of which nothing newer has been deployed since. */
export async function heldByDrift(db: Db, { target, branches }: AmongPushes): Promise<readonly HeldPack[]> {
  if (branches.length === 0) return [];
  const { rows } = await sql<HeldPack>`select newest.id as push, held.pack, d.id as deployment, d.intent
    from unnest(${branches.map((one) => one.repository)}::text[], ${branches.map((one) => one.branch)}::text[])
      as watched (repository, branch)
    cross join lateral (select id from pushes
      where repository = watched.repository and branch = watched.branch order by id desc limit 1) newest
    join deployments d on d.via = 'push' and (d.intent->>'push')::bigint = newest.id
      and d.target = ${target} and d.ended_at is not null
    join deployment_packs held on held.deployment = d.id and held.refusal->>'code' in ${drifted}
    where not exists (select from deployment_packs later join deployments of on of.id = later.deployment
      where later.pack = held.pack and later.deployment > d.id and of.target = ${target}
        and coalesce(later.refusal->>'code', '') not in ${drifted})
    order by d.id, held.ordinal`.execute(db);
  return rows;
}

/** Opens a push again that is to have another deployment, with the message that shows it. */
export async function reopenPush(db: Db, push: number): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx.updateTable('pushes').set({ ended_at: null }).where('id', '=', push).execute();
    await tx.updateTable('push_messages').set({ is_final: false }).where('push', '=', push).execute();
    await announce(tx, [0]);
  });
}
