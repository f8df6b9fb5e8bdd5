import { type ChatAdapter, ChatUndeliverable } from '../../../core/chat.js';
import type { DiscordClient } from './client.js';

/** The kinds of channels that are written in: text, and news. */
const written = new Set([0, 5]);

/** Tells of channels by their ids, and which there are on the servers that the bot was asked to. */
export function discordChannels(
  client: DiscordClient,
): Required<Pick<ChatAdapter, 'hasChannel' | 'listChannels'>> {
  return {
    async hasChannel(channel) {
      try {
        await client.call('GET', `/channels/${encodeURIComponent(channel)}`);
        return true;
      } catch (error) {
        if (error instanceof ChatUndeliverable) return false;
        throw error;
      }
    },
    async listChannels() {
      const all = new Map<string, string>();
      for (const { id: server } of await client.list('/users/@me/guilds'))
        for (const { id, name, type } of await client.list(`/guilds/${String(server)}/channels`))
          if (written.has(Number(type))) all.set(String(id), String(name));
      return all;
    },
  };
}
