import type { Kysely, Selectable } from 'kysely';
import type { Actor, Origin } from '../core/actor.js';
import type { LinkOffersTable } from './link-tables.js';
import type { Joining } from './linked-accounts.js';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/** A code that was given to an account, and who said it. */
export interface LinkOffer {
  readonly by: Joining;
  /** Who said the code. */
  readonly other?: Joining;
  /** The code was pushed to a Git host rather than said. */
  readonly isPushed?: true;
}

/** Keeps the hash of a code that an account was given; it takes the place of the one before. */
export async function keepOffer(
  tx: Db,
  { by, hash, until }: { readonly by: Joining; readonly hash: string; readonly until: Date },
): Promise<void> {
  await forgetOffer(tx, by.actor);
  await tx
    .insertInto('link_offers')
    .values({
      platform: by.actor.platform,
      user_id: by.actor.userId,
      actor: JSON.stringify(by.actor),
      origin: json(by.origin),
      code_hash: hash,
      expires_at: until,
    })
    .execute();
}

/** The offer whose first or second code has a hash. */
export async function findOffer(
  tx: Db,
  code: 'code_hash' | 'second_hash',
  hash: string,
): Promise<LinkOffer | undefined> {
  const row = await tx.selectFrom('link_offers').selectAll().where(code, '=', hash).executeTakeFirst();
  return row && toOffer(row);
}

/** Keeps who said the code of an offer, and the hash of the second code, which they are shown. */
export async function answerOffer(
  tx: Db,
  by: Actor,
  answer: { readonly other: Joining; readonly hash: string; readonly until: Date },
): Promise<void> {
  const { other, hash, until } = answer;
  await tx
    .updateTable('link_offers')
    .set({
      other: JSON.stringify(other.actor),
      other_origin: json(other.origin),
      second_hash: hash,
      expires_at: until,
    })
    .where('platform', '=', by.platform)
    .where('user_id', '=', by.userId)
    .execute();
}

/** Keeps which account of a Git host has pushed the code of an offer: no second code can be shown there. */
export async function answerByPush(
  tx: Db,
  by: Actor,
  { other, until }: { readonly other: Actor; readonly until: Date },
): Promise<void> {
  await tx
    .updateTable('link_offers')
    .set({ other: JSON.stringify(other), expires_at: until })
    .where('platform', '=', by.platform)
    .where('user_id', '=', by.userId)
    .execute();
}

/** Takes an account's offer back. */
export async function forgetOffer(tx: Db, { platform, userId }: Actor): Promise<void> {
  await tx.deleteFrom('link_offers').where('platform', '=', platform).where('user_id', '=', userId).execute();
}

/** Forgets codes whose time is over, and misses that count no more. */
export async function forgetExpired(tx: Db, at: Date, missesBefore: Date): Promise<void> {
  await tx.deleteFrom('link_offers').where('expires_at', '<=', at).execute();
  await tx.deleteFrom('link_misses').where('since', '<=', missesBefore).execute();
}

/** How often an account said a code that there is not, and since when. */
export async function missesOf(
  tx: Db,
  { platform, userId }: Actor,
): Promise<{ readonly misses: number; readonly since: Date } | undefined> {
  return await tx
    .selectFrom('link_misses')
    .select(['misses', 'since'])
    .where('platform', '=', platform)
    .where('user_id', '=', userId)
    .executeTakeFirst();
}

/** Counts that an account said a code that there is not. */
export async function countMiss(tx: Db, { platform, userId }: Actor, at: Date): Promise<void> {
  await tx
    .insertInto('link_misses')
    .values({ platform, user_id: userId, since: at, misses: 1 })
    .onConflict((c) =>
      c.columns(['platform', 'user_id']).doUpdateSet((e) => ({ misses: e('link_misses.misses', '+', 1) })),
    )
    .execute();
}

function toOffer(row: Selectable<LinkOffersTable>): LinkOffer {
  return {
    by: joining(row.actor, row.origin),
    ...(row.other === null ? {} : { other: joining(row.other, row.other_origin) }),
    ...(row.other !== null && row.second_hash === null ? { isPushed: true as const } : {}),
  };
}

function joining(actor: Actor, origin: Origin | null): Joining {
  return { actor, origin: origin ?? undefined };
}

function json(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
