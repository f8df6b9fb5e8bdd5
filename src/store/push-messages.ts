import { type Kysely, sql } from 'kysely';
import type { ChannelAddress } from '../core/actor.js';
import type { Database } from './tables.js';

type Db = Kysely<Database>;

/** The messages in the notify channel that show a push. */
export interface PushMessage {
  readonly push: number;
  /** The channel's name, as the config has it. */
  readonly channel: string;
  /** Where it was posted; absent until then. */
  readonly at?: ChannelAddress;
  readonly message?: Posted;
  /** The one that tells of failures. */
  readonly failure?: Posted;
}

/** A message that was posted. */
export interface Posted {
  readonly id: string;
  /** The text that it shows. */
  readonly shown: string;
}

/** The pushes whose messages are not finished. */
export async function openPushMessages(db: Db): Promise<number[]> {
  const rows = await db
    .selectFrom('push_messages')
    .select('push')
    .where('is_final', '=', false)
    .orderBy('push')
    .execute();
  return rows.map((row) => row.push);
}

/** The push that asked for a deployment, where it is shown by a message, and whether that is finished. */
export async function pushMessageOf(
  db: Db,
  deployment: number,
): Promise<{ readonly push: number; readonly isFinal: boolean } | undefined> {
  const row = await db
    .selectFrom('push_messages')
    .select(['push', 'is_final'])
    .where(
      'push',
      '=',
      sql<number>`(select (intent->>'push')::bigint from deployments where id = ${deployment} and via = 'push')`,
    )
    .executeTakeFirst();
  return row === undefined ? undefined : { push: row.push, isFinal: row.is_final };
}

/**
 * Works on the messages of a push alone: whoever else wants to, also on another server, waits and then sees what was
 * posted. What it gives back is kept.
 */
export async function withPushMessage(
  db: Db,
  push: number,
  work: (now: PushMessage) => Promise<Omit<PushMessage, 'push' | 'channel'> & { readonly isFinal: boolean }>,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('push_messages')
      .selectAll()
      .where('push', '=', push)
      .where('is_final', '=', false)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return;
    const { platform, address, channel } = row;
    const posted = (id: string | null, shown: string | null) =>
      id === null ? undefined : { id, shown: shown ?? '' };
    const message = posted(row.message_id, row.shown);
    const failure = posted(row.failure_id, row.failure_shown);
    const now = await work({
      push,
      channel,
      ...(platform === null || address === null ? {} : { at: { platform, channel: address } }),
      ...(message === undefined ? {} : { message }),
      ...(failure === undefined ? {} : { failure }),
    });
    await tx
      .updateTable('push_messages')
      .set({
        platform: now.at?.platform ?? null,
        address: now.at?.channel ?? null,
        message_id: now.message?.id ?? null,
        shown: now.message?.shown ?? null,
        failure_id: now.failure?.id ?? null,
        failure_shown: now.failure?.shown ?? null,
        is_final: now.isFinal,
      })
      .where('push', '=', push)
      .execute();
  });
}
