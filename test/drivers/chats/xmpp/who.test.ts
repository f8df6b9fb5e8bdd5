import { xml } from '@xmpp/client';
import { describe, expect, it } from 'vitest';
import { ChatUndeliverable } from '../../../../src/core/chat.js';
import { noProsody, rooms } from '../../../fixtures/chats/xmpp/prosody.js';
import { withScene } from './scene.js';

const patience = { timeout: 30_000 };
const mucUser = 'http://jabber.org/protocol/muc#user';

/** A claim to be somebody, as only a room may make it. */
function claim(jid: string) {
  return xml('x', { xmlns: mucUser }, xml('item', { jid, affiliation: 'owner', role: 'moderator' }));
}

describe.skipIf(noProsody !== undefined)(`who writes on XMPP${noProsody ? `, ${noProsody}` : ''}`, () => {
  const scene = withScene();

  it('is known by their own address where the room shows it, whatever they are called', async () => {
    const room = await scene.room();
    const { lines } = await scene.driverIn(room);
    await scene.bob.joins(room, { nick: 'Robert the Builder' });
    const id = await scene.bob.says(room, '!pack status');
    await expect.poll(() => lines, patience).toHaveLength(1);
    expect(lines[0]).toEqual({
      id: `${room}/${id}`,
      text: '!pack status',
      author: { platform: 'xmpp', userId: 'bob@localhost', name: 'Robert the Builder' },
      origin: { platform: 'xmpp', channel: room, messageId: `${room}/${id}` },
      fromSelf: false,
      addressed: false,
    });
  });

  it('is not whoever bore the nick before, nor whom a message claims to be from', async () => {
    const room = await scene.room();
    const { lines } = await scene.driverIn(room);
    await scene.ann.says(room, 'one');
    await scene.ann.leaves(room);
    await scene.mallory.joins(room, { nick: 'ann' });
    await scene.mallory.says(room, 'two', claim('ann@localhost'));
    await expect.poll(() => lines.map(({ text }) => text), patience).toEqual(['one', 'two']);
    expect(lines.map(({ author }) => author.userId)).toEqual(['ann@localhost', 'mallory@localhost']);
  });

  it('is not believed to be whom they claimed to be while we were away', async () => {
    const room = await scene.room();
    const first = await scene.driverIn(room);
    await first.adapter.stop();
    await scene.mallory.joins(room, { nick: 'annie' });
    await scene.bob.joins(room);
    await scene.mallory.says(room, 'forged', claim('ann@localhost'));
    await scene.bob.says(room, 'honest');
    await scene.mallory.leaves(room, 'annie');
    await scene.bob.leaves(room);
    const { lines } = await scene.driverIn(room, { state: first.state });
    await expect.poll(() => lines.map(({ text }) => text), patience).toEqual(['forged', 'honest']);
    expect(lines[0]).toMatchObject({ isUnproved: true, author: { userId: `${room}/annie` } });
    expect(lines[1]).toMatchObject({ author: { userId: 'bob@localhost' } });
    expect(lines[1]?.isUnproved).toBeUndefined();
  });

  it('is proved by nothing in a room that shows nobody, unless its nicks are trusted', async () => {
    const room = await scene.room(rooms.masked);
    const { lines } = await scene.driverIn(room);
    await scene.mallory.joins(room, { nick: 'ann@localhost' });
    await scene.mallory.says(room, 'one', claim('ann@localhost'));
    await expect.poll(() => lines, patience).toHaveLength(1);
    const author = { userId: `${room}/ann@localhost`, name: 'ann@localhost' };
    expect(lines[0]).toMatchObject({ isUnproved: true, author });
    const trusting = await scene.driverIn(room, { trustNicknames: true });
    await scene.mallory.says(room, 'two');
    await expect.poll(() => trusting.lines, patience).toHaveLength(1);
    expect(trusting.lines[0]).toMatchObject({ author });
    expect(trusting.lines[0]?.isUnproved).toBeUndefined();
  });

  it('is known in a room that shows nobody but to those who keep it, once we are of them', async () => {
    const room = await scene.room(rooms.masked);
    const admins = xml('item', { jid: 'packtrain@localhost', affiliation: 'admin' });
    const query = xml('query', { xmlns: 'http://jabber.org/protocol/muc#admin' }, admins);
    await scene.ann.ask(xml('iq', { type: 'set', to: room }, query));
    const { lines } = await scene.driverIn(room);
    await scene.bob.joins(room, { nick: 'ann of old' });
    await scene.bob.says(room, 'hello');
    await expect.poll(() => lines, patience).toHaveLength(1);
    expect(lines[0]).toMatchObject({ author: { userId: 'bob@localhost' } });
    expect(lines[0]?.isUnproved).toBeUndefined();
  });

  it('is proved by their server where they write to us alone', async () => {
    const room = await scene.room();
    const { adapter, lines } = await scene.driverIn(room);
    await scene.ann.tells('packtrain@localhost', 'status');
    await expect.poll(() => lines, patience).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      text: 'status',
      addressed: true,
      author: { userId: 'ann@localhost' },
      origin: { channel: 'ann@localhost' },
    });
    await adapter.post({ platform: 'xmpp', channel: 'ann@localhost' }, { key: 'a', text: 'All is well.' });
    await expect
      .poll(() => scene.ann.got().map(({ type, text }) => `${type}: ${text}`), patience)
      .toEqual(['chat: All is well.']);
  });

  it('gets an answer to what they wrote through a room, and nobody else who took their nick', async () => {
    const room = await scene.room();
    const { adapter, lines } = await scene.driverIn(room);
    await scene.bob.joins(room);
    await scene.bob.tells(`${room}/packtrain`, 'status', xml('x', { xmlns: mucUser }));
    await expect.poll(() => lines, patience).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      addressed: true,
      author: { userId: 'bob@localhost' },
      origin: { channel: `${room}/bob` },
    });
    const to = { platform: 'xmpp', channel: `${room}/bob` };
    await adapter.post(to, { key: 'a', text: 'All is well.' });
    await expect.poll(() => scene.bob.got().map(({ text }) => text), patience).toEqual(['All is well.']);
    await scene.bob.leaves(room);
    await scene.mallory.joins(room, { nick: 'bob' });
    await scene.mallory.says(room, 'here I am');
    await expect.poll(() => lines, patience).toHaveLength(2);
    await expect(adapter.post(to, { key: 'b', text: 'for bob alone' })).rejects.toThrow(ChatUndeliverable);
    expect(scene.mallory.got().map(({ text }) => text)).not.toContain('for bob alone');
  });

  it('is whispered to by their own address, and by that of the room where there is no other', async () => {
    const room = await scene.room();
    const { adapter } = await scene.driverIn(room);
    const here = { platform: 'xmpp', channel: room };
    const secret = { key: 'w', text: 'psst' };
    await adapter.whisper({ platform: 'xmpp', userId: 'bob@localhost', name: 'ann' }, here, secret);
    await expect.poll(() => scene.bob.got().map(({ text }) => text), patience).toEqual(['psst']);
    await adapter.whisper({ platform: 'xmpp', userId: `${room}/ann`, name: 'ann' }, here, secret);
    await expect
      .poll(() => scene.ann.got().map(({ from, type }) => `${type} from ${from}`), patience)
      .toEqual([`chat from ${room}/packtrain`]);
  });

  it('is not ourselves, whatever they are called', async () => {
    const room = await scene.room();
    await scene.mallory.joins(room, { nick: 'packtrain' });
    const { lines } = await scene.driverIn(room);
    await scene.mallory.says(room, '!pack status');
    await expect.poll(() => lines, patience).toHaveLength(1);
    expect(lines[0]).toMatchObject({ fromSelf: false, author: { userId: 'mallory@localhost' } });
  });
});
