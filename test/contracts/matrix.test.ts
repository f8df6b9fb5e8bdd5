import { open } from '../../src/drivers/chat/matrix/driver.js';
import { FakeMatrix } from '../fixtures/chats/matrix/fake.js';
import { chatParts } from '../fixtures/chats/parts.js';
import { withMailboxes } from '../fixtures/mailbox.js';
import { type ChatPlatform, chatAdapterContract } from './chat-adapter.contract.js';

const mailboxes = withMailboxes();

/** A homeserver with the driver behind a mailbox, which has been there before: so lines of meanwhile are kept for it. */
async function openPlatform(): Promise<ChatPlatform> {
  await mailboxes.empty();
  const matrix = await FakeMatrix.open();
  const connect = async () => {
    const settings = {
      kind: 'matrix',
      homeserver: matrix.url,
      accessToken: { env: 'TOKEN' },
      join: [],
      invitedBy: [],
      channels: new Map(),
      firstPauseMs: 5,
    };
    const state = mailboxes.state('matrix');
    return (await open(settings, { ...chatParts({ TOKEN: matrix.token }), state })).adapter;
  };
  const before = await connect();
  await before.start(async () => undefined);
  await before.stop();
  const first = await connect();
  let adapter = mailboxes.through(first);
  return {
    adapter,
    capabilities: first.capabilities,
    channel: '!ops',
    channelName: 'ops',
    actor: (name) => ({ platform: 'matrix', userId: matrix.userId(name), name }),
    says: async (name, text, key) => matrix.says(name, text, { key }),
    addresses: async (name, text, key) => matrix.says(name, `packtrain: ${text}`, { key }),
    sees: async (name) => matrix.sees(name),
    async restarts() {
      await mailboxes.kill(adapter);
      adapter = mailboxes.through(await connect());
      return adapter;
    },
    async close() {
      await adapter.stop();
      await matrix.close();
    },
  };
}

chatAdapterContract('Matrix', openPlatform);
