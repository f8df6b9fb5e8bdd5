import type { ChannelAddress } from './actor.js';
import type { ChatAdapter } from './chat.js';

/** The chats, by platform. */
export type Adapters = ReadonlyMap<string, ChatAdapter>;

/** The address of a channel as the config names it: by its name alone, or as `platform:channel`. */
export async function findChannel(adapters: Adapters, name: string): Promise<ChannelAddress | undefined> {
  const colon = name.indexOf(':');
  const adapter = colon > 0 ? adapters.get(name.slice(0, colon)) : undefined;
  if (adapter !== undefined) return await adapter.findChannel(name.slice(colon + 1));
  for (const one of adapters.values()) {
    const found = await one.findChannel(name);
    if (found !== undefined) return found;
  }
  return undefined;
}
