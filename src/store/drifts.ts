import { type Kysely, sql } from 'kysely';
import type { Drift, DriftView } from '../core/drift.js';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/** Keeps a row for each target; those that are new are looked at at once. */
export async function addDriftLooks(db: Db, targets: readonly string[], at: Date): Promise<void> {
  if (targets.length === 0) return;
  await sql`insert into drift_looks (target, next_look_at)
    select t, ${at}::timestamptz from unnest(${[...targets]}::text[]) t on conflict (target) do nothing`.execute(
    db,
  );
}

/** Who takes targets to look at, and which. */
export interface ClaimDriftLooks {
  readonly among: readonly string[];
  readonly server: string;
  readonly at: Date;
  /** Until when nobody else looks at them. */
  readonly until: Date;
}

/** Takes the targets whose time has come; no two servers take the same. */
export async function claimDriftLooks(db: Db, claim: ClaimDriftLooks): Promise<readonly string[]> {
  const { among, server, at, until } = claim;
  if (among.length === 0) return [];
  const rows = await db
    .updateTable('drift_looks')
    .set({ taken_by: server, taken_until: until })
    .where('target', 'in', [...among])
    .where('next_look_at', '<=', at)
    .where((e) => e.or([e('taken_until', 'is', null), e('taken_until', '<=', at)]))
    .returning('target')
    .execute();
  return rows.map(({ target }) => target);
}

/** Ends a look. */
export async function endDriftLook(
  db: Db,
  look: { readonly target: string; readonly server: string; readonly nextAt: Date },
): Promise<void> {
  await db
    .updateTable('drift_looks')
    .set({ taken_by: null, taken_until: null, next_look_at: look.nextAt })
    .where('target', '=', look.target)
    .where('taken_by', '=', look.server)
    .execute();
}

/** A drift of a live pack. */
export interface KeptDrift extends DriftView {
  readonly target: string;
  readonly pack: string;
  readonly release: string;
}

/** Every drift that is known; what was deployed anew since is to be compared by its release. */
export async function keptDrifts(db: Db): Promise<readonly KeptDrift[]> {
  const rows = await db.selectFrom('drifts').selectAll().orderBy('target').orderBy('pack').execute();
  return rows.map(({ target, pack, release, drift, since }) => ({ target, pack, release, drift, since }));
}

/** What was found of one live pack. */
export interface FoundDrift {
  readonly target: string;
  readonly pack: string;
  readonly release: string;
  readonly drift: Drift;
  readonly mark: string;
  readonly at: Date;
}

/** Keeps a drift. @returns whether it is another than was known */
export async function keepDrift(db: Db, found: FoundDrift): Promise<boolean> {
  const { target, pack, release, drift, mark, at } = found;
  const values = { target, pack, release, drift: JSON.stringify(drift), mark, since: at };
  const kept = await db
    .insertInto('drifts')
    .values(values)
    .onConflict((c) =>
      c
        .columns(['target', 'pack'])
        .doUpdateSet(values)
        .where((e) => e.or([e('drifts.mark', '<>', mark), e('drifts.release', '<>', release)])),
    )
    .returning('target')
    .executeTakeFirst();
  return kept !== undefined;
}

/** Forgets the drift of a pack that is as it was made live again. @returns whether there was one */
export async function dropDrift(db: Db, place: { target: string; pack: string }): Promise<boolean> {
  const done = await db
    .deleteFrom('drifts')
    .where('target', '=', place.target)
    .where('pack', '=', place.pack)
    .executeTakeFirst();
  return done.numDeletedRows > 0n;
}

/** Forgets drifts of packs that are not live on a target any more. */
export async function dropDriftsBut(db: Db, target: string, live: readonly string[]): Promise<void> {
  await db
    .deleteFrom('drifts')
    .where('target', '=', target)
    .where('pack', 'not in', [...live, ''])
    .execute();
}
