import { open } from '../../src/drivers/chat/discord/driver.js';
import { FakeDiscord } from '../fixtures/chats/discord/fake.js';
import { chatParts } from '../fixtures/chats/parts.js';
import { withMailboxes } from '../fixtures/mailbox.js';
import { type ChatPlatform, chatAdapterContract } from './chat-adapter.contract.js';
import { livesOf } from './lives.js';

const mailboxes = withMailboxes();

/** A Discord server with the driver behind a mailbox, as a server has it. */
async function openPlatform(): Promise<ChatPlatform> {
  await mailboxes.empty();
  const discord = await FakeDiscord.open();
  const idOf = ({ channel, id }: { channel: string; id: string }) => `${channel}/${id}`;
  const connect = async () => {
    discord.identified = 0;
    const settings = { kind: 'discord', botToken: { env: 'BOT' }, apiUrl: discord.apiUrl, firstPauseMs: 5 };
    const parts = { ...chatParts({ BOT: discord.botToken }), state: mailboxes.state('discord') };
    const { adapter } = await open(settings, parts);
    const channels = new Map([['ops', discord.ops]]);
    return { capabilities: adapter.capabilities, adapter: mailboxes.through(adapter, { channels }) };
  };
  const { restarts, stop, ...life } = await livesOf(mailboxes, connect);
  // The Gateway tells nothing of what was said before, so a line waits until somebody listens.
  const listening = async () => {
    while (discord.identified === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return {
    ...life,
    channel: discord.ops,
    channelName: 'ops',
    keepsLines: false,
    actor: (name) => ({ platform: 'discord', userId: discord.userId(name), name }),
    async says(name, text, key) {
      await listening();
      return idOf(discord.says(name, text, { key }));
    },
    async addresses(name, text, key) {
      await listening();
      return idOf(discord.says(name, `${discord.botMention} ${text}`, { key }));
    },
    sees: async (name) => discord.sees(name),
    presses: async (name, message, label) => discord.interacts(discord.pressOf(name, message.id, label)),
    restarts,
    async close() {
      await stop();
      await discord.close();
    },
  };
}

chatAdapterContract('Discord', openPlatform);
