import type { Kysely } from 'kysely';
import type { ChatState } from '../core/chat-state.js';
import { storableText } from './storable.js';
import type { Database } from './tables.js';

/** What the client of a platform remembers, kept in the database. */
export function chatState(db: Kysely<Database>, platform: string): ChatState {
  return {
    async get(key) {
      const row = await db
        .selectFrom('chat_state')
        .select('value')
        .where('platform', '=', platform)
        .where('key', '=', key)
        .executeTakeFirst();
      return row?.value;
    },
    async set(key, value) {
      await db
        .insertInto('chat_state')
        .values({ platform, key, value: storableText(value) })
        .onConflict((c) => c.columns(['platform', 'key']).doUpdateSet({ value: storableText(value) }))
        .execute();
    },
  };
}
