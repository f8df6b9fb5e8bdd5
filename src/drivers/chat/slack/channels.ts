import type { ChannelAddress } from '../../../core/actor.js';
import { type ChatAdapter, ChatUndeliverable } from '../../../core/chat.js';
import type { Clock } from '../../../core/clock.js';
import type { SlackClient } from './client.js';

// Slack allows a list of channels to be read only so often.
const trustedMs = 10 * 60_000;

/** What the driver can tell of channels. */
export type SlackChannels = Required<
  Pick<ChatAdapter, 'findChannel' | 'channelNames' | 'hasChannel' | 'listChannels'>
>;

/** Tells of channels by the names that people use, and by their ids. */
export function slackChannels(client: SlackClient, clock: Clock): SlackChannels {
  const listChannels = async () => {
    const all = new Map<string, string>();
    for await (const { id, name } of channelsOf(client)) all.set(id, name);
    return all;
  };
  return {
    findChannel: channelFinder(client, clock),
    listChannels,
    channelNames: async () => [...(await listChannels()).values()],
    async hasChannel(channel) {
      try {
        await client.call('conversations.info', { channel });
        return true;
      } catch (error) {
        if (error instanceof ChatUndeliverable) return false;
        throw error;
      }
    },
  };
}

/** What was found is found again for ten minutes without asking. */
function channelFinder(client: SlackClient, clock: Clock) {
  const found = new Map<string, { readonly id: string; readonly until: number }>();

  return async (name: string): Promise<ChannelAddress | undefined> => {
    const wanted = name.replace(/^#/, '').toLowerCase();
    const now = clock.now().getTime();
    const known = found.get(wanted);
    if (known !== undefined && known.until > now) return { platform: 'slack', channel: known.id };
    const id = await look(client, wanted);
    if (id === undefined) return undefined;
    found.set(wanted, { id, until: now + trustedMs });
    return { platform: 'slack', channel: id };
  };
}

async function look(client: SlackClient, name: string): Promise<string | undefined> {
  for await (const channel of channelsOf(client)) if (channel.name === name) return channel.id;
  return undefined;
}

interface Channel {
  readonly id: string;
  readonly name: string;
}

interface ChannelPage {
  readonly channels?: readonly Channel[];
  readonly response_metadata?: { readonly next_cursor?: string };
}

async function* channelsOf(client: SlackClient): AsyncGenerator<Channel> {
  let cursor = '';
  do {
    const page: ChannelPage = await client.call('conversations.list', {
      types: 'public_channel,private_channel',
      exclude_archived: true,
      limit: 1_000,
      ...(cursor === '' ? {} : { cursor }),
    });
    yield* page.channels ?? [];
    cursor = page.response_metadata?.next_cursor ?? '';
  } while (cursor !== '');
}
