import { open } from '../../src/drivers/chat/teams/driver.js';
import { type Listening, listenFor } from '../fixtures/chats/http.js';
import { chatParts } from '../fixtures/chats/parts.js';
import { FakeTeams } from '../fixtures/chats/teams/fake.js';
import { withMailboxes } from '../fixtures/mailbox.js';
import { type ChatPlatform, chatAdapterContract } from './chat-adapter.contract.js';

const mailboxes = withMailboxes();

/** Teams with the driver behind a mailbox, as a server has it. */
async function openPlatform(): Promise<ChatPlatform> {
  await mailboxes.empty();
  const teams = await FakeTeams.open();
  const { appId, tenantId, loginUrl, metadataUrl, channel } = teams;
  const posts: Listening[] = [];
  const connect = async () => {
    const settings = {
      kind: 'teams',
      appId,
      tenantId,
      loginUrl,
      metadataUrl,
      appPassword: { env: 'PASSWORD' },
    };
    const state = mailboxes.state('teams');
    // What the first message from there would have told.
    await state.set('service:', teams.serviceUrl);
    for (const name of ['ann', 'bob']) await state.set(`account:aad-${name}`, `29:${name}`);
    const { adapter, receive } = await open(settings, { ...chatParts({ PASSWORD: teams.password }), state });
    if (receive === undefined) throw new Error('it takes nothing');
    const listening = await listenFor(receive);
    posts.push(listening);
    const isListening = { value: false };
    const watched = {
      ...adapter,
      start: async (...args: Parameters<typeof adapter.start>) => {
        await adapter.start(...args);
        isListening.value = true;
      },
    };
    teams.endpoint = `${listening.url}/chats/teams`;
    const channels = new Map([['ops', channel]]);
    return {
      capabilities: adapter.capabilities,
      adapter: mailboxes.through(watched, { channels }),
      isListening,
    };
  };
  let { capabilities, adapter, isListening } = await connect();
  // Teams posts once: a line waits until somebody listens.
  const listening = async () => {
    while (!isListening.value) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const idOf = (id: string) => `${channel}/${id}/${id}`;
  return {
    adapter,
    capabilities,
    channel,
    channelName: 'ops',
    keepsLines: false,
    actor: (name) => ({ platform: 'teams', userId: `aad-${name}`, name }),
    async says(name, text, key) {
      await listening();
      return idOf(await teams.says(name, text, { key }));
    },
    async addresses(name, text, key) {
      await listening();
      return idOf(await teams.says(name, text, { key, mentions: true }));
    },
    sees: async (name) => teams.sees(name),
    presses: (name, message, label) => teams.presses(name, message.id, label),
    async restarts() {
      mailboxes.kill(adapter);
      ({ adapter, capabilities, isListening } = await connect());
      return adapter;
    },
    async close() {
      await adapter.stop();
      for (const one of posts) await one.close();
      await teams.close();
    },
  };
}

chatAdapterContract('Teams', openPlatform);
