import { open } from '../../src/drivers/chat/google-chat/driver.js';
import { FakeGoogleChat } from '../fixtures/chats/google-chat/fake.js';
import { type Listening, listenFor } from '../fixtures/chats/http.js';
import { chatParts } from '../fixtures/chats/parts.js';
import { withMailboxes } from '../fixtures/mailbox.js';
import { type ChatPlatform, chatAdapterContract } from './chat-adapter.contract.js';
import { livesOf } from './lives.js';

const mailboxes = withMailboxes();

/** Google Chat with the driver behind a mailbox, as a server has it. */
async function openPlatform(): Promise<ChatPlatform> {
  await mailboxes.empty();
  const google = await FakeGoogleChat.open();
  const { apiUrl, metadataUrl, audience, space } = google;
  const posts: Listening[] = [];
  let isListening = false;
  const connect = async () => {
    isListening = false;
    const settings = {
      kind: 'google-chat',
      apiUrl,
      metadataUrl,
      endpointUrl: audience,
      credentials: { env: 'FILE' },
    };
    const parts = { ...chatParts({ FILE: google.credentials }), state: mailboxes.state('google-chat') };
    const { adapter, receive } = await open(settings, parts);
    if (receive === undefined) throw new Error('it takes nothing');
    const listening = await listenFor(receive);
    posts.push(listening);
    google.endpoint = `${listening.url}/chats/google-chat`;
    const watched = {
      ...adapter,
      start: async (...args: Parameters<typeof adapter.start>) => {
        await adapter.start(...args);
        isListening = true;
      },
    };
    const channels = new Map([['ops', space]]);
    return { capabilities: adapter.capabilities, adapter: mailboxes.through(watched, { channels }) };
  };
  const { restarts, stop, ...life } = await livesOf(mailboxes, connect);
  // Google posts once: a line waits until somebody listens.
  const listening = async () => {
    while (!isListening) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const says = async (name: string, text: string, key: string) => {
    await listening();
    return await google.says(name, text, { key });
  };
  return {
    ...life,
    channel: space,
    channelName: 'ops',
    keepsLines: false,
    actor: (name) => ({ platform: 'google-chat', userId: google.userId(name), name }),
    says,
    addresses: says,
    sees: async (name) => google.sees(name),
    presses: (name, message, label) => google.presses(name, message.id, label),
    restarts,
    async close() {
      await stop();
      for (const one of posts) await one.close();
      await google.close();
    },
  };
}

chatAdapterContract('Google Chat', openPlatform);
