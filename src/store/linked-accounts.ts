import { type Kysely, type Selectable, sql } from 'kysely';
import type { Account } from '../core/access.js';
import type { Actor, Origin } from '../core/actor.js';
import type { LinkedAccount } from '../core/linking.js';
import type { LinkedAccountsTable } from './link-tables.js';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/** Told whenever accounts were joined or taken apart. */
export const peopleChannel = 'packtrain_people';

/** All accounts that were joined, the oldest of each person first. */
export async function linkedAccounts(db: Db): Promise<LinkedAccount[]> {
  const rows = await db
    .selectFrom('linked_accounts')
    .selectAll()
    .orderBy('person')
    .orderBy('since')
    .orderBy('platform')
    .orderBy('user_id')
    .execute();
  return rows.map(toAccount);
}

/** Changes who is whom while nobody else does. */
export async function holdingLinks<T>(db: Db, work: (tx: Db) => Promise<T>): Promise<T> {
  return await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('packtrain links', 0))`.execute(tx);
    return await work(tx);
  });
}

/** An account that is joined, with where its owner is told of it. */
export interface Joining {
  readonly actor: Actor;
  readonly origin: Origin | undefined;
}

/** Makes two accounts one person's, with all that are joined with either. The caller holds the links. */
export async function joinAccounts(tx: Db, pair: readonly [Joining, Joining], at: Date): Promise<void> {
  const persons = await Promise.all(pair.map(({ actor }) => personOf(tx, actor)));
  const [person = await newPerson(tx)] = persons.filter((one) => one !== undefined);
  for (const other of persons)
    if (other !== undefined)
      await tx.updateTable('linked_accounts').set({ person }).where('person', '=', other).execute();
  for (const { actor, origin } of pair)
    await tx
      .insertInto('linked_accounts')
      .values({
        platform: actor.platform,
        user_id: actor.userId,
        name: actor.name,
        person,
        since: at,
        origin: origin === undefined ? null : JSON.stringify(origin),
      })
      .onConflict((c) => c.columns(['platform', 'user_id']).doNothing())
      .execute();
  await sql`select pg_notify(${peopleChannel}, '')`.execute(tx);
}

/** Takes accounts out of what they are joined with; one that is left alone is joined with nobody. */
export async function partAccounts(tx: Db, accounts: readonly Account[]): Promise<void> {
  for (const { platform, userId } of accounts)
    await tx
      .deleteFrom('linked_accounts')
      .where('platform', '=', platform)
      .where('user_id', '=', userId)
      .execute();
  await sql`delete from linked_accounts where person in
    (select person from linked_accounts group by person having count(*) = 1)`.execute(tx);
  await sql`select pg_notify(${peopleChannel}, '')`.execute(tx);
}

async function personOf(tx: Db, { platform, userId }: Actor): Promise<number | undefined> {
  const row = await tx
    .selectFrom('linked_accounts')
    .select('person')
    .where('platform', '=', platform)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row?.person;
}

async function newPerson(tx: Db): Promise<number> {
  const { rows } = await sql<{ person: number }>`select nextval('linked_people') as person`.execute(tx);
  const person = rows[0]?.person;
  if (person === undefined) throw new Error('a sequence gave nothing');
  return person;
}

function toAccount(row: Selectable<LinkedAccountsTable>): LinkedAccount {
  const { platform, name, person, since, origin } = row;
  return { platform, userId: row.user_id, name, person, since, ...(origin === null ? {} : { origin }) };
}
