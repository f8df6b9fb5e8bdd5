import type { MattermostApi } from './api.js';
import type { Channels } from './channels.js';
import { MattermostRefusal } from './errors.js';
import { type Post, postListSchema } from './wire.js';

const pageSize = 100;

/** What was written after a time. */
export interface Missed {
  /** In the order in which it was written. */
  readonly posts: readonly Post[];
  /** The ids of the direct channels among those in which it was. */
  readonly direct: ReadonlySet<string>;
}

/** Reads what was written after a time wherever the bot is. @param since milliseconds since the epoch */
export async function missed(
  { api, channels }: { readonly api: MattermostApi; readonly channels: Channels },
  since: number,
): Promise<Missed> {
  const busy = (await channels.mine()).filter((channel) => channel.last_post_at > since);
  const posts: Post[] = [];
  for (const { id } of busy) posts.push(...(await postsSince(api, id, since)));
  posts.sort((a, b) => a.create_at - b.create_at);
  return { posts, direct: new Set(busy.flatMap(({ id, type }) => (type === 'D' ? [id] : []))) };
}

/**
 * What was written in a channel after a time, newest first. It is read page by page: asked for all since a time, the
 * server gives a thousand at the most, edited ones among them, and does not say which it left out.
 */
async function postsSince(api: MattermostApi, channel: string, since: number): Promise<readonly Post[]> {
  const all = new Map<string, Post>();
  for (let page = 0; ; page += 1) {
    const posts = await pageOf(api, channel, page);
    for (const post of posts) if (post.create_at > since) all.set(post.id, post);
    const oldest = posts.at(-1);
    if (posts.length < pageSize || oldest === undefined || oldest.create_at <= since)
      return [...all.values()];
  }
}

/** The newest messages of a channel, the newest first. */
export async function newestPosts(api: MattermostApi, channel: string): Promise<readonly Post[]> {
  return await pageOf(api, channel, 0);
}

async function pageOf(api: MattermostApi, channel: string, page: number): Promise<readonly Post[]> {
  const path = `/channels/${channel}/posts?page=${page}&per_page=${pageSize}`;
  try {
    const { order, posts } = await api({ method: 'GET', path }, postListSchema);
    return order.flatMap((id) => posts[id] ?? []);
  } catch (error) {
    // The bot was taken out of the channel just now.
    if (error instanceof MattermostRefusal) return [];
    throw error;
  }
}
