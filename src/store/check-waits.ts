import { type DeleteQueryBuilder, type DeleteResult, type Kysely, type Selectable, sql } from 'kysely';
import type { Refusal } from '../core/reason.js';
import type { CheckWaitsTable, Database } from './tables.js';

type Db = Kysely<Database>;

/** A commit of a repository of the config. */
export interface CommitOf {
  readonly repository: string;
  readonly sha: string;
}

/** A deployment that waits for checks of a commit. */
export interface CheckWait extends CommitOf {
  readonly deployment: number;
  /** The packs that are waited for. */
  readonly packs: readonly string[];
  readonly since: Date;
  /** When it takes too long. */
  readonly lateAt?: Date;
}

/** Keeps that a deployment waits. Since when stays as it is, unless it waits for another commit now. */
export async function keepWait(db: Db, wait: CheckWait): Promise<void> {
  const { deployment, repository, sha, packs, since, lateAt } = wait;
  const row = {
    deployment,
    repository,
    sha,
    packs: [...packs],
    since,
    late_at: lateAt ?? null,
    ended_at: null,
  };
  const isOther = sql<boolean>`check_waits.sha <> excluded.sha or check_waits.ended_at is not null`;
  await db
    .insertInto('check_waits')
    .values(row)
    .onConflict((c) =>
      c.column('deployment').doUpdateSet({
        repository,
        sha,
        packs: [...packs],
        since: sql`case when ${isOther} then excluded.since else check_waits.since end`,
        late_at: sql`case when ${isOther} then excluded.late_at else check_waits.late_at end`,
        told_late: sql`check_waits.told_late and not (${isOther})`,
        ended_at: null,
      }),
    )
    .execute();
}

