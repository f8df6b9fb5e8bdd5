import { type Kysely, sql } from 'kysely';
import type { DeliveryOutcome, DeliveryView } from '../core/delivery.js';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/** A delivery to be kept. */
export interface NewDelivery {
  readonly host: string;
  /** The same when it is sent again. */
  readonly key: string;
  readonly event?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly receivedAt: Date;
}

/** A delivery that was kept, to be read. */
export interface KeptDelivery {
  readonly id: number;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** How often it could not be passed on. */
  readonly attempts: number;
}

/** What came of a kept delivery; without an outcome it is looked at again later. */
export interface LookedAt {
  readonly id: number;
  readonly repositories: readonly string[];
  readonly outcome?: DeliveryOutcome;
  readonly attempts: number;
}

/**
 * Keeps deliveries in one statement; those that are known are left as they are.
 * @param isHeld whether they shall not be looked at by themselves
 * @returns those that are new
 */
export async function keepDeliveries(
  db: Db,
  deliveries: readonly NewDelivery[],
  isHeld = false,
): Promise<readonly { id: number; host: string }[]> {
  return await db
    .insertInto('deliveries')
    .values(
      deliveries.map((one) => ({
        host: one.host,
        key: one.key,
        event: one.event ?? null,
        headers: JSON.stringify(one.headers),
        body: one.body,
        size: Buffer.byteLength(one.body),
        received_at: one.receivedAt,
        looked_at: isHeld ? one.receivedAt : null,
      })),
    )
    .onConflict((c) => c.columns(['host', 'key']).doNothing())
    .returning(['id', 'host'])
    .execute();
}

/** How many deliveries are looked at in one go. */
export interface Portion {
  readonly most: number;
  readonly mostBytes: number;
}

/**
 * Looks at the oldest deliveries that wait, alone: other servers pass over them meanwhile, and have them again should
 * this one die.
 * @returns how many there were
 */
export async function lookAtWaiting(
  db: Db,
  portion: Portion,
  look: (deliveries: readonly KeptDelivery[]) => Promise<readonly LookedAt[]>,
  now: () => Date,
): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    const waiting = await tx
      .selectFrom('deliveries')
      .select(['id', 'size'])
      .where('looked_at', 'is', null)
      .orderBy('id')
      .limit(portion.most)
      .forUpdate()
      .skipLocked()
      .execute();
    const ids = firstBytes(waiting, portion.mostBytes);
    if (ids.length === 0) return 0;
    await note(tx, await look(await read(tx, ids)), now());
    return ids.length;
  });
}

/** Looks at one delivery again, whatever came of it before; undefined when there is none. */
export async function lookAgain(
  db: Db,
  id: number,
  look: (delivery: KeptDelivery) => Promise<LookedAt>,
  now: () => Date,
): Promise<DeliveryView | undefined> {
  return await db.transaction().execute(async (tx) => {
    const locked = await tx
      .selectFrom('deliveries')
      .select('id')
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (locked === undefined) return undefined;
    const [delivery] = await read(tx, [locked.id]);
    if (delivery === undefined) return undefined;
    await note(tx, [await look(delivery)], now());
    return (await views(tx).where('id', '=', id).execute()).map(viewOf)[0];
  });
}

/** The newest deliveries first. */
export async function listDeliveries(db: Db, limit: number): Promise<readonly DeliveryView[]> {
  return (await views(db).orderBy('id', 'desc').limit(limit).execute()).map(viewOf);
}

/** Forgets deliveries that came before a time. */
export async function forgetDeliveries(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('deliveries').where('received_at', '<', before).execute();
}

// One that is larger than all that is allowed still has its turn, alone.
function firstBytes(waiting: readonly { id: number; size: number }[], most: number): readonly number[] {
  let sum = 0;
  return waiting
    .filter(({ size }, at) => {
      sum += size;
      return at === 0 || sum <= most;
    })
    .map(({ id }) => id);
}

function read(db: Db, ids: readonly number[]): Promise<KeptDelivery[]> {
  return db
    .selectFrom('deliveries')
    .select(['id', 'host', 'headers', 'body', 'attempts'])
    .where('id', 'in', ids)
    .orderBy('id')
    .execute();
}

async function note(db: Db, looked: readonly LookedAt[], now: Date): Promise<void> {
  const rows = looked.map(({ id, repositories, outcome, attempts }) => ({
    id,
    repositories,
    outcome: outcome ?? null,
    attempts,
    looked_at: outcome === undefined ? null : now,
  }));
  await sql`update deliveries set repositories = v.repositories, outcome = v.outcome, attempts = v.attempts,
      looked_at = v.looked_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as v(id bigint, repositories text[], outcome jsonb, attempts integer, looked_at timestamptz)
    where deliveries.id = v.id`.execute(db);
}

function views(db: Db) {
  return db
    .selectFrom('deliveries')
    .select(['id', 'host', 'event', 'received_at', 'repositories', 'outcome']);
}

type ViewRow = Awaited<ReturnType<ReturnType<typeof views>['execute']>>[number];

function viewOf(row: ViewRow): DeliveryView {
  return {
    id: row.id,
    host: row.host,
    receivedAt: row.received_at,
    repositories: row.repositories,
    ...(row.event === null ? {} : { event: row.event }),
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
  };
}
