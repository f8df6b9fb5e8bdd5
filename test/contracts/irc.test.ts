import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatAdapter, IncomingMessage } from '../../src/core/chat.js';
import { open } from '../../src/drivers/chat/irc/driver.js';
import { type Ngircd, noNgircd, startNgircd } from '../fixtures/chats/irc/ngircd.js';
import { type Person, personOn } from '../fixtures/chats/irc/person.js';
import { chatParts } from '../fixtures/chats/parts.js';
import { type Mailboxes, withMailboxes } from '../fixtures/mailbox.js';
import { type ChatPlatform, chatAdapterContract } from './chat-adapter.contract.js';

describe.skipIf(noNgircd !== undefined)(`IRC${noNgircd ? `, ${noNgircd}` : ''}`, () => {
  const mailboxes = withMailboxes();
  let network: Ngircd;
  beforeAll(async () => {
    network = await startNgircd();
  });
  afterAll(() => network?.close());

  /** A channel of its own for each test, with the driver behind a mailbox. */
  async function openPlatform(): Promise<ChatPlatform> {
    await mailboxes.empty();
    const channel = `#ops-${randomBytes(4).toString('hex')}`;
    const people = new Map<string, Person>();
    for (const nick of ['ann', 'bob']) people.set(nick, await personOn(network.port, nick, channel));
    const person = (name: string) => {
      const one = people.get(name);
      if (one === undefined) throw new Error(`nobody is called ${name}`);
      return one;
    };
    const ids = new Map<string, string>();
    const driver = async () => {
      const { adapter } = await open(
        {
          kind: 'irc',
          host: '127.0.0.1',
          port: network.port,
          tls: false,
          nick: 'packtrain',
          join: [channel],
          trustNicknames: true,
          linesAtOnce: 1_000,
          linesPerMinute: 60_000,
          firstPauseMs: 5,
          regainMs: 20,
        },
        { ...chatParts({}), state: mailboxes.state('irc') },
      );
      return noting(adapter, ids);
    };
    const first = await driver();
    const { capabilities } = first;
    let adapter = mailboxes.through(first);
    const says = async (name: string, text: string, line = text): Promise<string> => {
      // Nothing on IRC is delivered twice.
      const before = ids.get(text);
      if (before !== undefined) return before;
      // Whoever is not there hears nothing.
      while (!isThere(person(name), channel)) await sleep(5);
      person(name).says(channel, line);
      for (;;) {
        const id = ids.get(text);
        if (id !== undefined) return id;
        await sleep(2);
      }
    };
    return {
      adapter,
      capabilities,
      channel,
      channelName: channel.slice(1),
      keepsLines: false,
      actor: (name) => ({ platform: 'irc', userId: name, name }),
      says: (name, text) => says(name, text),
      addresses: (name, text) => says(name, text, `packtrain: ${text}`),
      async sees(name) {
        // Others see a line before the server has answered for it.
        while (await isSaying(mailboxes)) await sleep(2);
        return person(name)
          .got.filter(({ command }) => /^(PRIVMSG|NOTICE)$/.test(command))
          .map(({ from, text }, at) => ({
            id: String(at),
            author: /^packtrai/.test(from) ? 'Packtrain' : from,
            text,
          }));
      },
      async restarts() {
        mailboxes.kill(adapter);
        adapter = mailboxes.through(await driver());
        return adapter;
      },
      async close() {
        await adapter.stop();
        for (const one of people.values()) await one.leave();
      },
    };
  }

  chatAdapterContract('IRC', openPlatform);

  it('has nobody whom it proves, where there are no services and nicks are not trusted', async () => {
    const ann = await personOn(network.port, 'ann', '#proof');
    const { adapter } = await open(
      {
        kind: 'irc',
        host: '127.0.0.1',
        port: network.port,
        tls: false,
        nick: 'packtrain',
        join: ['#proof'],
        trustNicknames: false,
        linesAtOnce: 5,
        linesPerMinute: 30,
      },
      chatParts({}),
    );
    const heard: IncomingMessage[] = [];
    await adapter.start(async (line) => void heard.push(line));
    ann.says('#proof', '!pack deploy beans');
    await expect.poll(() => heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({
      isUnproved: true,
      author: { userId: 'ann!~ann@127.0.0.1', name: 'ann' },
    });
    await adapter.stop();
    await ann.leave();
  });
});

/** Whether a message is said that the platform has not confirmed yet. */
async function isSaying({ store }: Mailboxes): Promise<boolean> {
  const { rows } = await store.pool.query('select 1 from chat_posts where taken_by is not null');
  return rows.length > 0;
}

/** Whether somebody saw Packtrain come and not go again. */
function isThere({ got }: Person, channel: string): boolean {
  const moves = got.filter(
    ({ from, command }) => /^packtrai/.test(from) && /^(JOIN|QUIT|PART)$/.test(command),
  );
  const last = moves.at(-1);
  return last?.command === 'JOIN' && last.target === channel;
}

/** An adapter of which it is known which id it gave each line. */
function noting(adapter: ChatAdapter, ids: Map<string, string>): ChatAdapter {
  return {
    ...adapter,
    start: (onMessage) =>
      adapter.start((message: IncomingMessage) => {
        ids.set(message.text, message.id);
        return onMessage(message);
      }),
  };
}
