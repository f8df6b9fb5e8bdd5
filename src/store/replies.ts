import { type Kysely, sql } from 'kysely';
import type { Origin } from '../core/actor.js';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/** The one message in a channel that shows a deployment. */
export interface Reply {
  readonly deployment: number;
  readonly origin: Origin;
  /** Absent until it has been posted. */
  readonly messageId?: string;
  /** The text last shown. */
  readonly shown?: string;
}

/** Replies that are not finished: of one deployment, or of all. */
export async function openReplies(db: Db, deployment?: number): Promise<Reply[]> {
  let rows = db.selectFrom('replies').selectAll().where('is_final', '=', false);
  if (deployment !== undefined) rows = rows.where('deployment', '=', deployment);
  return (await rows.orderBy('deployment').execute()).map((row) => ({
    deployment: row.deployment,
    origin: {
      platform: row.platform,
      channel: row.channel,
      ...(row.thread === null ? {} : { thread: row.thread }),
    },
    ...(row.message_id === null ? {} : { messageId: row.message_id }),
    ...(row.shown === null ? {} : { shown: row.shown }),
  }));
}

/** Records what a reply shows now. */
export async function saveReply(
  db: Db,
  reply: Reply,
  now: { messageId: string; shown: string; isFinal: boolean },
): Promise<void> {
  await db
    .updateTable('replies')
    .set({ message_id: now.messageId, shown: now.shown, is_final: now.isFinal })
    .where('deployment', '=', reply.deployment)
    .where('platform', '=', reply.origin.platform)
    .where('channel', '=', reply.origin.channel)
    .execute();
}

/** Works on a reply alone: whoever else wants to, also on another server, waits and then sees what was shown. */
export async function withReply(db: Db, reply: Reply, work: (now: Reply) => Promise<void>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const key = `packtrain reply ${reply.deployment} ${reply.origin.platform} ${reply.origin.channel}`;
    await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(tx);
    const [now] = (await openReplies(tx, reply.deployment)).filter(
      (r) => r.origin.platform === reply.origin.platform && r.origin.channel === reply.origin.channel,
    );
    if (now !== undefined) await work(now);
  });
}
