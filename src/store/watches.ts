import { type Kysely, type Selectable, sql } from 'kysely';
import type { PushSource, WatchProblem } from '../core/push.js';
import type { Refusal } from '../core/reason.js';
import type { WatchesTable } from './push-tables.js';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/** A branch whose pushes go live by themselves. */
export interface WatchKey {
  readonly repository: string;
  readonly branch: string;
}

/** What is known of such a branch. */
export interface Watch extends WatchKey {
  /** The commit that was made a push of last. */
  readonly sha?: string;
  /** How often somebody said that it has moved. */
  readonly hints: number;
  /** Where it is said to have moved to, as long as it was not found there. */
  readonly hintedSha?: string;
  readonly hintedBy?: PushSource;
  /** How often in a row a look has failed. */
  readonly attempts: number;
  readonly problem?: WatchProblem;
  readonly nextLookAt: Date;
}

/** Which branches are looked at next, and by whom. */
export interface ClaimWatches {
  /** Those of the config. */
  readonly among: readonly WatchKey[];
  readonly server: string;
  readonly at: Date;
  /** Until when nobody else looks at them. */
  readonly until: Date;
  readonly limit: number;
  /** Only those whose last look failed, or only the others. */
  readonly areFailing: boolean;
}

/** Keeps a row for each branch; those that are new are looked at at once. */
export async function addWatches(db: Db, keys: readonly WatchKey[], at: Date): Promise<void> {
  if (keys.length === 0) return;
  await sql`insert into watches (repository, branch, next_look_at)
    select r, b, ${at}::timestamptz from ${pairs(keys)} k(r, b)
    on conflict (repository, branch) do nothing`.execute(db);
}

/** Takes branches whose time has come, those that are said to have moved first; no two servers take the same. */
export async function claimWatches(db: Db, claim: ClaimWatches): Promise<Watch[]> {
  if (claim.among.length === 0 || claim.limit <= 0) return [];
  const { at, until, server, limit, areFailing } = claim;
  const due = sql`select w.repository, w.branch from watches w
    join ${pairs(claim.among)} k(r, b) on k.r = w.repository and k.b = w.branch
    where w.next_look_at <= ${at} and (w.taken_until is null or w.taken_until <= ${at})
      and (w.attempts > 0) = ${areFailing}
    order by w.hinted_by is null, w.next_look_at limit ${limit} for update of w skip locked`;
  const taken = await sql<Selectable<WatchesTable>>`with due as (${due})
    update watches w set taken_by = ${server}, taken_until = ${until}
    from due where due.repository = w.repository and due.branch = w.branch returning w.*`.execute(db);
  return taken.rows.map(toWatch);
}

/** Keeps a branch for longer: the look takes its time. */
export async function renewWatch(db: Db, key: WatchKey, { server, until }: { server: string; until: Date }) {
  await ofKey(db, key).where('taken_by', '=', server).set({ taken_until: until }).execute();
}

/** What a look came to. */
export interface Looked {
  readonly at: Date;
  readonly nextLookAt: Date;
  /** How often in a row it has failed by now. */
  readonly attempts: number;
  /** Why it failed; absent when all is well. */
  readonly refusal?: Refusal;
  /** Whether what was hinted at has not been found yet. */
  readonly keepsHint: boolean;
}

/**
 * Ends a look. When somebody said meanwhile that the branch has moved, the next one is due at once.
 * @returns whether it is due at once
 */
export async function endLook(db: Db, watch: Watch, server: string, looked: Looked): Promise<boolean> {
  const { at, nextLookAt, attempts, refusal, keepsHint } = looked;
  const isHinted = sql<boolean>`hints > ${watch.hints}`;
  const isSame = refusal?.code === watch.problem?.refusal.code;
  const since = isSame ? (watch.problem?.since ?? at) : at;
  const hintStays = sql<boolean>`(${isHinted} or ${keepsHint}::boolean)`;
  const ended = await ofKey(db, watch)
    .where('taken_by', '=', server)
    .set({
      taken_by: null,
      taken_until: null,
      next_look_at: sql`case when ${isHinted} then ${at}::timestamptz else ${nextLookAt}::timestamptz end`,
      hinted_sha: sql`case when ${hintStays} then hinted_sha end`,
      hinted_by: sql`case when ${hintStays} then hinted_by end`,
      attempts,
      problem: refusal === undefined ? null : JSON.stringify(refusal),
      problem_since: refusal === undefined ? null : since,
    })
    .returning('next_look_at')
    .executeTakeFirst();
  return ended !== undefined && ended.next_look_at <= at;
}

/** Somebody says that a branch has moved. */
export interface Hint extends WatchKey {
  readonly sha?: string;
  readonly source: PushSource;
  readonly at: Date;
}

/** Makes a look at a branch due now; false when there is no row for it. */
export async function hintAt(db: Db, hint: Hint): Promise<boolean> {
  const done = await ofKey(db, hint)
    .set({
      hints: sql`hints + 1`,
      hinted_sha: hint.sha ?? null,
      hinted_by: hint.source,
      next_look_at: sql`least(next_look_at, ${hint.at}::timestamptz)`,
    })
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Gives back what a server took and did not finish before it died. */
export async function giveWatchesBack(db: Db, server: string): Promise<void> {
  await db
    .updateTable('watches')
    .set({ taken_by: null, taken_until: null })
    .where('taken_by', '=', server)
    .execute();
}

/** Why what is pushed to some branches can't be seen, with the branch. */
export async function watchProblems(db: Db): Promise<(WatchKey & { readonly problem: WatchProblem })[]> {
  const rows = await db.selectFrom('watches').selectAll().where('problem', 'is not', null).execute();
  return rows.map(toWatch).flatMap(({ repository, branch, problem }) => {
    return problem === undefined ? [] : [{ repository, branch, problem }];
  });
}

function ofKey(db: Db, { repository, branch }: WatchKey) {
  return db.updateTable('watches').where('repository', '=', repository).where('branch', '=', branch);
}

function pairs(keys: readonly WatchKey[]) {
  return sql`unnest(${keys.map((key) => key.repository)}::text[], ${keys.map((key) => key.branch)}::text[])`;
}

function toWatch(row: Selectable<WatchesTable>): Watch {
  return {
    repository: row.repository,
    branch: row.branch,
    hints: row.hints,
    attempts: row.attempts,
    nextLookAt: row.next_look_at,
    ...(row.sha === null ? {} : { sha: row.sha }),
    ...(row.hinted_sha === null ? {} : { hintedSha: row.hinted_sha }),
    ...(row.hinted_by === null ? {} : { hintedBy: row.hinted_by }),
    ...(row.problem === null || row.problem_since === null
      ? {}
      : { problem: { refusal: row.problem, since: row.problem_since } }),
  };
}
