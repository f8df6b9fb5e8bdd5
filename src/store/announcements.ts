import { type Kysely, type Selectable, sql } from 'kysely';
import type { Actor, Origin } from '../core/actor.js';
import type { Announcement, PackNews } from '../core/announcement.js';
import type { PostedMessage } from '../core/chat.js';
import type { LiveRevision } from '../core/plan.js';
import type { AnnouncementsTable } from './announcement-tables.js';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/** Works on announcements alone; when another server does, nothing is done. */
export async function withAnnouncements(db: Db, work: () => Promise<void>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ free: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended('packtrain announcements', 0)) as free`.execute(tx);
    if (rows[0]?.free === true) await work();
  });
}

/** Whether there may be something to do at all: deployments to look at, or announcements that are not through. */
export async function hasNewsToDo(db: Db): Promise<boolean> {
  const { rows } = await sql<{ some: boolean }>`
    select exists (select from deployments where news_at is null and ended_at is not null)
      or exists (select from announcements where state in ('draft', 'due') or not draft_is_final) as some`.execute(
    db,
  );
  return rows[0]?.some === true;
}

/** Notes, without reading them, that those deployments were looked at which can bring no news: most of them, mostly. */
export async function passOverSilent(db: Db, telling: readonly string[], at: Date): Promise<void> {
  await sql`update deployments set news_at = ${at}
    where news_at is null and ended_at is not null
      and (repository <> all(${telling}::text[]) or (plan->>'isDefaultBranch')::boolean is not true)`.execute(
    db,
  );
}

/** The oldest deployments that have ended and were not looked at for news. */
export async function untoldDeployments(db: Db, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('deployments')
    .select('id')
    .where('news_at', 'is', null)
    .where('ended_at', 'is not', null)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

/** Notes that deployments were looked at. */
export async function markTold(db: Db, deployments: readonly number[], at: Date): Promise<void> {
  if (deployments.length === 0) return;
  await db.updateTable('deployments').set({ news_at: at }).where('id', 'in', deployments).execute();
}

/** Whether deployments of the same push, or of the same commit, are still under way. */
export async function isPushUnderWay(
  db: Db,
  { repository, push, sha }: { repository: string; push: number | undefined; sha: string },
): Promise<boolean> {
  const found = await db
    .selectFrom('deployments')
    .select('id')
    .where('ended_at', 'is', null)
    .where('repository', '=', repository)
    .where(
      sql<boolean>`((intent->>'push')::bigint = ${push ?? null}::bigint or intent->>'at' = ${sha}
        or plan->'revision'->>'sha' = ${sha})`,
    )
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

/**
 * What people know of a pack: its newest revision of the default branch before a deployment's. Not one that was rolled
 * back from before anybody was told of it, and nothing once the pack was removed.
 * @param before undefined for what is live now and all before it
 */
export async function knownRevision(
  db: Db,
  at: { target: string; repository: string; pack: string; before: number | undefined },
): Promise<LiveRevision | undefined> {
  const { rows } = await sql<{ ref: string; sha: string; tree: string; release: string }>`
    select a.ref, a.sha, a.tree, a.release
    from activations a join deployments d on d.id = a.deployment
    where a.target = ${at.target} and a.pack = ${at.pack} and a.repository = ${at.repository}
      and a.deployment <> ${at.before ?? 0}
      and a.id < coalesce((select own.id from activations own
        where own.deployment = ${at.before ?? 0} and own.target = ${at.target} and own.pack = ${at.pack}), ${Number.MAX_SAFE_INTEGER})
      and (d.plan->>'isDefaultBranch')::boolean and d.intent->>'kind' <> 'rollback'
      and not (a.rolled_back and not exists (
        select from announced_packs p where p.repository = a.repository and p.pack = a.pack and p.sha = a.sha))
      and not exists (
        select from activations later
        join deployment_packs gone on gone.deployment = later.ended_by and gone.pack = later.pack
        where later.target = a.target and later.pack = a.pack and later.id >= a.id
          and gone.status = 'removed' and gone.deployment <> ${at.before ?? 0})
    order by a.id desc limit 1`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { ref, sha, tree, release } = row;
  return { repository: at.repository, revision: { ref, sha }, tree, release };
}

/** News that are about to be kept. */
export interface NewAnnouncement {
  readonly repository: string;
  readonly channel: string;
  /** The news of each pack, with the deployment that brought it and its commit. */
  readonly news: readonly { readonly news: PackNews; readonly deployment: number; readonly sha: string }[];
  readonly requesters: readonly Actor[];
  readonly authors: readonly string[];
  readonly origin?: Origin | undefined;
  readonly madeAt: Date;
  readonly dueAt: Date;
}

/** Keeps news as a draft, without those that were told before. @returns its number; undefined when nothing is left */
export async function keepAnnouncement(tx: Db, draft: NewAnnouncement): Promise<number | undefined> {
  const { repository, channel, origin, requesters, authors, madeAt, dueAt } = draft;
  const row = await tx
    .insertInto('announcements')
    .values({
      repository,
      channel,
      news: '[]',
      requesters: JSON.stringify(requesters),
      authors: JSON.stringify(authors),
      origin: origin === undefined ? null : JSON.stringify(origin),
      made_at: madeAt,
      due_at: dueAt,
      // Without time to reword it there is no draft to be shown.
      draft_is_final: dueAt.getTime() <= madeAt.getTime(),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const fresh: PackNews[] = [];
  for (const { news, deployment, sha } of draft.news) {
    const kept = await tx
      .insertInto('announced_packs')
      .values({ repository, pack: news.pack, sha, announcement: row.id, deployment })
      .onConflict((c) => c.columns(['repository', 'pack', 'sha']).doNothing())
      .executeTakeFirst();
    if ((kept.numInsertedOrUpdatedRows ?? 0n) > 0n) fresh.push(news);
  }
  if (fresh.length > 0) {
    await tx
      .updateTable('announcements')
      .set({ news: JSON.stringify(fresh) })
      .where('id', '=', row.id)
      .execute();
    return row.id;
  }
  await tx.deleteFrom('announcements').where('id', '=', row.id).execute();
  return undefined;
}

/** An announcement with what keeps its message and its draft true. */
export interface KeptAnnouncement extends Announcement {
  readonly origin?: Origin;
  readonly batch?: number;
  readonly text?: string;
  readonly draft: { readonly message?: PostedMessage; readonly shown?: string; readonly isFinal: boolean };
}

/** The announcements that are not through: drafts, those that are due, and those whose draft shows an older state. */
export async function openAnnouncements(db: Db): Promise<KeptAnnouncement[]> {
  const rows = await db
    .selectFrom('announcements')
    .selectAll()
    .where((e) => e.or([e('state', 'in', ['draft', 'due']), e('draft_is_final', '=', false)]))
    .orderBy('id')
    .execute();
  return rows.map(toAnnouncement);
}

/** The drafts that have news of a pack, newest first; all drafts unless given. Locked until the transaction ends. */
export async function draftsOf(tx: Db, pack?: string): Promise<KeptAnnouncement[]> {
  let rows = tx.selectFrom('announcements').selectAll().where('state', '=', 'draft').orderBy('id', 'desc');
  if (pack !== undefined) rows = rows.where(sql<boolean>`news @> ${JSON.stringify([{ pack }])}::jsonb`);
  return (await rows.forUpdate().execute()).map(toAnnouncement);
}

/** Changes a draft; an announcement that is past that stays as it is. @returns whether it was changed */
export async function changeDraft(
  tx: Db,
  id: number,
  to: { news?: readonly PackNews[]; words?: string; rewordedBy?: Actor; state?: 'skipped' },
): Promise<boolean> {
  const done = await tx
    .updateTable('announcements')
    .set({
      ...(to.news === undefined ? {} : { news: JSON.stringify(to.news) }),
      ...(to.words === undefined ? {} : { words: to.words }),
      ...(to.rewordedBy === undefined ? {} : { reworded_by: JSON.stringify(to.rewordedBy) }),
      ...(to.state === undefined ? {} : { state: to.state }),
    })
    .where('id', '=', id)
    .where('state', '=', 'draft')
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** The packs of an announcement that were rolled back from before it went out. */
export async function rolledBackPacks(db: Db, announcement: number): Promise<string[]> {
  const rows = await db
    .selectFrom('announced_packs as p')
    .innerJoin('activations as a', (join) =>
      join.onRef('a.deployment', '=', 'p.deployment').onRef('a.pack', '=', 'p.pack'),
    )
    .select('p.pack')
    .where('p.announcement', '=', announcement)
    .where('a.rolled_back', '=', true)
    .execute();
  return rows.map((row) => row.pack);
}

/** Forgets that packs were told of, so that they are when their revision comes again. */
export async function forgetAnnounced(tx: Db, announcement: number, packs: readonly string[]): Promise<void> {
  await tx
    .deleteFrom('announced_packs')
    .where('announcement', '=', announcement)
    .where('pack', 'in', packs)
    .execute();
}

/** When the text of a repository's last announcement was fixed. */
export async function lastFixed(db: Db, repository: string): Promise<Date | undefined> {
  const row = await db
    .selectFrom('announcements')
    .select((e) => e.fn.max('fixed_at').as('at'))
    .where('repository', '=', repository)
    .executeTakeFirst();
  return row?.at ?? undefined;
}

/** Fixes the text of drafts that go out as one message. From then on they can't be reworded. */
export async function fixText(
  tx: Db,
  ids: readonly number[],
  fixed: { text: string; at: Date },
): Promise<void> {
  const [batch] = ids;
  if (batch === undefined) return;
  await tx
    .updateTable('announcements')
    .set({ state: 'due', batch, fixed_at: fixed.at })
    .where('id', 'in', ids)
    .where('state', '=', 'draft')
    .execute();
  await tx.updateTable('announcements').set({ text: fixed.text }).where('id', '=', batch).execute();
}

/** Notes that a message went out, with all that it told. */
export async function markSent(db: Db, batch: number, at: Date): Promise<void> {
  await db
    .updateTable('announcements')
    .set({ state: 'sent', sent_at: at })
    .where('batch', '=', batch)
    .where('state', '=', 'due')
    .execute();
}

/** Records what the message with a draft shows now. */
export async function saveDraft(
  db: Db,
  id: number,
  now: { message: PostedMessage | undefined; shown: string; isFinal: boolean },
): Promise<void> {
  const { message, shown, isFinal } = now;
  await db
    .updateTable('announcements')
    .set({
      draft_shown: shown,
      draft_is_final: isFinal,
      ...(message === undefined
        ? {}
        : {
            draft_platform: message.platform,
            draft_channel: message.channel,
            draft_message_id: message.messageId,
          }),
    })
    .where('id', '=', id)
    .execute();
}

/** The announcement whose draft a message of a channel shows. */
export async function draftShownAt(db: Db, message: PostedMessage): Promise<number | undefined> {
  const row = await db
    .selectFrom('announcements')
    .select('id')
    .where('draft_message_id', '=', message.messageId)
    .where('draft_platform', '=', message.platform)
    .where('draft_channel', '=', message.channel)
    .where('state', '=', 'draft')
    .executeTakeFirst();
  return row?.id;
}

function toAnnouncement(row: Selectable<AnnouncementsTable>): KeptAnnouncement {
  return {
    id: row.id,
    repository: row.repository,
    channel: row.channel,
    state: row.state,
    news: row.news,
    requesters: row.requesters,
    authors: row.authors,
    madeAt: row.made_at,
    dueAt: row.due_at,
    ...(row.words === null ? {} : { words: row.words }),
    ...(row.reworded_by === null ? {} : { rewordedBy: row.reworded_by }),
    ...(row.origin === null ? {} : { origin: row.origin }),
    ...(row.batch === null ? {} : { batch: row.batch }),
    ...(row.text === null ? {} : { text: row.text }),
    draft: draftOf(row),
  };
}

function draftOf(row: Selectable<AnnouncementsTable>): KeptAnnouncement['draft'] {
  const { draft_platform: platform, draft_channel: channel, draft_message_id: messageId } = row;
  const isPosted = platform !== null && channel !== null && messageId !== null;
  return {
    isFinal: row.draft_is_final,
    ...(isPosted ? { message: { platform, channel, messageId } } : {}),
    ...(row.draft_shown === null ? {} : { shown: row.draft_shown }),
  };
}
