import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe } from 'vitest';
import { open } from '../../src/drivers/chat/xmpp/driver.js';
import { chatParts } from '../fixtures/chats/parts.js';
import { type Person, personOn } from '../fixtures/chats/xmpp/person.js';
import { noProsody, type Prosody, password, rooms, startProsody } from '../fixtures/chats/xmpp/prosody.js';
import { settingsOf } from '../fixtures/chats/xmpp/settings.js';
import { type Mailboxes, withMailboxes } from '../fixtures/mailbox.js';
import { type ChatPlatform, chatAdapterContract } from './chat-adapter.contract.js';

describe.skipIf(noProsody !== undefined)(`XMPP${noProsody ? `, ${noProsody}` : ''}`, () => {
  const mailboxes = withMailboxes();
  let server: Prosody;
  let people: Person[];
  beforeAll(async () => {
    server = await startProsody();
    people = await Promise.all(['ann', 'bob'].map((name) => personOn(server.port, name)));
  });
  afterAll(async () => {
    for (const one of people ?? []) await one.logsOut();
    await server?.close();
  });

  /** A room of its own for each test, in which Packtrain was before, with the driver behind a mailbox. */
  async function openPlatform(): Promise<ChatPlatform> {
    await mailboxes.empty();
    const name = `ops-${randomBytes(4).toString('hex')}`;
    const room = `${name}@${rooms.open}`;
    for (const one of people) {
      one.forget();
      await one.joins(room);
    }
    const driver = async () => {
      const parts = { ...chatParts({ PASSWORD: password }), state: mailboxes.state('xmpp') };
      return (await open(settingsOf(server.port, { join: [room] }), parts)).adapter;
    };
    const before = await driver();
    await before.start(async () => undefined);
    await before.stop();
    const first = await driver();
    const { capabilities } = first;
    let adapter = mailboxes.through(first);
    const person = (called: string) => {
      const one = people.find((somebody) => somebody.name === called);
      if (one === undefined) throw new Error(`nobody is called ${called}`);
      return one;
    };
    const ids = new Map<string, string>();
    const says = async (called: string, text: string, key: string) => {
      // Nothing in a room is delivered twice.
      const id = ids.get(key) ?? `${room}/${await person(called).says(room, text)}`;
      ids.set(key, id);
      return id;
    };
    return {
      adapter,
      capabilities,
      channel: room,
      channelName: name,
      actor: (called) => ({ platform: 'xmpp', userId: `${called}@localhost`, name: called }),
      says,
      addresses: (called, text, key) => says(called, `packtrain: ${text}`, key),
      async sees(called) {
        // Others see a message before the room has told us.
        while (await isSaying(mailboxes)) await sleep(2);
        return person(called)
          .got()
          .map(({ from, id, text }) => ({ id, text, author: authorOf(from) }));
      },
      async restarts() {
        mailboxes.kill(adapter);
        adapter = mailboxes.through(await driver());
        return adapter;
      },
      async close() {
        await adapter.stop();
        for (const one of people) await one.leaves(room);
      },
    };
  }

  chatAdapterContract('XMPP', openPlatform);
});

function authorOf(from: string): string {
  return /\/packtrain_*$|^packtrain@/.test(from) ? 'Packtrain' : from.replace(/^.*\//, '');
}

/** Whether a message is said that the platform has not confirmed yet. */
async function isSaying({ store }: Mailboxes): Promise<boolean> {
  const { rows } = await store.pool.query('select 1 from chat_posts where taken_by is not null');
  return rows.length > 0;
}
