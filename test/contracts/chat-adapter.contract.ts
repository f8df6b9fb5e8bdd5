import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/core/actor.js';
import type { ChatAdapter, IncomingMessage } from '../../src/core/chat.js';

/** What somebody in a channel sees of a message now. */
export interface SeenMessage {
  readonly id: string;
  readonly author: string;
  readonly text: string;
}

/** A platform as the contract needs it: the adapter, and people who use the platform itself. */
export interface ChatPlatform {
  readonly adapter: ChatAdapter;
  /** A channel that is there. */
  readonly channel: string;
  /** Somebody writes a line; the same key is the same delivery, twice. Gives the platform's id of the line. */
  says(name: string, text: string, key: string): Promise<string>;
  /** The account of somebody by that name. */
  actor(name: string): Actor;
  /** What somebody sees in the channel. */
  sees(name: string): Promise<readonly SeenMessage[]>;
  /** The platform's client dies without a word and starts again; gives the new adapter. */
  restarts(): Promise<ChatAdapter>;
  close(): Promise<void>;
}

/** What every driver of a chat has to hold. */
export function chatAdapterContract(name: string, open: () => Promise<ChatPlatform>): void {
  describe(`the chat adapter for ${name}`, () => {
    let chat: ChatPlatform;
    let heard: IncomingMessage[];
    const hear = async (message: IncomingMessage) => {
      heard.push(message);
    };
    const texts = () => heard.map(({ text }) => text);
    const here = () => ({ platform: chat.adapter.platform, channel: chat.channel });

    beforeEach(async () => {
      chat = await open();
      heard = [];
    });
    afterEach(async () => chat.close());

    it('hands over what people write, with who and where', async () => {
      await chat.adapter.start(hear);
      const id = await chat.says('ann', '!pack status', 'k1');
      await expect.poll(texts).toEqual(['!pack status']);
      expect(heard[0]).toMatchObject({
        id,
        author: chat.actor('ann'),
        origin: { ...here(), messageId: id },
        fromSelf: false,
      });
    });

    it('hands over lines in quick succession, all and in order', async () => {
      await chat.adapter.start(hear);
      const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
      for (const line of lines) await chat.says('ann', line, line);
      await expect.poll(texts).toEqual(lines);
    });

    it('hands over other lines while a handler takes long', async () => {
      let finish: () => void = () => undefined;
      const slow = new Promise<void>((resolve) => {
        finish = resolve;
      });
      await chat.adapter.start(async (message) => {
        await hear(message);
        if (message.text === 'slow') await slow;
      });
      await chat.says('ann', 'slow', 'k0');
      const lines = Array.from({ length: 5 }, (_, index) => `line ${index}`);
      for (const line of lines) await chat.says('bob', line, line);
      await expect.poll(texts).toEqual(['slow', ...lines]);
      finish();
    });

    it('hands over what was written before it started', async () => {
      await chat.says('ann', 'too early?', 'k1');
      await chat.adapter.start(hear);
      await expect.poll(texts).toEqual(['too early?']);
    });

    it('gives a line that is delivered twice the same id', async () => {
      await chat.adapter.start(hear);
      const first = await chat.says('ann', 'hello', 'k1');
      expect(await chat.says('ann', 'hello', 'k1')).toBe(first);
      await chat.says('ann', 'next', 'k2');
      await expect.poll(() => texts().at(-1)).toBe('next');
      expect(new Set(heard.map(({ id }) => id)).size).toBe(2);
    });

    it('does not take what the bot says for a line of somebody', async () => {
      await chat.adapter.start(hear);
      await chat.adapter.post(here(), { key: 'm1', text: '!pack deploy everything' });
      await chat.says('ann', 'after', 'k1');
      await expect.poll(() => texts().at(-1)).toBe('after');
      expect(heard.filter(({ fromSelf }) => !fromSelf).map(({ text }) => text)).toEqual(['after']);
    });

    it('posts once however often it is asked with the same key, and shows what was said last', async () => {
      const posted = await chat.adapter.post(here(), { key: 'm1', text: '*beans* is queued' });
      const again = await chat.adapter.post(here(), { key: 'm1', text: '*beans* is live' });
      expect(again).toEqual(posted);
      expect((await chat.sees('ann')).map(({ text }) => text)).toEqual(['*beans* is live']);
    });

    it('edits what it posted, in place', async () => {
      const posted = await chat.adapter.post(here(), { key: 'm1', text: 'queued' });
      await chat.adapter.post(here(), { key: 'm2', text: 'something else' });
      await chat.adapter.edit(posted, { key: 'm1', text: 'live' });
      expect((await chat.sees('bob')).map(({ text }) => text)).toEqual(['live', 'something else']);
    });

    it('whispers to one person and to nobody else', async () => {
      await chat.adapter.whisper(chat.actor('ann'), here(), { key: 'w1', text: 'psst' });
      expect((await chat.sees('ann')).map(({ text }) => text)).toContain('psst');
      expect(await chat.sees('bob')).toEqual([]);
    });

    it('hands a line over again when it died before the handler was done', async () => {
      let entered = false;
      await chat.adapter.start(() => {
        entered = true;
        return new Promise(() => undefined);
      });
      await chat.says('ann', 'survive this', 'k1');
      await expect.poll(() => entered).toBe(true);
      const restarted = await chat.restarts();
      await restarted.start(hear);
      await expect.poll(texts).toEqual(['survive this']);
      await restarted.stop();
    });

    it('hands over nothing more once it stopped, and nothing twice when it starts again', async () => {
      await chat.adapter.start(hear);
      await chat.says('ann', 'one', 'k1');
      await expect.poll(texts).toEqual(['one']);
      await chat.adapter.stop();
      await chat.says('ann', 'two', 'k2');
      const restarted = await chat.restarts();
      expect(texts()).toEqual(['one']);
      await restarted.start(hear);
      await expect.poll(texts).toEqual(['one', 'two']);
      await restarted.stop();
    });

    it('says of a channel that it does not have that it is not there', async () => {
      expect(await chat.adapter.findChannel('no-such-channel')).toBeUndefined();
    });
  });
}
