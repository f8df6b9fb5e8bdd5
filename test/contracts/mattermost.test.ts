import { open } from '../../src/drivers/chat/mattermost/driver.js';
import { type Listening, listenFor } from '../fixtures/chats/http.js';
import { FakeMattermost } from '../fixtures/chats/mattermost/fake.js';
import { chatParts } from '../fixtures/chats/parts.js';
import { withMailboxes } from '../fixtures/mailbox.js';
import { type ChatPlatform, chatAdapterContract } from './chat-adapter.contract.js';
import { livesOf } from './lives.js';

const mailboxes = withMailboxes();
const endpointUrl = 'https://packtrain.example.com/chats/mattermost';

/** A server with the driver behind a mailbox, as a server has it. */
async function openPlatform(): Promise<ChatPlatform> {
  await mailboxes.empty();
  const mattermost = await FakeMattermost.open();
  const posts: Listening[] = [];
  const connect = async () => {
    const settings = {
      kind: 'mattermost',
      url: mattermost.url,
      token: { env: 'BOT' },
      slashTokens: [],
      endpointUrl,
      firstPauseMs: 5,
    };
    const parts = { ...chatParts({ BOT: mattermost.token }), state: mailboxes.state('mattermost') };
    const { adapter, receive } = await open(settings, parts);
    if (receive === undefined) throw new Error('it takes nothing');
    const listening = await listenFor(receive);
    posts.push(listening);
    mattermost.resolve = (url) => url.replace('https://packtrain.example.com', listening.url);
    return { capabilities: adapter.capabilities, adapter: mailboxes.through(adapter) };
  };
  const { restarts, stop, ...life } = await livesOf(mailboxes, connect);
  return {
    ...life,
    channel: mattermost.ops,
    channelName: 'ops',
    actor: (name) => ({ platform: 'mattermost', userId: mattermost.userId(name), name }),
    says: async (name, text, key) => mattermost.says(name, text, { key }).id,
    addresses: async (name, text, key) => mattermost.says(name, `@packtrain ${text}`, { key }).id,
    sees: async (name) => mattermost.sees(name),
    presses: async (name, message, label) => void (await mattermost.presses(name, message.id, label)),
    restarts,
    async close() {
      await stop();
      for (const one of posts) await one.close();
      await mattermost.close();
    },
  };
}

chatAdapterContract('Mattermost', openPlatform);
