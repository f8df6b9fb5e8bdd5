import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/core/actor.js';
import type { ChatAdapter, ChatCapabilities, IncomingMessage } from '../../src/core/chat.js';

/** What somebody in a channel sees of a message now. */
export interface SeenMessage {
  readonly id: string;
  readonly author: string;
  readonly text: string;
  /** What stands on its buttons. */
  readonly buttons?: readonly string[];
}

/** A platform as the contract needs it: the adapter, and people who use the platform itself. */
export interface ChatPlatform {
  /** As a server uses it: that of an outside chat behind its mailbox. */
  readonly adapter: ChatAdapter;
  /** A channel that is there, by its id. */
  readonly channel: string;
  /** The name by which `findChannel` finds it; nothing unless given. */
  readonly channelName?: string;
  /** What the driver itself can do, where it stands behind a mailbox; that of the adapter unless given. */
  readonly capabilities?: ChatCapabilities;
  /** Whether lines that are written while nobody listens come after all; true unless given. */
  readonly keepsLines?: boolean;
  /** Somebody writes a line; the same key is the same delivery, twice. Gives the platform's id of the line. */
  says(name: string, text: string, key: string): Promise<string>;
  /** The account of somebody by that name. */
  actor(name: string): Actor;
  /** What somebody sees in the channel. */
  sees(name: string): Promise<readonly SeenMessage[]>;
  /** Somebody presses a button of a message that they see; needed where there are buttons. */
  presses?(name: string, message: SeenMessage, label: string): Promise<void>;
  /** Somebody writes a line that is certainly meant for the bot, by its name or as a direct message. */
  addresses?(name: string, text: string, key: string): Promise<string>;
  /** The platform's client dies without a word and starts again; gives the new adapter. */
  restarts(): Promise<ChatAdapter>;
  close(): Promise<void>;
}

const page = new URL('../../docs/chats.md', import.meta.url);

