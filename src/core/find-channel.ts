import type { ChannelAddress } from './actor.js';
import type { ChatAdapter } from './chat.js';
import { ownPlatforms } from './identity.js';

/** The chats, by platform. */
export type Adapters = ReadonlyMap<string, ChatAdapter>;

/**
 * The address of a channel as the config names it: by its name alone, or as `platform:channel`. A chat of others that has
 * the channel goes before a room of our own, which there is for every name. Throws when a chat that may have it does not
 * say, and no other of them has it: what is meant for it waits.
 */
export async function findChannel(adapters: Adapters, name: string): Promise<ChannelAddress | undefined> {
  const colon = name.indexOf(':');
  const adapter = colon > 0 ? adapters.get(name.slice(0, colon)) : undefined;
  if (adapter !== undefined) return await adapter.findChannel(name.slice(colon + 1));
  const all = [...adapters.values()];
  const outside = await findOutside(
    all.filter(({ platform }) => !isOwn(platform)),
    name,
  );
  if (outside !== undefined) return outside;
  for (const one of all.filter(({ platform }) => isOwn(platform))) {
    const found = await one.findChannel(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** In the order of the config; one that does not answer holds up none that does. */
async function findOutside(
  adapters: readonly ChatAdapter[],
  name: string,
): Promise<ChannelAddress | undefined> {
  const asked = await Promise.allSettled(adapters.map((one) => one.findChannel(name)));
  for (const one of asked) if (one.status === 'fulfilled' && one.value !== undefined) return one.value;
  const failed = asked.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return undefined;
}

/** Whether a platform is one of Packtrain's own. */
export function isOwn(platform: string): boolean {
  return ownPlatforms.some((own) => own === platform);
}
