import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RoomPlatform } from '../../src/core/room.js';
import { createRoomLines } from '../../src/drivers/chat/room-lines.js';
import { silentLog } from '../../src/store/log.js';
import { openStation, type Station } from '../fixtures/station.js';
import { type ChatPlatform, chatAdapterContract } from './chat-adapter.contract.js';

/** One way into the rooms, with people who use it. */
async function openPlatform(platform: RoomPlatform): Promise<ChatPlatform> {
  const station = await openStation({ rooms: ['ops'] });
  const actor = (name: string) => ({ platform, userId: name, name });
  const closing: Array<() => Promise<void>> = [];
  return {
    adapter: station.adapters[platform],
    channel: 'ops',
    ...(platform === 'web' ? { channelName: 'ops' } : {}),
    actor,
    async says(name, text, key) {
      const said = await station.rooms.say({ room: 'ops', platform, author: actor(name), text, key });
      if (!said.ok) throw new Error(said.refusal.code);
      return String(said.value.id);
    },
    async sees(name) {
      const messages = await station.rooms.latest('ops', 100);
      const whispers = station.rooms.whispers('ops', actor(name));
      return [
        ...messages.map(({ id, author, text }) => ({ id: String(id), author: author.name, text })),
        ...whispers.map(({ key, text }) => ({ id: key, author: 'Packtrain', text })),
      ];
    },
    async restarts() {
      // The same server's name on a fresh set of objects, while the old ones hang: what kill -9 leaves behind.
      const restarted = await station.another('server-1');
      closing.push(restarted.close);
      return restarted.adapters[platform];
    },
    async close() {
      for (const one of closing) await one();
      await station.abandon();
    },
  };
}

chatAdapterContract('the web', () => openPlatform('web'));
chatAdapterContract('the terminal', () => openPlatform('terminal'));

const ann = { platform: 'web', userId: 'ann', name: 'ann' };

let station: Station;
beforeAll(async () => {
  station = await openStation({ rooms: ['ops', 'general'] });
});
afterAll(async () => station.close());

it('lets the web own the rooms, so that a notice is posted in them once', async () => {
  const { web, terminal } = station.adapters;
  expect(await web.findChannel('ops')).toEqual({ platform: 'web', channel: 'ops' });
  expect(await web.findChannel('#general')).toEqual({ platform: 'web', channel: 'general' });
  expect(await terminal.findChannel('ops')).toBeUndefined();
});

it('answers lines in their order, however long each takes, while its patience lasts', async () => {
  const { rooms } = station;
  const lines = createRoomLines({
    rooms,
    log: { ...silentLog, error: silentLog.warn },
    server: 'patient',
    patienceMs: 600_000,
  });
  const answered: string[] = [];
  await lines.begin('web', async ({ text }) => {
    await sleep(text === 'long' ? 300 : 0);
    answered.push(text);
  });
  const said = ['long', 'short', 'long', 'short', 'short'];
  for (const [index, text] of said.entries())
    await rooms.say({ room: 'ops', platform: 'web', author: ann, text, key: `order-${index}` });
  await expect.poll(() => answered).toEqual(said);
  await lines.end('web');
});
