import type { MattermostApi } from './api.js';
import { newestPosts } from './history.js';

/** Knows what was said before, where the server has forgotten the keys of messages: it knows them for half a minute. */
export interface Said {
  /** The id of the message with a key, if it may have been said without anybody here knowing. */
  find(channel: string, key: string): Promise<string | undefined>;
  /** Something was said in a channel, or not: no answer came. */
  doubt(channel: string): void;
}

/** Looks at what stands in a channel, once before anything is said there, and whenever there is a doubt. */
export function createSaid(api: MattermostApi, botId: () => string): Said {
  const known = new Map<string, ReadonlyMap<unknown, string>>();

  async function look(channel: string): Promise<ReadonlyMap<unknown, string>> {
    const own = (await newestPosts(api, channel)).filter((post) => post.user_id === botId());
    return new Map(own.map(({ id, props }) => [props?.packtrain, id]));
  }

  return {
    async find(channel, key) {
      const keys = known.get(channel) ?? (await look(channel));
      known.set(channel, keys);
      return keys.get(key);
    },
    doubt: (channel) => void known.delete(channel),
  };
}
