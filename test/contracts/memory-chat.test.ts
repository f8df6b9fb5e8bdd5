import type { ChatCapabilities } from '../../src/core/chat.js';
import { withMailboxes } from '../fixtures/mailbox.js';
import { memoryActor, memoryPlatform } from '../fixtures/memory-chat.js';
import { type ChatPlatform, chatAdapterContract } from './chat-adapter.contract.js';

const mailboxes = withMailboxes();

/** A platform behind a mailbox, as every outside chat runs. */
async function openPlatform(capabilities: ChatCapabilities): Promise<ChatPlatform> {
  await mailboxes.empty();
  const there = memoryPlatform(capabilities);
  let adapter = mailboxes.through(there.connect());
  let presses = 0;
  return {
    adapter,
    channel: 'lobby',
    channelName: 'lobby',
    capabilities,
    actor: memoryActor,
    says: async (name, text, key) => there.says(name, text, key),
    addresses: async (name, text, key) => there.says(name, text, key, { addressed: true }),
    sees: async (name) => there.sees(name),
    async presses(name, message, label) {
      presses += 1;
      there.presses(name, message.id, label, String(presses));
    },
    async restarts() {
      await mailboxes.kill(adapter);
      adapter = mailboxes.through(there.connect());
      return adapter;
    },
    close: () => adapter.stop(),
  };
}

chatAdapterContract('a chat that can do everything', () =>
  openPlatform({ edit: true, maxLength: 4_000, buttons: true, threads: true, mentions: true }),
);
chatAdapterContract('a chat of plain lines', () => openPlatform({ edit: false, maxLength: 400 }));
