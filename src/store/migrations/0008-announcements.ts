import { type Kysely, type Migration, sql } from 'kysely';

/** News for the people who use the packs: which were told, and those that are about to be. */
export const announcements: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table announcements (
    id bigint generated always as identity primary key,
    repository text not null,
    channel text not null,
    state text not null default 'draft',
    news jsonb not null,
    words text,
    reworded_by jsonb,
    requesters jsonb not null,
    authors jsonb not null,
    origin jsonb,
    made_at timestamptz not null,
    due_at timestamptz not null,
    fixed_at timestamptz,
    batch bigint,
    text text,
    sent_at timestamptz,
    draft_platform text,
    draft_channel text,
    draft_message_id text,
    draft_shown text,
    draft_is_final boolean not null default false
  )`,
  "create index announcements_open on announcements (id) where state in ('draft', 'due') or not draft_is_final",
  'create index announcements_fixed on announcements (repository, fixed_at)',
  // A revision of a pack is told of once, whoever deploys it, and however often.
  `create table announced_packs (
    repository text not null,
    pack text not null,
    sha text not null,
    announcement bigint not null references announcements,
    deployment bigint not null references deployments,
    primary key (repository, pack, sha)
  )`,
  'create index announced_packs_of on announced_packs (announcement)',
  // When it was looked at for news; what ended before there were announcements is no news.
  'alter table deployments add column news_at timestamptz',
  'update deployments set news_at = ended_at where ended_at is not null',
  'create index deployments_news on deployments (id) where news_at is null and ended_at is not null',
];
