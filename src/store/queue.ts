import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { NewEntry, QueueEntry, Wait } from '../core/queue.js';
import type { Revision } from '../core/repository.js';
import type { Start } from './deployments.js';
import type { Change, NamedChange } from './events.js';
import { InTurn } from './in-turn.js';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/** Who waits in this process waits here, and not with a connection in hand that others could do with. */
const inTurn = new WeakMap<Db, InTurn>();

function turnsOf(db: Db): InTurn {
  const turns = inTurn.get(db) ?? new InTurn();
  inTurn.set(db, turns);
  return turns;
}

/**
 * Runs a change of one target's queue alone: whoever else wants to change it waits until this transaction has ended,
 * also on another server.
 */
export async function withQueue<T>(db: Db, target: string, work: (tx: Db) => Promise<T>): Promise<T> {
  return await turnsOf(db).run(target, () => changeQueue(db, target, work));
}

async function changeQueue<T>(db: Db, target: string, work: (tx: Db) => Promise<T>): Promise<T> {
  return await db.connection().execute(async (tx) => {
    try {
      // In one message, so the lock stands in it as it is: only one without parameters may hold two statements.
      await sql`begin; ${lockOf(sql.lit(`packtrain queue ${target}`))}`.execute(tx);
      const result = await work(tx);
      await sql`commit`.execute(tx);
      return result;
    } catch (error) {
      // Without a connection there is nothing to take back, and what went wrong first is what counts.
      await sql`rollback`.execute(tx).catch(() => undefined);
      throw error;
    }
  });
}

/** Keeps everybody else from choosing a phrase until this transaction has ended: queues share channels. */
export async function choosePhrasesAlone(tx: Db): Promise<void> {
  await lockOf(sql.lit('packtrain phrases')).execute(tx);
}

function lockOf(name: RawBuilder<string>) {
  return sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
}

const isHeld = sql<boolean>`(exists (select from borrows where ended_at is null)
  or exists (select from locks where ended_at is null))`;

/** Whether any borrow or lock is in force at all. */
export async function isAnythingHeld(db: Db): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`select ${isHeld} as held`.execute(db);
  return rows[0]?.held === true;
}

/** Looks whether nobody queues for a target, and no borrow or lock is in force: a part of a larger statement. */
export function freeChange(target: string): NamedChange {
  const isQueued = sql`exists (select from queue_entries where target = ${target})`;
  return { name: 'looked', change: sql`select not (${isQueued} or ${isHeld}) as is_free` };
}

/** What came of that, in the same statement. */
export const isFree = sql<boolean>`(select is_free from looked)`;

/** Adds an entry at the tail, with its turn and leases on all its packs when something is so. */
export function entryWithTurnChanges(db: Db, entry: NewEntry, { at, when }: Start): Change[] {
  const { deployment, target, packs } = entry;
  const leases = sql`insert into leases (target, pack, deployment)
    select ${target}::text, pack, ${deployment}::bigint from unnest(${[...packs]}::text[]) pack where ${when}`;
  return [rowOf(db, entry, sql<Date | null>`case when ${when} then ${at}::timestamptz end`), leases];
}

/** Adds an entry at the tail; again, for the same deployment: nothing. */
export function entryChange(db: Db, entry: NewEntry): Change {
  return rowOf(db, entry, null);
}

function rowOf(db: Db, { deployment, target, packs }: NewEntry, grantedAt: RawBuilder<Date | null> | null) {
  return db
    .insertInto('queue_entries')
    .values({ deployment, target, packs: [...packs], granted_at: grantedAt, moved_from: null })
    .onConflict((c) => c.column('deployment').doNothing());
}

/** The queue of a target, or of all. */
export async function readQueue(db: Db, target?: string): Promise<QueueEntry[]> {
  let rows = queueRows(db);
  if (target !== undefined) rows = rows.where('q.target', '=', target);
  return (await rows.orderBy('q.place').execute()).map(toEntry);
}

function queueRows(db: Db) {
  return db
    .selectFrom('queue_entries as q')
    .innerJoin('deployments as d', 'd.id', 'q.deployment')
    .select(['q.deployment', 'q.target', 'q.packs', 'q.granted_at', 'q.phrase', 'q.confirm_by'])
    .select(['q.confirmed_at', 'q.misses', 'q.moved_from', 'q.waits_for'])
    .select(['d.repository', 'd.requester', 'd.intent', 'd.via', 'd.origin', 'd.waiting_for']);
}

type Row = Awaited<ReturnType<ReturnType<typeof queueRows>['execute']>>[number];

