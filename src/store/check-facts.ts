import { type Kysely, sql } from 'kysely';
import type { CheckFact } from '../core/check.js';
import { newestOfEach } from '../core/newest-fact.js';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/**
 * Keeps facts about commits of a repository, in whatever order they come: an older one leaves a newer one as it is.
 * @returns the commits about which something is new
 */
export async function keepFacts(
  db: Db,
  repository: string,
  facts: readonly CheckFact[],
): Promise<readonly string[]> {
  const shas = [...new Set(facts.map((fact) => fact.sha))];
  const newest = shas.flatMap((sha) => newestOfEach(facts.filter((fact) => fact.sha === sha)));
  if (newest.length === 0) return [];
  const rows = newest.map(({ sha, name, run, state, url, at }) => ({
    ...{ repository, sha, name, state, at },
    run: run ?? null,
    url: url ?? null,
  }));
  const kept = await db
    .insertInto('check_facts')
    .values(rows)
    .onConflict((c) =>
      c
        .columns(['repository', 'sha', 'name'])
        .doUpdateSet((e) => ({
          run: e.ref('excluded.run'),
          state: e.ref('excluded.state'),
          url: e.ref('excluded.url'),
          at: e.ref('excluded.at'),
        }))
        .where(isNewer),
    )
    .returning('sha')
    .execute();
  return [...new Set(kept.map((row) => row.sha))];
}

// The order of `core/newest-fact.ts`.
const isNewer = sql<boolean>`${orderOf('excluded')} > ${orderOf('check_facts')}`;

function orderOf(table: 'excluded' | 'check_facts') {
  const column = (name: string) => sql.ref(`${table}.${name}`);
  const rank = sql`array_position(array['pending', 'neutral', 'success', 'failure'], ${column('state')})`;
  return sql`(coalesce(${column('run')}, -1), ${column('at')}, ${rank})`;
}

/** What is known of a commit, by name. */
export async function factsOf(db: Db, repository: string, sha: string): Promise<CheckFact[]> {
  const rows = await db
    .selectFrom('check_facts')
    .selectAll()
    .where('repository', '=', repository)
    .where('sha', '=', sha)
    .orderBy('name')
    .execute();
  return rows.map(({ name, state, at, run, url }) => ({
    ...{ sha, name, state, at },
    ...(run === null ? {} : { run }),
    ...(url === null ? {} : { url }),
  }));
}

/** Forgets facts that are older than a time. */
export async function forgetFacts(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('check_facts').where('at', '<', before).execute();
}
