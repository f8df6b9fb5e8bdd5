import { type Kysely, sql } from 'kysely';
import type { ChatBacklog, DelayedChannel, UndeliverableMessage } from '../core/chat-backlog.js';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

const mostShown = 20;

/** What the chats of others have not taken yet, by channel, and the newest messages that they will never take. */
export async function chatBacklog(db: Db): Promise<Omit<ChatBacklog, 'platforms'>> {
  return { delayed: await delayedChannels(db), undeliverable: await undeliverable(db) };
}

async function delayedChannels(db: Db): Promise<DelayedChannel[]> {
  const { rows } = await sql<{
    platform: string;
    channel: string;
    waiting: number;
    since: Date;
    problem: string | null;
    next_try_at: Date | null;
  }>`
    select distinct on (platform, channel) platform, channel, changed_at as since, problem, next_try_at,
      count(*) over (partition by platform, channel) as waiting
    from chat_posts where place is not null order by platform, channel, place`.execute(db);
  return rows.map(({ problem, next_try_at: next, ...row }) => ({
    ...row,
    ...(problem === null ? {} : { problem }),
    ...(next === null ? {} : { nextTryAt: next }),
  }));
}

async function undeliverable(db: Db): Promise<UndeliverableMessage[]> {
  const rows = await db
    .selectFrom('chat_posts')
    .select(['platform', 'channel', 'key', 'changed_at as at', 'problem'])
    .where('is_undeliverable', '=', true)
    .orderBy('id', 'desc')
    .limit(mostShown)
    .execute();
  return rows.map((row) => ({ ...row, problem: row.problem ?? '' }));
}
