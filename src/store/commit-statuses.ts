import { type Kysely, sql } from 'kysely';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/** What a host was told of a deployment. */
export interface ToldStatus {
  /** Of all its fields, as they were sent last. */
  readonly said?: string;
  /** The host's own name for its record. */
  readonly record?: string;
  readonly tries: number;
  /** When it is told again what the host did not take. */
  readonly nextTryAt?: Date;
}

/**
 * The deployments of some repositories of which their hosts may not know all yet: newest first, as far back as a time.
 * What a host did not take is due again at its time.
 */
export async function untoldDeployments(
  db: Db,
  { repositories, since, now }: { repositories: readonly string[]; since: Date; now: Date },
): Promise<number[]> {
  if (repositories.length === 0) return [];
  const rows = await db
    .selectFrom('deployments as d')
    .leftJoin('commit_statuses as s', 's.deployment', 'd.id')
    .select('d.id')
    .where('d.repository', 'in', repositories)
    .where('d.requested_at', '>', since)
    .where('d.plan', 'is not', null)
    .where((e) => e.or([e('s.is_final', 'is', null), e('s.is_final', '=', false)]))
    .where((e) => e.or([e('s.next_try_at', 'is', null), e('s.next_try_at', '<=', now)]))
    .orderBy('d.id', 'desc')
    .limit(200)
    .execute();
  return rows.map((row) => row.id);
}

/** The deployments of a commit of a repository. */
export async function deploymentsOfCommit(db: Db, repository: string, sha: string): Promise<number[]> {
  const rows = await db
    .selectFrom('deployments')
    .select('id')
    .where('repository', '=', repository)
    .where(sql`plan->'revision'->>'sha'`, '=', sha)
    .orderBy('id', 'desc')
    .limit(50)
    .execute();
  return rows.map((row) => row.id);
}

/** What a host was told of some deployments. */
export async function toldStatuses(
  db: Db,
  deployments: readonly number[],
): Promise<ReadonlyMap<number, ToldStatus>> {
  if (deployments.length === 0) return new Map();
  const rows = await db
    .selectFrom('commit_statuses')
    .selectAll()
    .where('deployment', 'in', deployments)
    .execute();
  return new Map(
    rows.map(({ deployment, said, record, tries, next_try_at }) => [
      deployment,
      {
        tries,
        ...(said === null ? {} : { said }),
        ...(record === null ? {} : { record }),
        ...(next_try_at === null ? {} : { nextTryAt: next_try_at }),
      },
    ]),
  );
}

/** Keeps what a host was told of a deployment, or that it did not take it. */
export async function keepTold(
  db: Db,
  deployment: number,
  told: {
    readonly said?: string | undefined;
    readonly record?: string | undefined;
    readonly isFinal: boolean;
    readonly tries: number;
    readonly nextTryAt?: Date | undefined;
  },
): Promise<void> {
  const row = {
    said: told.said ?? null,
    record: told.record ?? null,
    is_final: told.isFinal,
    tries: told.tries,
    next_try_at: told.nextTryAt ?? null,
  };
  await db
    .insertInto('commit_statuses')
    .values({ deployment, ...row })
    .onConflict((c) => c.column('deployment').doUpdateSet(row))
    .execute();
}

/** Tells a host of one commit alone; does nothing while somebody else does, also on another server. */
export async function withCommit(db: Db, key: string, work: () => Promise<void>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const name = `packtrain commit ${key}`;
    const got = await sql<{ got: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as got`.execute(tx);
    if (got.rows[0]?.got === true) await work();
  });
}
