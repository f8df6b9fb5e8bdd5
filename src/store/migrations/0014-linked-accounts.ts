import { type Kysely, type Migration, sql } from 'kysely';

/** Accounts that people joined by themselves, the codes by which they do, and who they were in the audit. */
export const linkedAccounts: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  'create sequence linked_people',
  `create table linked_accounts (
    platform text not null,
    user_id text not null,
    name text not null,
    person bigint not null,
    since timestamptz not null,
    -- Where its owner is told of what becomes of it.
    origin jsonb,
    primary key (platform, user_id)
  )`,
  'create index linked_accounts_person on linked_accounts (person)',
  // One for each account: a new code takes the place of the one before. Only hashes are kept.
  `create table link_offers (
    platform text not null,
    user_id text not null,
    actor jsonb not null,
    origin jsonb,
    code_hash text not null unique,
    -- Who said the code, and the second code, which they were shown.
    other jsonb,
    other_origin jsonb,
    second_hash text unique,
    expires_at timestamptz not null,
    primary key (platform, user_id)
  )`,
  `create table link_misses (
    platform text not null,
    user_id text not null,
    since timestamptz not null,
    misses integer not null,
    primary key (platform, user_id)
  )`,
  // The person whose account it was at that time.
  'alter table audit add column person text',
];
