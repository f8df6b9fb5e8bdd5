import { open } from '../../src/drivers/chat/slack/driver.js';
import { type Listening, listenFor } from '../fixtures/chats/http.js';
import { chatParts } from '../fixtures/chats/parts.js';
import { FakeSlack } from '../fixtures/chats/slack/fake.js';
import { botUser } from '../fixtures/chats/slack/state.js';
import { withMailboxes } from '../fixtures/mailbox.js';
import { type ChatPlatform, chatAdapterContract } from './chat-adapter.contract.js';
import { livesOf } from './lives.js';

const mailboxes = withMailboxes();

/** A workspace with the driver behind a mailbox, as a server has it. */
async function openPlatform(mode: 'socket' | 'webhook'): Promise<ChatPlatform> {
  await mailboxes.empty();
  const slack = await FakeSlack.open({ mode });
  const secrets = { BOT: slack.botToken, APP: slack.appToken, SIGN: slack.signingSecret };
  const posts: Listening[] = [];
  const connect = async () => {
    const ways =
      mode === 'socket' ? { mode, appToken: { env: 'APP' } } : { mode, signingSecret: { env: 'SIGN' } };
    const settings = {
      kind: 'slack',
      botToken: { env: 'BOT' },
      apiUrl: slack.apiUrl,
      firstPauseMs: 5,
      ...ways,
    };
    const { adapter, receive } = await open(settings, {
      ...chatParts(secrets),
      state: mailboxes.state('slack'),
    });
    if (receive !== undefined) {
      const listening = await listenFor(receive);
      posts.push(listening);
      slack.endpoint = `${listening.url}/chats/slack`;
    }
    return { capabilities: adapter.capabilities, adapter: mailboxes.through(adapter) };
  };
  const { restarts, stop, ...life } = await livesOf(mailboxes, connect);
  return {
    ...life,
    channel: 'C0OPS',
    channelName: 'ops',
    actor: (name) => ({ platform: 'slack', userId: slack.workspace.userId(name), name }),
    says: async (name, text, key) => `C0OPS/${slack.says(name, text, { key }).ts}`,
    addresses: async (name, text, key) => `C0OPS/${slack.says(name, `<@${botUser}> ${text}`, { key }).ts}`,
    sees: async (name) => slack.sees(name),
    presses: async (name, message, label) => slack.presses(name, message.id, label),
    restarts,
    async close() {
      await stop();
      for (const one of posts) await one.close();
      await slack.close();
    },
  };
}

chatAdapterContract('Slack by Socket Mode', () => openPlatform('socket'));
chatAdapterContract('Slack by posts', () => openPlatform('webhook'));
