import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config, OutsideChatConfig } from '../src/config/config.js';
import type { ChatAdapter, IncomingMessage } from '../src/core/chat.js';
import { systemClock } from '../src/core/clock.js';
import { ChatLibraryMissing } from '../src/core/outside-chat.js';
import { createRedactor } from '../src/core/redact.js';
import { OutsideChats } from '../src/outside-chats.js';
import { configOf } from './chat/fixture.js';
import { type MemoryConfig, memoryConfig } from './fixtures/config-source.js';
import { withMailboxes } from './fixtures/mailbox.js';
import { type MemoryPlatform, memoryPlatform } from './fixtures/memory-chat.js';

const mailboxes = withMailboxes();
const patience = { timeout: 30_000 };

function configWith(channels?: Record<string, string>): Config {
  const chat: OutsideChatConfig = { kind: 'memory', channels: new Map(Object.entries(channels ?? {})) };
  return { ...configOf(), chats: new Map(channels === undefined ? [] : [['memory', chat]]) };
}

describe('the chats of others that are configured', () => {
  let platform: MemoryPlatform;
  let config: MemoryConfig;
  let adapters: Map<string, ChatAdapter>;
  let chats: OutsideChats;
  let heard: string[];
  let isInstalled = true;

  beforeEach(async () => {
    await mailboxes.empty();
    isInstalled = true;
    heard = [];
    platform = memoryPlatform({ edit: true, maxLength: 1_000 });
    config = memoryConfig(configWith());
    adapters = new Map();
    chats = new OutsideChats({
      config,
      adapters,
      drivers: {
        async openOutsideChat() {
          if (!isInstalled) throw new ChatLibraryMissing('memory', ['memory-client@1']);
          return { adapter: platform.connect(), receive: async () => new Response('taken') };
        },
      },
      db: mailboxes.store.db,
      env: () => undefined,
      redactor: createRedactor(),
      clock: systemClock,
      log: mailboxes.log,
      server: 'server-1',
      pageOf: (post) => `http://127.0.0.1/said/${post}`,
    });
    expect(await chats.open()).toMatchObject({ ok: true });
    await chats.start(async ({ text }: IncomingMessage) => void heard.push(text));
  });
  afterEach(async () => {
    await chats.stop();
  });

  it('follow the config: one that is named anew is opened, and one that is no longer named is closed', async () => {
    expect([...adapters.keys(), ...chats.receivers.keys()]).toEqual([]);

    config.change(configWith({}));
    await expect.poll(() => chats.receivers.has('memory'), patience).toBe(true);
    platform.says('ann', 'hello', 'k1');
    await expect.poll(() => heard, patience).toEqual(['hello']);
    await adapters
      .get('memory')
      ?.post({ platform: 'memory', channel: 'lobby' }, { key: 'm1', text: 'welcome' });
    await expect
      .poll(() => platform.sees('ann', 'lobby').map(({ text }) => text), patience)
      .toContain('welcome');

    config.change(configWith());
    await expect.poll(() => [...adapters.keys(), ...chats.receivers.keys()], patience).toEqual([]);
  });

  it('open one anew whose settings changed, and lose no line meanwhile', async () => {
    config.change(configWith({}));
    await expect.poll(() => adapters.has('memory'), patience).toBe(true);
    const before = adapters.get('memory');
    platform.says('ann', 'one', 'k1');
    await expect.poll(() => heard, patience).toEqual(['one']);

    config.change(configWith({ ops: 'lobby' }));
    platform.says('ann', 'two', 'k2');
    await expect.poll(() => adapters.get('memory') !== before, patience).toBe(true);
    platform.says('ann', 'three', 'k3');
    await expect.poll(() => heard, patience).toEqual(['one', 'two', 'three']);

    const now = adapters.get('memory');
    config.change(configWith({ ops: 'lobby' }));
    await chats.stop();
    expect(adapters.get('memory')).toBe(now);
  });

  it('stay as they were where one cannot be opened, and the log says what to do', async () => {
    config.change(configWith({}));
    await expect.poll(() => adapters.has('memory'), patience).toBe(true);
    isInstalled = false;
    config.change(configWith({ ops: 'lobby' }));
    await expect.poll(() => mailboxes.log.lines.join('\n'), patience).toContain('npm install');
    platform.says('ann', 'still there?', 'k1');
    await expect.poll(() => heard, patience).toEqual(['still there?']);
  });
});