/** Keeps that a deployment waits no more; false when it did not. */
export async function endWait(db: Db, deployment: number, at: Date): Promise<boolean> {
  const done = await updateOpen(db)
    .set({ ended_at: at })
    .where('deployment', '=', deployment)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

function updateOpen(db: Db) {
  return db.updateTable('check_waits').where('ended_at', 'is', null);
}

/** The waits of some deployments. */
export async function waitsOf(db: Db, deployments: readonly number[]): Promise<CheckWait[]> {
  if (deployments.length === 0) return [];
  const rows = await db
    .selectFrom('check_waits')
    .selectAll()
    .where('ended_at', 'is', null)
    .where('deployment', 'in', deployments)
    .execute();
  return rows.map(toWait);
}

/** The deployments that wait for checks, oldest first. */
export async function openWaits(db: Db): Promise<CheckWait[]> {
  const rows = await db
    .selectFrom('check_waits')
    .selectAll()
    .where('ended_at', 'is', null)
    .orderBy('deployment')
    .execute();
  return rows.map(toWait);
}

/** The deployments that wait for checks of some commits. */
export async function waitersFor(db: Db, repository: string, shas: readonly string[]): Promise<number[]> {
  if (shas.length === 0) return [];
  const rows = await db
    .selectFrom('check_waits')
    .select('deployment')
    .where('ended_at', 'is', null)
    .where('repository', '=', repository)
    .where('sha', 'in', shas)
    .orderBy('deployment')
    .execute();
  return rows.map((row) => row.deployment);
}

/** Marks the waits that take too long and of which that was not told yet. */
export async function claimLate(db: Db, now: Date): Promise<CheckWait[]> {
  const rows = await updateOpen(db)
    .set({ told_late: true })
    .where('told_late', '=', false)
    .where('late_at', '<=', now)
    .returningAll()
    .execute();
  return rows.map(toWait);
}

function toWait(row: Selectable<CheckWaitsTable>): CheckWait {
  const { deployment, repository, sha, packs, since, late_at } = row;
  return { deployment, repository, sha, packs, since, ...(late_at === null ? {} : { lateAt: late_at }) };
}

/** What came of asking a host about a commit last. */
export interface Asked {
  readonly askedAt?: Date;
  /** Why it could not be asked. */
  readonly refusal?: Refusal;
}

/** A commit whose host is to be asked. */
export interface DueAsk extends CommitOf {
  /** How often it was asked already. */
  readonly tries: number;
  /** Until when nobody else asks. */
  readonly claimedUntil: Date;
}

/** Asks for a host to be asked about a commit at a time, or earlier if that is due already. */
export async function wantAsk(db: Db, { repository, sha }: CommitOf, at: Date): Promise<void> {
  await db
    .insertInto('check_asks')
    .values({ repository, sha, next_at: at, asked_at: null, refusal: null })
    .onConflict((c) =>
      c
        .columns(['repository', 'sha'])
        .doUpdateSet({ next_at: sql`least(check_asks.next_at, excluded.next_at)` }),
    )
    .execute();
}

/** Takes what is due, so that no other server asks the same before `until`. */
export async function claimAsks(
  db: Db,
  { now, until, most }: { now: Date; until: Date; most: number },
): Promise<DueAsk[]> {
  await isForNobody(
    db.deleteFrom('check_asks').where('next_at', '<=', now).where('asked_at', 'is not', null),
  ).execute();
  const due = db
    .selectFrom('check_asks')
    .select(['repository', 'sha'])
    .where('next_at', '<=', now)
    .orderBy('next_at')
    .limit(most)
    .forUpdate()
    .skipLocked();
  const rows = await db
    .updateTable('check_asks')
    .set({ next_at: until })
    .where((e) => e(e.refTuple('repository', 'sha'), 'in', due.$asTuple('repository', 'sha')))
    .returning(['repository', 'sha', 'tries'])
    .execute();
  return rows.map((row) => ({ ...row, claimedUntil: until }));
}

/** Keeps what came of asking, and when to ask again; never again when nobody waits any more. */
export async function keepAsked(
  db: Db,
  { repository, sha, claimedUntil }: DueAsk,
  asked: { at: Date; refusal?: Refusal | undefined; nextAt: Date },
): Promise<void> {
  const refusal = asked.refusal === undefined ? null : JSON.stringify(asked.refusal);
  // Whoever wanted it to be asked meanwhile has news that this answer may not have.
  const isWanted = sql<boolean>`check_asks.next_at < ${claimedUntil}`;
  await db
    .updateTable('check_asks')
    .set((e) => ({
      next_at: sql<Date>`case when ${isWanted} then check_asks.next_at else ${asked.nextAt} end`,
      ...{ asked_at: asked.at, refusal },
      tries: e('tries', '+', 1),
    }))
    .where('repository', '=', repository)
    .where('sha', '=', sha)
    .execute();
}

// Who waited has been answered, or has given up.
function isForNobody(rows: DeleteQueryBuilder<Database, 'check_asks', DeleteResult>) {
  return rows.where(({ not, exists, selectFrom }) =>
    not(
      exists(
        selectFrom('check_waits as w')
          .select('w.deployment')
          .where('w.ended_at', 'is', null)
          .whereRef('w.repository', '=', 'check_asks.repository')
          .whereRef('w.sha', '=', 'check_asks.sha'),
      ),
    ),
  );
}

/** Puts asking off, since the host wants to be left alone until then. */
export async function postponeAsk(db: Db, { repository, sha }: CommitOf, until: Date): Promise<void> {
  await db
    .updateTable('check_asks')
    .set({ next_at: until })
    .where('repository', '=', repository)
    .where('sha', '=', sha)
    .execute();
}

/** What came of asking about a commit last; undefined when nobody wants to know. */
export async function askedAbout(db: Db, { repository, sha }: CommitOf): Promise<Asked | undefined> {
  const row = await db
    .selectFrom('check_asks')
    .select(['asked_at', 'refusal'])
    .where('repository', '=', repository)
    .where('sha', '=', sha)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    ...(row.asked_at === null ? {} : { askedAt: row.asked_at }),
    ...(row.refusal === null ? {} : { refusal: row.refusal }),
  };
}
