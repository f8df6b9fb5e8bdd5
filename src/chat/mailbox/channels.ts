import type { ChannelAddress } from '../../core/actor.js';
import { chatState } from '../../store/chat-state.js';
import type { MailboxParts } from './parts.js';

/**
 * Finds a channel by the name people use: as the config maps it, else by asking the platform. What it said last counts
 * while it does not answer. Throws when it has never said.
 */
export async function findNamed(parts: MailboxParts, name: string): Promise<ChannelAddress | undefined> {
  const { platform, db } = parts;
  const plain = name.replace(/^#/, '');
  const mapped = parts.channels?.().get(plain);
  if (mapped !== undefined) return { platform, channel: mapped };
  const known = chatState(db, platform);
  const key = `channel:${plain}`;
  try {
    const found = await parts.adapter.findChannel(plain);
    const remembered = await known.get(key);
    const channel = found?.channel ?? '';
    if (channel !== remembered) await known.set(key, channel);
    return found;
  } catch (error) {
    const channel = await known.get(key);
    if (channel === undefined) throw error;
    return channel === '' ? undefined : { platform, channel };
  }
}
