import { describe, expect, it } from 'vitest';
import { startChannelCheck } from '../../src/channel-check.js';
import type { Config } from '../../src/config/config.js';
import { askFor } from '../../src/config/told-channels.js';
import type { ChatAdapter } from '../../src/core/chat.js';
import { findChannel } from '../../src/core/find-channel.js';
import { roomNames } from '../../src/room-names.js';
import { configOf, fakeChat } from '../chat/fixture.js';
import { keptLog } from '../fixtures/mailbox.js';

/** A chat that has some channels, or does not answer. */
function chat(platform: string, channels: readonly string[] | 'away'): ChatAdapter {
  return {
    ...fakeChat(platform),
    async findChannel(name) {
      if (channels === 'away') throw new Error(`${platform} is away`);
      return channels.includes(name) ? { platform, channel: `C-${name}` } : undefined;
    },
    channelNames: async () => (channels === 'away' ? [] : channels),
  };
}

type ConfigCallback = (config: Config, before: Config) => void;

const chats = (...all: readonly ChatAdapter[]) => new Map(all.map((one) => [one.platform, one]));
const web = chat('web', ['ops', 'kitchen']);

function told(announceChannel: string): Config {
  const repository = {
    name: 'Kitchen',
    url: 'https://git.example.com/k.git',
    subtree: 'packs',
    target: 'default',
  };
  const config = configOf({ repositories: [['Kitchen', { ...repository, announceChannel }]] });
  return { ...config, chats: new Map([['near', { kind: 'near', channels: new Map() }]]) };
}

describe('a channel by its name', () => {
  it('is where it is; a chat of others goes before a room of our own', async () => {
    const all = chats(web, chat('near', ['kitchen']), chat('far', ['kitchen', 'attic']));
    expect(await findChannel(all, 'kitchen')).toEqual({ platform: 'near', channel: 'C-kitchen' });
    expect(await findChannel(all, 'attic')).toEqual({ platform: 'far', channel: 'C-attic' });
    expect(await findChannel(all, 'far:kitchen')).toEqual({ platform: 'far', channel: 'C-kitchen' });
    expect(await findChannel(all, 'ops')).toEqual({ platform: 'web', channel: 'C-ops' });
    expect(await findChannel(all, 'cellar')).toBeUndefined();
  });

  it('waits for a chat that is away only where no other has it', async () => {
    const all = chats(web, chat('near', 'away'), chat('far', ['attic']));
    expect(await findChannel(all, 'attic')).toEqual({ platform: 'far', channel: 'C-attic' });
    await expect(findChannel(all, 'ops')).rejects.toThrow('near is away');
    expect(await askFor(all, 'ops')).toBe('unknown');
  });

  it('is a room of ours, but for those of others', () => {
    expect(roomNames(told('web:kitchen'))).toEqual(['ops', 'kitchen']);
    expect(roomNames(told('near:kitchen'))).toEqual(['ops']);
  });
});

describe('channels that no chat has', () => {
  const check = (config: Config, ...all: readonly ChatAdapter[]) => {
    const log = keptLog();
    let change: ConfigCallback = () => undefined;
    let current = config;
    const source = {
      current: () => current,
      onChange: (callback: ConfigCallback) => {
        change = callback;
        return () => undefined;
      },
    };
    const none = async () => ({ ok: true as const, config });
    const parts = { reload: none, onProblems: () => () => undefined, close: () => undefined };
    const stop = startChannelCheck({
      config: { ...source, ...parts },
      adapters: chats(web, ...all),
      log,
      firstWaitMs: 5,
    });
    const become = (next: Config) => {
      const before = current;
      current = next;
      change(next, before);
    };
    return { log, stop, become };
  };

  it('are named with what was meant, at the start and when the config changes', async () => {
    const { log, stop, become } = check(told('kitchne'), chat('near', ['kitchen']));
    await expect
      .poll(() => log.lines)
      .toEqual([
        'repositories.Kitchen.announce_channel: No chat has the channel "kitchne", so it is told in the room of that name on the web pages only. Did you mean "kitchen"?',
      ]);
    become(told('near:cellar'));
    await expect
      .poll(() => log.lines.at(-1))
      .toBe(
        'repositories.Kitchen.announce_channel: No chat has the channel "near:cellar". Known here: kitchen.',
      );
    stop();
  });

  it('are named with the ids that there are, where the id of a channel or its name is wrong', async () => {
    const near: ChatAdapter = {
      ...chat('near', []),
      hasChannel: async (id) => id === '17',
      listChannels: async () => new Map([['17', 'kitchen']]),
    };
    const config = {
      ...told('near:kitchen'),
      chats: new Map([['near', { kind: 'near', channels: new Map([['attic', '71']]) }]]),
    };
    const { log, stop } = check(config, near);
    await expect
      .poll(() => log.lines)
      .toEqual([
        'repositories.Kitchen.announce_channel: No chat has the channel "near:kitchen". Add kitchen: "17" to chats.near.channels, if that is meant.',
        'chats.near.channels.attic: The bot sees no channel "71" on near. It sees kitchen ("17").',
      ]);
    stop();
  });

  it('are looked for until each chat has answered, and nothing waits for it', async () => {
    let isAway = true;
    const near: ChatAdapter = {
      ...chat('near', []),
      findChannel: async () => {
        if (isAway) throw new Error('away');
        return undefined;
      },
    };
    const { log, stop } = check(told('cellar'), near);
    expect(log.lines).toEqual([]);
    isAway = false;
    await expect.poll(() => log.lines).toHaveLength(1);
    stop();
  });
});