/** The row of the table in docs/chats.md, from what the driver says and the tests here hold it to. */
function rowOf({ adapter, capabilities = adapter.capabilities, ...chat }: ChatPlatform): string {
  const { edit, buttons, threads, mentions, whispers, files, maxLength, maxLines } = capabilities;
  const yes = (can: boolean | undefined) => (can === true ? 'yes' : 'no');
  const lines = maxLines === undefined ? '' : `, ${maxLines} lines`;
  const cells = [
    `\`${adapter.platform}\``,
    edit ? 'edited in place' : 'first and last state',
    yes(buttons),
    yes(threads),
    yes(mentions),
    whispers === 'direct' ? 'direct message' : 'in the channel',
    `${maxLength.toLocaleString('en')} characters${lines}`,
    files === true ? 'file' : 'link',
    yes(chat.keepsLines ?? true),
  ];
  return `| ${cells.join(' | ')} |`;
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
    const can = () => chat.capabilities ?? chat.adapter.capabilities;
    /** What the bot has said that somebody sees. */
    const saidTo = async (name: string) => {
      const everybody = await chat.sees(name);
      return everybody.filter(({ author }) => author === 'Packtrain').map(({ text }) => text);
    };

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

    it('hands over what was written before it started, where the platform keeps it', async () => {
      if (chat.keepsLines !== false) await chat.says('ann', 'too early?', 'k1');
      await chat.adapter.start(hear);
      if (chat.keepsLines === false) await chat.says('ann', 'too early?', 'k1');
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
      await chat.adapter.start(hear);
      const posted = await chat.adapter.post(here(), { key: 'm1', text: 'queued', isUnfinished: true });
      await expect.poll(() => saidTo('ann')).toEqual(['queued']);
      const again = await chat.adapter.post(here(), { key: 'm1', text: 'live' });
      expect(again).toEqual(posted);
      await chat.adapter.post(here(), { key: 'm1', text: 'live' });
      await chat.adapter.post(here(), { key: 'm2', text: 'the next' });
      const all = can().edit ? ['live', 'the next'] : ['queued', 'live', 'the next'];
      await expect.poll(() => saidTo('ann')).toEqual(all);
    });

    it('shows the newest state of what it posted: in place, or where it cannot, its first, its stages and its last', async () => {
      await chat.adapter.start(hear);
      const posted = await chat.adapter.post(here(), { key: 'm1', text: 'queued', isUnfinished: true });
      await chat.adapter.post(here(), { key: 'm2', text: 'something else' });
      await expect.poll(() => saidTo('bob')).toEqual(['queued', 'something else']);
      await chat.adapter.edit(posted, { key: 'm1', text: 'running', isUnfinished: true });
      if (can().edit) await expect.poll(() => saidTo('bob')).toEqual(['running', 'something else']);
      const waiting = { key: 'm1', stage: 'waiting for turn', isUnfinished: true };
      await chat.adapter.edit(posted, { ...waiting, text: 'waiting' });
      const onceMore = can().edit ? ['waiting', 'something else'] : ['queued', 'something else', 'waiting'];
      await expect.poll(() => saidTo('bob')).toEqual(onceMore);
      await chat.adapter.edit(posted, { ...waiting, text: 'still waiting' });
      await chat.adapter.edit(posted, { key: 'm1', text: 'live' });
      const last = can().edit ? ['live', 'something else'] : ['queued', 'something else', 'waiting', 'live'];
      await expect.poll(() => saidTo('bob')).toEqual(last);
    });

    it('says of a text that is too long as much as there is room for, behind a mailbox', async () => {
      if (chat.capabilities === undefined) return;
      await chat.adapter.start(hear);
      const { maxLength } = chat.capabilities;
      const words = Array.from({ length: maxLength / 4 }, (_, index) => `word${index}`);
      await chat.adapter.post(here(), { key: 'm1', text: words.join(' ') });
      await expect.poll(async () => (await saidTo('ann'))[0]).toContain('word0 word1 word2');
      const [said = ''] = await saidTo('ann');
      expect(said.length).toBeLessThan(words.join(' ').length);
      expect(said).not.toContain(words.at(-1));
    });

    it('whispers to one person and to nobody else', async () => {
      await chat.adapter.start(hear);
      await chat.adapter.whisper(chat.actor('ann'), here(), { key: 'w1', text: 'psst' });
      await expect.poll(() => saidTo('ann')).toEqual(['psst']);
      expect(await saidTo('bob')).toEqual([]);
    });

    it('gives the value of a button to whoever pressed it, where there are buttons', async () => {
      await chat.adapter.start(hear);
      const buttons = [
        { label: 'Confirm', value: 'confirm 42', style: 'primary' },
        { label: 'Cancel', value: 'cancel 42', style: 'danger' },
      ] as const;
      const posted = await chat.adapter.post(here(), { key: 'm1', text: 'your turn', buttons });
      await expect.poll(() => saidTo('ann')).toHaveLength(1);
      const seen = (await chat.sees('ann')).find(({ author }) => author === 'Packtrain');
      if (can().buttons !== true || seen === undefined) return expect(seen?.buttons ?? []).toEqual([]);
      expect(seen.buttons).toEqual(['Confirm', 'Cancel']);
      await chat.presses?.('bob', seen, 'Cancel');
      await expect.poll(() => heard.map(({ pressed }) => pressed)).toEqual(['cancel 42']);
      expect(heard[0]).toMatchObject({
        text: '',
        author: chat.actor('bob'),
        origin: { ...here(), messageId: posted.messageId },
      });
      await chat.adapter.edit(posted, { key: 'm1', text: 'canceled by bob' });
      await expect
        .poll(async () => (await chat.sees('ann')).find(({ id }) => id === seen.id))
        .toMatchObject({ text: 'canceled by bob' });
      expect((await chat.sees('ann')).find(({ id }) => id === seen.id)?.buttons ?? []).toEqual([]);
    });

    it('knows a line that is certainly meant for the bot', async () => {
      await chat.adapter.start(hear);
      if (chat.addresses === undefined) return;
      await chat.addresses('ann', 'status', 'k1');
      await expect.poll(texts).toEqual(['status']);
      expect(heard[0]?.addressed).toBe(true);
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
      if (chat.keepsLines !== false) await chat.says('ann', 'two', 'k2');
      const restarted = await chat.restarts();
      expect(texts()).toEqual(['one']);
      await restarted.start(hear);
      if (chat.keepsLines === false) await chat.says('ann', 'two', 'k2');
      await expect.poll(texts).toEqual(['one', 'two']);
      await restarted.stop();
    });

    it('is told of in docs/chats.md as it was found here', ({ task }) => {
      // The stand-in of the mailbox's own tests is no platform.
      if (chat.adapter.platform === 'memory') return;
      task.meta.chatRow = rowOf(chat);
      const rows = readFileSync(page, 'utf8').split('\n');
      expect(rows.includes(rowOf(chat)), `docs/chats.md lacks the row\n${rowOf(chat)}\n`).toBe(true);
    });

    it('finds a channel by its name', async () => {
      await chat.adapter.start(hear);
      if (chat.channelName !== undefined)
        expect(await chat.adapter.findChannel(chat.channelName)).toEqual(here());
    });

    it('says of a channel that it does not have that it is not there', async () => {
      await chat.adapter.start(hear);
      expect(await chat.adapter.findChannel('no-such-channel')).toBeUndefined();
    });
  });
}