function toEntry(row: Row): QueueEntry {
  const { phrase, confirm_by: until, confirmed_at: confirmedAt, moved_from: movedFrom } = row;
  return {
    deployment: row.deployment,
    target: row.target,
    packs: row.packs,
    repository: row.repository,
    requester: row.requester,
    kind: row.intent.kind,
    via: row.via,
    misses: row.misses,
    ...(row.granted_at !== null && row.waiting_for === 'confirmation' ? { waitsForWord: true } : {}),
    ...(row.origin === null ? {} : { origin: row.origin }),
    ...(row.granted_at === null ? {} : { grantedAt: row.granted_at }),
    ...(row.waits_for === null ? {} : { waitsFor: row.waits_for }),
    ...(phrase === null || until === null
      ? {}
      : {
          asked: {
            phrase,
            until,
            ...(confirmedAt === null ? {} : { confirmedAt }),
            ...(movedFrom === null ? {} : { movedFrom }),
          },
        }),
  };
}

/** The deployments whose time to say the phrase is over. */
export async function overdueCalls(db: Db, at: Date): Promise<number[]> {
  const rows = await db
    .selectFrom('queue_entries')
    .select('deployment')
    .where('confirm_by', '<=', at)
    .where('confirmed_at', 'is', null)
    .execute();
  return rows.map((row) => row.deployment);
}

/** Whether others than a deployment are in a target's queue. */
export function areOthersQueued(deployment: number, target: string): RawBuilder<boolean> {
  return sql<boolean>`exists (select from queue_entries where target = ${target} and deployment <> ${deployment})`;
}

/** Gives entries their turn: leases on all their packs. Fails, and with it the transaction, if one of them is held. */
export function grantChanges(db: Db, entries: readonly NewEntry[], at: Date): Change[] {
  const leases = entries.flatMap(({ target, packs, deployment }) =>
    packs.map((pack) => ({ target, pack, deployment })),
  );
  const ids = entries.map((entry) => entry.deployment);
  const granted = db.updateTable('queue_entries').set({ granted_at: at }).where('deployment', 'in', ids);
  return leases.length === 0 ? [granted] : [granted, db.insertInto('leases').values(leases)];
}

/** Takes an entry out of the queue and gives its leases back. */
export function leavingChanges(db: Db, deployment: number): Change[] {
  return [
    db.deleteFrom('leases').where('deployment', '=', deployment),
    db.deleteFrom('queue_entries').where('deployment', '=', deployment),
  ];
}

/** Asks an entry whose turn has come for a phrase. */
export function askChange(
  db: Db,
  deployment: number,
  asked: { phrase: string; at: Date; until: Date; movedFrom: Revision | undefined },
): Change {
  const moved = asked.movedFrom === undefined ? null : JSON.stringify(asked.movedFrom);
  return db
    .updateTable('queue_entries')
    .set({
      phrase: asked.phrase,
      called_at: asked.at,
      confirm_by: asked.until,
      moved_from: moved,
      // The call tells that the wait is over.
      waits_for: null,
    })
    .where('deployment', '=', deployment);
}

/** Notes what an entry waits for. */
export function waitsChange(db: Db, deployment: number, waits: readonly Wait[]): Change {
  return db
    .updateTable('queue_entries')
    .set({ waits_for: JSON.stringify(waits) })
    .where('deployment', '=', deployment);
}

/** Notes that an entry's phrase was said. */
export function confirmChange(db: Db, deployment: number, at: Date): Change {
  return db.updateTable('queue_entries').set({ confirmed_at: at }).where('deployment', '=', deployment);
}

const waitingAgain = { granted_at: null, phrase: null, called_at: null, confirm_by: null, moved_from: null };

/** Takes an entry's turn away and puts it at the tail. */
export function toTailChanges(db: Db, deployment: number): Change[] {
  return [
    db.deleteFrom('leases').where('deployment', '=', deployment),
    db
      .updateTable('queue_entries')
      .set({
        ...waitingAgain,
        place: sql`nextval(pg_get_serial_sequence('queue_entries', 'place'))`,
        misses: sql`misses + 1`,
      })
      .where('deployment', '=', deployment),
  ];
}

/** Takes turns away that had come; the entries keep their places. */
export async function takeTurnsBack(db: Db, deployments: readonly number[]): Promise<void> {
  if (deployments.length === 0) return;
  await db.deleteFrom('leases').where('deployment', 'in', deployments).execute();
  await db.updateTable('queue_entries').set(waitingAgain).where('deployment', 'in', deployments).execute();
}

/**
 * Puts an entry right behind another one of its queue; its turn is taken away if it had come. Those between them move
 * up by one place, so that nobody overtakes anybody else.
 */
export async function moveBehind(db: Db, deployment: number, other: number): Promise<void> {
  await takeTurnsBack(db, [deployment]);
  await sql`with own as (select target, place from queue_entries where deployment = ${deployment}),
    behind as (select place from queue_entries where deployment = ${other}),
    moving as (
      select q.deployment, q.place, lag(q.place, 1, behind.place) over (order by q.place) as new_place
      from queue_entries q, own, behind
      where q.target = own.target and q.place between own.place and behind.place)
    update queue_entries q set place = moving.new_place
    from moving where moving.deployment = q.deployment`.execute(db);
}
