import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ChatUndeliverable, type IncomingMessage } from '../../../src/core/chat.js';
import type { OutsideChat, OutsideChatParts } from '../../../src/core/outside-chat.js';
import { open } from '../../../src/drivers/chat/teams/driver.js';
import { type Listening, listenFor } from '../../fixtures/chats/http.js';
import { chatParts } from '../../fixtures/chats/parts.js';
import { FakeTeams } from '../../fixtures/chats/teams/fake.js';

describe('Teams', () => {
  let teams: FakeTeams;
  let chat: OutsideChat;
  let posts: Listening;
  let parts: OutsideChatParts;
  let heard: IncomingMessage[] = [];
  let handle: () => Promise<void>;
  const texts = () => heard.map(({ text }) => text);
  const ops = () => ({ platform: 'teams', channel: teams.channel });
  const ann = { platform: 'teams', userId: 'aad-ann', name: 'ann' };

  beforeAll(async () => {
    teams = await FakeTeams.open();
    const { appId, tenantId, loginUrl, metadataUrl } = teams;
    const settings = {
      kind: 'teams',
      appId,
      tenantId,
      loginUrl,
      metadataUrl,
      appPassword: { env: 'PASSWORD' },
    };
    parts = chatParts({ PASSWORD: teams.password });
    chat = await open(settings, parts);
    posts = await listenFor(
      (request) => chat.receive?.(request) ?? Promise.reject(new Error('it takes nothing')),
    );
    teams.endpoint = `${posts.url}/chats/teams`;
    await chat.adapter.start(async (message) => {
      heard.push(message);
      await handle();
    });
  });
  afterAll(async () => {
    await chat?.adapter.stop();
    await posts?.close();
    await teams?.close();
  });
  beforeEach(() => {
    heard = [];
    handle = async () => undefined;
  });

  it('knows mentions, direct messages and threads', async () => {
    const id = await teams.says('ann', 'deploy a&b <x> *', { key: 'mention', mentions: true });
    await teams.says('ann', 'status', { key: 'direct', isDirect: true });
    await teams.says('ann', '!pack who', { key: 'thread', thread: '17' });
    const place = `${teams.channel}/${id}/${id}`;
    expect(heard[0]).toEqual({
      id: place,
      text: 'deploy a&b <x> *',
      author: ann,
      origin: { ...ops(), thread: place, messageId: place },
      fromSelf: false,
      addressed: true,
    });
    expect(texts().slice(1)).toEqual(['status', '!pack who']);
    expect(heard.map(({ addressed }) => addressed)).toEqual([true, true, false]);
    expect(heard[2]?.origin).toEqual({
      ...ops(),
      thread: `${teams.channel}/17/17`,
      messageId: expect.stringContaining('/17/'),
    });
  });

  it('says that it could not keep a line', async () => {
    handle = async () => {
      throw new Error('the database is away');
    };
    expect(await teams.post(teams.forged())).toBe(503);
  });

  it('refuses what does not prove that Teams sent it, and asks for the keys but once', async () => {
    const now = Math.floor(Date.now() / 1_000);
    const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const changes = [
      'none' as const,
      { key },
      { kid: 'another' },
      { alg: 'none' },
      { alg: 'HS256' },
      { claims: { iss: 'https://sts.windows.net/' } },
      { claims: { aud: 'another-app' } },
      { claims: { exp: now - 301 } },
      { claims: { nbf: now + 330 } },
      { claims: { serviceurl: 'https://evil.example.com/' } },
    ];
    for (const change of changes)
      expect(await teams.post(teams.forged(), change), JSON.stringify(change)).toBe(401);
    expect(await teams.post(teams.forged({ channelId: 'webchat' }))).toBe(401);
    expect(await teams.post(teams.forged({ conversation: { id: 'a:x', tenantId: 'another' } }))).toBe(403);
    expect(texts()).toEqual([]);
    expect(teams.asked.keys).toBe(1);
  });

  it('posts marks and names as its own, in the thread where it was asked', async () => {
    const text =
      '*beans* is _live_ for [@ann](mention:aad-ann) at `a<b`: [#42](https://p.example/42?a=1&b=2)\n• & more';
    await chat.adapter.post({ ...ops(), thread: `${teams.channel}/17/17` }, { key: 'm1', text });
    expect(teams.messages.at(-1)).toMatchObject({
      conversation: `${teams.channel};messageid=17`,
      text: '<b>beans</b> is <i>live</i> for <at>ann</at> at <code>a&lt;b</code>: <a href="https://p.example/42?a=1&amp;b=2">#42</a><br/>• &amp; more',
      entities: [{ type: 'mention', mentioned: { id: '29:ann', name: 'ann' } }],
    });
    expect(teams.asked.tokens).toBe(1);
  });

  it('says how long to wait, what will never be taken, and gives no token to strangers', async () => {
    teams.limit(3);
    await expect(chat.adapter.post(ops(), { key: 'l1', text: 'hi' })).rejects.toMatchObject({
      retryAfterMs: 3_000,
    });
    const nowhere = chat.adapter.post({ ...ops(), channel: '19:gone' }, { key: 'l2', text: 'hi' });
    await expect(nowhere).rejects.toThrow(ChatUndeliverable);
    await expect(nowhere).rejects.toThrow('ConversationNotFound');
    expect(await chat.adapter.findChannel('ops')).toBeUndefined();
    await parts.state.set('service:a:stranger', 'https://evil.example.com/');
    const stranger = { platform: 'teams', channel: 'a:stranger' };
    await expect(chat.adapter.post(stranger, { key: 'l3', text: 'hi' })).rejects.toThrow('untrusted');
  });
});
