import { open } from '../../src/drivers/chat/chatops/driver.js';
import { Hubot } from '../fixtures/chats/chatops/hubot.js';
import { type Listening, listenFor } from '../fixtures/chats/http.js';
import { chatParts } from '../fixtures/chats/parts.js';
import { withMailboxes } from '../fixtures/mailbox.js';
import { type ChatPlatform, chatAdapterContract } from './chat-adapter.contract.js';
import { livesOf } from './lives.js';

const mailboxes = withMailboxes();
const channel = '#ops';

/** A bot, with the driver behind a mailbox, as a server has it. */
async function openPlatform(): Promise<ChatPlatform> {
  await mailboxes.empty();
  const hubot = await Hubot.open();
  const posts: Listening[] = [];
  let endpoint = '';
  const connect = async () => {
    const settings = {
      kind: 'chatops',
      url: hubot.stack.url,
      apiKey: { env: 'ST2' },
      key: { env: 'KEY' },
      route: 'chatops',
      trustNicknames: true,
      marks: 'none' as const,
      longest: 2_000,
    };
    const { adapter, receive } = await open(settings, {
      ...chatParts({ ST2: hubot.stack.key, KEY: hubot.key }),
      state: mailboxes.state('chatops'),
    });
    if (receive === undefined) throw new Error('it takes no lines');
    const listening = await listenFor(receive);
    posts.push(listening);
    endpoint = `${listening.url}/chats/chatops`;
    return { capabilities: adapter.capabilities, adapter: mailboxes.through(adapter) };
  };
  const { restarts, stop, ...life } = await livesOf(mailboxes, connect);

  /** As the pack does: handed over again until it is taken. */
  async function says(user: string, line: string, key: string): Promise<string> {
    const id = `execution-${key}`;
    let status = 0;
    while (status !== 200) status = await hubot.handOver(endpoint, { id, line, user, channel });
    return id;
  }

  return {
    ...life,
    channel,
    keepsLines: false,
    actor: (name) => ({ platform: 'chatops', userId: name, name }),
    says,
    addresses: says,
    sees: async (name) =>
      (await hubot.sees(name, channel)).map(({ id, text }) => ({ id, author: 'Packtrain', text })),
    restarts,
    async close() {
      await stop();
      for (const one of posts) await one.close();
      await hubot.close();
    },
  };
}

chatAdapterContract("StackStorm's own ChatOps", openPlatform);
