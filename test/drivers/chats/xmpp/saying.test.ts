import { type Element, xml } from '@xmpp/client';
import { afterEach, describe, expect, it } from 'vitest';
import { ChatRateLimited, ChatUndeliverable } from '../../../../src/core/chat.js';
import type { Person } from '../../../fixtures/chats/xmpp/person.js';
import { noProsody, rooms } from '../../../fixtures/chats/xmpp/prosody.js';
import { startWire } from '../../../fixtures/chats/xmpp/wire.js';
import { withScene } from './scene.js';

const patience = { timeout: 30_000 };
let ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

const texts = (person: Person) => person.got().map(({ text }) => text);
const newest = (person: Person, name: string): Element | undefined =>
  person.got().at(-1)?.stanza.getChild(name);

describe.skipIf(noProsody !== undefined)(`what is said on XMPP${noProsody ? `, ${noProsody}` : ''}`, () => {
  const scene = withScene();

  it('is corrected in place, and not again for what it says already', async () => {
    const room = await scene.room();
    const { adapter } = await scene.driverIn(room);
    const posted = await adapter.post({ platform: 'xmpp', channel: room }, { key: 'a', text: 'running' });
    await adapter.post({ platform: 'xmpp', channel: room }, { key: 'b', text: 'another' });
    await adapter.edit(posted, { key: 'a', text: 'live' });
    await adapter.edit(posted, { key: 'a', text: 'live' });
    await expect.poll(() => texts(scene.ann), patience).toEqual(['live', 'another']);
    expect(scene.ann.got()[0]?.changes).toBe(1);
  });

  it('is said once though nobody heard that it was, and changed if it says something else by then', async () => {
    const wire = await startWire(scene.port);
    ends.push(wire.close);
    const room = await scene.room();
    const to = { platform: 'xmpp', channel: room };
    const dying = await scene.driverIn(room, { port: wire.port, firstPauseMs: 60_000 });
    const { adapter: first, state } = dying;
    const posted = await first.post(to, { key: 'a', text: 'running' });
    await first.post({ platform: 'xmpp', channel: 'ann@localhost' }, { key: 'a', text: 'alone' });
    await wire.cut();
    // As after kill -9, with what was confirmed lost.
    const { adapter } = await scene.driverIn(room, { state });
    expect(await adapter.post(to, { key: 'a', text: 'live' })).toEqual(posted);
    await adapter.post(to, { key: 'a', text: 'live' });
    await adapter.post({ platform: 'xmpp', channel: 'ann@localhost' }, { key: 'a', text: 'alone' });
    await adapter.post(to, { key: 'b', text: 'the end' });
    await expect.poll(() => texts(scene.ann), patience).toEqual(['live', 'alone', 'the end']);
  });

  it('is not held back by who guesses how it would be called', async () => {
    const room = await scene.room();
    const first = await scene.driverIn(room);
    const to = { platform: 'xmpp', channel: room };
    const { messageId } = await first.adapter.post(to, { key: 'a', text: 'before' });
    await first.adapter.stop();
    await scene.mallory.joins(room, { nick: 'packtrain' });
    const body = xml('body', {}, 'forged');
    await scene.mallory.send(xml('message', { to: room, type: 'groupchat', id: messageId }, body));
    await expect.poll(() => texts(scene.ann), patience).toEqual(['before', 'forged']);
    await scene.mallory.leaves(room, 'packtrain');
    const { adapter } = await scene.driverIn(room, { state: first.state });
    await adapter.post(to, { key: 'a', text: 'before' });
    await adapter.post(to, { key: 'b', text: 'after' });
    await expect.poll(() => texts(scene.ann), patience).toEqual(['before', 'forged', 'after']);
    expect(scene.ann.got().map(({ changes }) => changes)).toEqual([0, 0, 0]);
  });

  it('is called what nobody can guess who has not the same database', async () => {
    const room = await scene.room();
    const post = async () => {
      const { adapter } = await scene.driverIn(room);
      return (await adapter.post({ platform: 'xmpp', channel: room }, { key: 'a', text: 'hello' })).messageId;
    };
    expect(await post()).not.toBe(await post());
  });

  it('calls people by their nicks, with whom it means, and points to the line that it answers', async () => {
    const room = await scene.room();
    const { adapter, lines } = await scene.driverIn(room);
    await scene.bob.joins(room, { nick: 'Bob Böttcher' });
    await scene.bob.says(room, '!pack status');
    await expect.poll(() => lines, patience).toHaveLength(1);
    const [line] = lines;
    if (line === undefined) throw new Error('nothing was heard');
    await adapter.post(line.origin, {
      key: 'a',
      text: '🚂 [@bob](mention:bob@localhost), *beans* are [live](https://x.example.com/1).',
    });
    await expect
      .poll(() => texts(scene.bob).at(-1), patience)
      .toBe('🚂 Bob Böttcher, *beans* are live (https://x.example.com/1).');
    expect(newest(scene.bob, 'reference')?.attrs).toMatchObject({
      type: 'mention',
      begin: '2',
      end: '14',
      uri: 'xmpp:bob@localhost',
    });
    expect(newest(scene.bob, 'reply')?.attrs).toMatchObject({
      id: line.id.slice(room.length + 1),
      to: `${room}/Bob Böttcher`,
    });
  });

  it('holds nothing that a stream can not carry', async () => {
    const room = await scene.room();
    const { adapter } = await scene.driverIn(room);
    const text = 'a\u0000b\u0002c\u001bd\uFFFFe\uD800f <&>"\'\r\n`]]>`';
    await adapter.post({ platform: 'xmpp', channel: room }, { key: 'a', text });
    await expect.poll(() => texts(scene.ann), patience).toEqual(['a b c de\uFFFDf <&>"\'\n`]]>`']);
  });

  it('waits where a room asks for less, and is given up where it asks for nothing', async () => {
    const wire = await startWire(scene.port);
    ends.push(wire.close);
    const room = await scene.room();
    const { adapter } = await scene.driverIn(room, { port: wire.port });
    const say = (key: string) => adapter.post({ platform: 'xmpp', channel: room }, { key, text: key });
    const refuse = (condition: string, type: string) =>
      wire.instead(
        /<message[^>]* id="([^"]*)"/,
        ([, id]) =>
          `<message type='error' id='${id}' from='${room}'><error type='${type}'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
      );
    refuse('resource-constraint', 'wait');
    await expect(say('a')).rejects.toThrow(ChatRateLimited);
    refuse('forbidden', 'auth');
    await expect(say('b')).rejects.toThrow(ChatUndeliverable);
    refuse('remote-server-timeout', 'wait');
    await expect(say('c')).rejects.toThrow(/remote-server-timeout/);
    await say('a');
    await expect.poll(() => texts(scene.ann), patience).toEqual(['a']);
  });

  it('keeps the pace of a room, for each by itself', async () => {
    const room = await scene.room();
    const other = await scene.room();
    let now = Date.now();
    const clock = { now: () => new Date(now) };
    const pace = { messagesAtOnce: 2, messagesPerMinute: 60, clock };
    const { adapter } = await scene.driverIn(room, { ...pace, join: [room, other] });
    const say = (channel: string, key: string) =>
      adapter.post({ platform: 'xmpp', channel }, { key, text: key });
    await say(room, 'a');
    await say(room, 'b');
    const limit = await say(room, 'c').catch((error: unknown) => error);
    expect(limit).toBeInstanceOf(ChatRateLimited);
    expect(limit).toMatchObject({ retryAfterMs: 1_000 });
    await say(other, 'c');
    now += 1_000;
    await say(room, 'c');
  });

  it('can not be said to who is not there', async () => {
    const room = await scene.room();
    const { adapter } = await scene.driverIn(room);
    const nobody = { platform: 'xmpp', channel: 'nobody@localhost' };
    await expect(adapter.post(nobody, { key: 'a', text: 'hello?' })).rejects.toThrow(ChatUndeliverable);
    const gone = { platform: 'xmpp', channel: `${room}/nobody` };
    await expect(adapter.post(gone, { key: 'a', text: 'hello?' })).rejects.toThrow(ChatUndeliverable);
  });

  it('is the first and the last state only, where clients know no corrections', async () => {
    const { adapter } = await scene.driver({ join: [`ops@${rooms.brief}`], corrections: false });
    expect(adapter.capabilities.edit).toBe(false);
  });
});

describe.skipIf(noProsody !== undefined)(`what is heard on XMPP${noProsody ? `, ${noProsody}` : ''}`, () => {
  const scene = withScene();

  it('is the line and not what it quotes, and no line that was mended', async () => {
    const room = await scene.room();
    const { lines } = await scene.driverIn(room);
    const quote = '> running\n';
    const fallback = xml(
      'fallback',
      { xmlns: 'urn:xmpp:fallback:0', for: 'urn:xmpp:reply:0' },
      xml('body', { start: '0', end: String(quote.length) }),
    );
    await scene.ann.says(room, `${quote}!pack status`, fallback);
    await scene.ann.says(
      room,
      '!pack queue',
      xml('replace', { xmlns: 'urn:xmpp:message-correct:0', id: 'x' }),
    );
    await scene.ann.says(room, 'after');
    await expect.poll(() => lines.map(({ text }) => text), patience).toEqual(['!pack status', 'after']);
  });

  it('is told of rooms by their names, and knows no other', async () => {
    const both = ['ops@rooms.localhost', 'ops@masked.localhost', 'den@rooms.localhost'];
    const { adapter } = await scene.driver({ join: both });
    expect(await adapter.channelNames?.()).toEqual(['ops@rooms.localhost', 'ops@masked.localhost', 'den']);
    expect(await adapter.findChannel('DEN')).toEqual({ platform: 'xmpp', channel: 'den@rooms.localhost' });
    expect(await adapter.findChannel('ops')).toBeUndefined();
    expect((await adapter.findChannel('ops@masked.localhost'))?.channel).toBe('ops@masked.localhost');
  });

  it('is asked whether the account and the rooms are there, without a word in them', async () => {
    const room = await scene.room();
    const none = `none@${rooms.open}`;
    const { adapter, log } = await scene.driver({ join: [room, none] });
    expect([...((await adapter.listChannels?.()) ?? []).keys()]).toEqual([room, none]);
    expect(log).toEqual(['there is no such room; somebody has to make it']);
    expect(await adapter.hasChannel?.(room)).toBe(true);
    expect(await adapter.hasChannel?.('elsewhere@rooms.localhost')).toBe(false);
    const stranger = await scene.driver({ join: [room], password: { env: 'WRONG' } });
    await expect(stranger.adapter.listChannels?.()).rejects.toThrow('the password is wrong');
  });
});
