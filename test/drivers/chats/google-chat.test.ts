import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ChatUndeliverable, type IncomingMessage } from '../../../src/core/chat.js';
import type { OutsideChat } from '../../../src/core/outside-chat.js';
import { open } from '../../../src/drivers/chat/google-chat/driver.js';
import { FakeGoogleChat } from '../../fixtures/chats/google-chat/fake.js';
import { type Listening, listenFor } from '../../fixtures/chats/http.js';
import { chatParts } from '../../fixtures/chats/parts.js';

describe('Google Chat', () => {
  let google: FakeGoogleChat;
  let chat: OutsideChat;
  let posts: Listening;
  let heard: IncomingMessage[] = [];
  let handle: () => Promise<void>;
  const texts = () => heard.map(({ text }) => text);
  const ops = () => ({ platform: 'google-chat', channel: google.space });

  beforeAll(async () => {
    google = await FakeGoogleChat.open();
    const { apiUrl, metadataUrl, audience } = google;
    const addOnAccount = 'service-1@gcp-sa-gsuiteaddons.iam.gserviceaccount.com';
    const settings = {
      kind: 'google-chat',
      apiUrl,
      metadataUrl,
      endpointUrl: audience,
      addOnAccount,
      credentials: { env: 'FILE' },
    };
    chat = await open(settings, chatParts({ FILE: google.credentials }));
    posts = await listenFor(
      (request) => chat.receive?.(request) ?? Promise.reject(new Error('it takes nothing')),
    );
    google.endpoint = `${posts.url}/chats/google-chat`;
    await chat.adapter.start(async (message) => {
      heard.push(message);
      await handle();
    });
  });
  afterAll(async () => {
    await chat?.adapter.stop();
    await posts?.close();
    await google?.close();
  });
  beforeEach(() => {
    heard = [];
    handle = async () => undefined;
  });

  it('knows mentions, direct messages and commands', async () => {
    const name = await google.says('ann', 'give *beans* to @bob', { key: 'mention' });
    await google.says('ann', 'status', { key: 'direct', isDirect: true });
    await google.says('ann', 'why beans', { key: 'command', command: 'pack' });
    expect(heard[0]).toEqual({
      id: name,
      text: `give *beans* to @${google.userId('bob')}`,
      author: { platform: 'google-chat', userId: google.userId('ann'), name: 'ann' },
      origin: { ...ops(), thread: expect.stringContaining('/threads/'), messageId: name },
      fromSelf: false,
      addressed: true,
    });
    expect(texts().slice(1)).toEqual(['status', 'why beans']);
    expect(heard[1]?.origin).not.toHaveProperty('thread');
  });

  it('says that it could not keep a line', async () => {
    handle = async () => {
      throw new Error('the database is away');
    };
    expect(await google.post(google.forged())).toBe(503);
  });

  it('refuses what does not prove that Google Chat sent it, and asks for the keys but once', async () => {
    const now = Math.floor(Date.now() / 1_000);
    const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const changes = [
      'none' as const,
      { key },
      { claims: { iss: 'https://evil.example.com' } },
      { claims: { aud: 'https://another.example.com/chats/google-chat' } },
      { claims: { exp: now - 301 } },
      { claims: { email: 'ann@example.com' } },
      { claims: { email_verified: false } },
      { claims: { email: 'service-2@gcp-sa-gsuiteaddons.iam.gserviceaccount.com' } },
    ];
    for (const change of changes)
      expect(await google.post(google.forged(), change), JSON.stringify(change)).toBe(401);
    expect(texts()).toEqual([]);
    const addOn = { claims: { email: 'service-1@gcp-sa-gsuiteaddons.iam.gserviceaccount.com' } };
    expect(await google.post(google.forged(), addOn)).toBe(200);
    expect(google.asked.keys).toBe(1);
  });

  it('posts marks and names as its own, in the thread where it was asked, and once', async () => {
    const text =
      '*beans* is _live_ for [@ann](mention:users/12) at `a<b`: [#42](https://p.example/42) <users/all>';
    const to = { ...ops(), thread: 'spaces/OPS/threads/t1' };
    const posted = await chat.adapter.post(to, { key: 'm1', text });
    expect(await chat.adapter.post(to, { key: 'm1', text })).toEqual(posted);
    expect(google.messages.at(-1)).toMatchObject({
      thread: 'spaces/OPS/threads/t1',
      text: '*beans* is _live_ for <users/12> at `a<b`: <https://p.example/42|#42> <\u200busers/all>',
    });
    expect(google.asked.tokens).toBe(1);
  });

  it('says how long to wait, and what will never be taken', async () => {
    google.limit(3);
    await expect(chat.adapter.post(ops(), { key: 'l1', text: 'hi' })).rejects.toMatchObject({
      retryAfterMs: 3_000,
    });
    const nowhere = chat.adapter.post({ ...ops(), channel: 'spaces/GONE' }, { key: 'l2', text: 'hi' });
    await expect(nowhere).rejects.toThrow(ChatUndeliverable);
    expect(await chat.adapter.findChannel('ops')).toBeUndefined();
  });
});
