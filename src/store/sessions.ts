import { createHash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Actor } from '../core/actor.js';
import type { Clock } from '../core/clock.js';
import type { NewSession, Sessions } from '../core/session.js';
import type { WebDatabase } from './web-tables.js';

const linkMs = 15 * 60_000;
const sessionMs = 30 * 24 * 60 * 60_000;

/** Opens the sessions kept in the database; it holds hashes only. */
export function createSessions(db: Kysely<WebDatabase>, clock: Clock): Sessions {
  return {
    createLoginToken: (actor) => createLoginToken(db, clock, actor),
    redeem: (token) => redeem(db, clock, token),
    actorOf: (secret) => actorOf(db, clock, secret),
    end: async (secret) => {
      await db.deleteFrom('sessions').where('hash', '=', hashOf(secret)).execute();
    },
  };
}

// The secrets are 256 random bits, so a plain hash can't be turned back by trying.
function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function later(now: Date, milliseconds: number): Date {
  return new Date(now.getTime() + milliseconds);
}

async function createLoginToken(db: Kysely<WebDatabase>, clock: Clock, actor: Actor): Promise<string> {
  const token = newSecret();
  const now = clock.now();
  await db.deleteFrom('login_tokens').where('expires_at', '<=', now).execute();
  await db.deleteFrom('sessions').where('expires_at', '<=', now).execute();
  const row = { hash: hashOf(token), actor: JSON.stringify(actor), expires_at: later(now, linkMs) };
  await db.insertInto('login_tokens').values(row).execute();
  return token;
}

async function redeem(db: Kysely<WebDatabase>, clock: Clock, token: string): Promise<NewSession | undefined> {
  const now = clock.now();
  return db.transaction().execute(async (trx) => {
    // Taking the row away is what makes it good only once, also for two who come at the same time.
    const used = await trx
      .deleteFrom('login_tokens')
      .where('hash', '=', hashOf(token))
      .returningAll()
      .executeTakeFirst();
    if (used === undefined || used.expires_at <= now) return undefined;
    const session = { secret: newSecret(), actor: used.actor, expiresAt: later(now, sessionMs) };
    await trx
      .insertInto('sessions')
      .values({
        hash: hashOf(session.secret),
        actor: JSON.stringify(session.actor),
        created_at: now,
        expires_at: session.expiresAt,
      })
      .execute();
    return session;
  });
}

async function actorOf(db: Kysely<WebDatabase>, clock: Clock, secret: string): Promise<Actor | undefined> {
  const row = await db
    .selectFrom('sessions')
    .select('actor')
    .where('hash', '=', hashOf(secret))
    .where('expires_at', '>', clock.now())
    .executeTakeFirst();
  return row?.actor;
}
