import { beforeEach, describe, expect, it } from 'vitest';
import { forgetOld } from '../../../src/chat/mailbox/clean.js';
import { usualTiming } from '../../../src/chat/mailbox/parts.js';
import { backlogLines } from '../../../src/cli/commands/chats.js';
import { backlogSchema } from '../../../src/cli/contract.js';
import { plainStyle } from '../../../src/cli/style.js';
import type { ChatAdapter } from '../../../src/core/chat.js';
import { chatBacklog } from '../../../src/store/chat-backlog.js';
import { textOfPost } from '../../../src/store/chat-posts.js';
import { withMailboxes } from '../../fixtures/mailbox.js';
import {
  type MemoryPlatform,
  memoryActor,
  memoryPlatform,
  type Trouble,
} from '../../fixtures/memory-chat.js';

const mailboxes = withMailboxes();
const at = (channel: string) => ({ platform: 'memory', channel });
let there: MemoryPlatform;
let trouble: Map<string, Trouble>;

beforeEach(async () => {
  await mailboxes.empty();
  there = memoryPlatform({ edit: true, maxLength: 60, buttons: true });
  trouble = new Map();
  there.trouble((channel) => trouble.get(channel) ?? 'none');
});

async function opened(more: Parameters<typeof mailboxes.through>[1] = {}): Promise<ChatAdapter> {
  const mailbox = mailboxes.through(there.connect(), more);
  await mailbox.start(async () => undefined);
  return mailbox;
}

const texts = (channel?: string) => there.sees('ann', channel).map(({ text }) => text);
const rows = async (query: string) => (await mailboxes.store.pool.query(query)).rows as unknown[];

async function shown(): Promise<string[]> {
  const backlog = { platforms: ['memory', 'other'], ...(await chatBacklog(mailboxes.store.db)) };
  return backlogLines(backlogSchema.parse(JSON.parse(JSON.stringify(backlog))), plainStyle).map((line) =>
    line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, 'then'),
  );
}

describe('a mailbox', () => {
  it('says elsewhere what is meant for elsewhere while one channel is stuck, and shows what waits and why', async () => {
    const mailbox = await opened({ timing: { firstRetryMs: 300_000, longestRetryMs: 300_000 } });
    trouble.set('attic', 'down');
    await mailbox.post(at('attic'), { key: 'a1', text: 'one' });
    await mailbox.post(at('attic'), { key: 'a2', text: 'two' });
    await mailbox.post(at('lobby'), { key: 'b1', text: 'here' });
    await expect.poll(() => texts()).toEqual(['here']);
    await expect
      .poll(shown)
      .toEqual([
        '✓ other: nothing waits',
        '… memory attic: 2 messages wait since then: the connection was refused; tried again at then',
      ]);
    await mailbox.stop();
  });

  it('gives up what the platform will never take, and shows it; what is meant for other channels goes on', async () => {
    const mailbox = await opened();
    const posted = await mailbox.post(at('cellar'), { key: 'deployment:42', text: 'queued' });
    await expect
      .poll(shown)
      .toContain('✗ memory cellar: deployment:42 was given up at then: there is no channel cellar');
    await mailbox.edit(posted, { key: 'deployment:42', text: 'live' });
    await mailbox.post(at('lobby'), { key: 'b1', text: 'here' });
    await expect.poll(() => texts()).toEqual(['here']);
    expect(mailboxes.log.lines.join()).toContain('a message can never be delivered');
    await mailbox.stop();
  });

  it('takes nothing from what was said before a restart, and goes on with what was not', async () => {
    const first = await opened();
    await first.post(at('lobby'), { key: 'b1', text: 'said' });
    await expect.poll(() => texts()).toEqual(['said']);
    trouble.set('lobby', 'down');
    await first.post(at('lobby'), { key: 'b2', text: 'not yet' });
    await mailboxes.kill(first);
    trouble.clear();
    const second = await opened();
    await expect.poll(() => texts()).toEqual(['said', 'not yet']);
    await second.stop();
  });

  it('leads from a text that is too long to all of it', async () => {
    const mailbox = await opened({ pageOf: (post) => `http://bot/said/${post}` });
    const text = Array.from({ length: 50 }, (_, index) => `word${index}`).join(' ');
    const { messageId } = await mailbox.post(at('lobby'), { key: 'b1', text });
    const post = Number(messageId.replace('post:', ''));
    await expect.poll(() => texts()[0]).toContain(`…[all of it](http://bot/said/${post})`);
    expect(texts()[0]?.length).toBeLessThanOrEqual(60);
    expect((await textOfPost(mailboxes.store.db, post))?.text).toBe(text);
    await mailbox.stop();
  });

  it('says a whisper once the platform lets it, and keeps it nowhere', async () => {
    const mailbox = await opened();
    trouble.set('lobby', 'limited');
    const whispered = mailbox.whisper(memoryActor('ann'), at('lobby'), { key: 'w1', text: 'psst' });
    await expect.poll(() => there.requests.length).toBeGreaterThan(0);
    trouble.clear();
    await whispered;
    expect(texts()).toEqual(['psst']);
    expect(await rows('select 1 from chat_posts')).toEqual([]);
    await mailbox.stop();
  });

  it('finds a channel by the name in the config, and by what the platform said while it is away', async () => {
    const mailbox = await opened({ channels: new Map([['ops', 'attic']]) });
    expect(await mailbox.findChannel('#ops')).toEqual(at('attic'));
    expect(await mailbox.findChannel('lobby')).toEqual(at('lobby'));
    expect(await mailbox.findChannel('cellar')).toBeUndefined();
    there.connect();
    expect(await mailbox.findChannel('lobby')).toEqual(at('lobby'));
    expect(await mailbox.findChannel('cellar')).toBeUndefined();
    await expect(mailbox.findChannel('garden')).rejects.toThrow('dead');
    expect(await mailbox.channelNames?.()).toEqual(['ops']);
    await mailbox.stop();
  });

  it('keeps no text of a line that was handled, and forgets what is old', async () => {
    const mailbox = await opened();
    there.says('ann', 'nothing for the bot', 'k1');
    await mailbox.post(at('lobby'), { key: 'b1', text: 'said' });
    trouble.set('attic', 'down');
    await mailbox.post(at('attic'), { key: 'a1', text: 'waits' });
    const kept = 'select message from chat_lines where handled_at is not null';
    await expect.poll(() => rows(kept)).toEqual([{ message: null }]);
    const said = 'select key from chat_posts where place is null';
    await expect.poll(() => rows(said)).toEqual([{ key: 'b1' }]);
    const { db } = mailboxes.store;
    const later = { now: () => new Date(Date.now() + 40 * 86_400_000) };
    const parts = { db, clock: later, log: mailboxes.log, server: 'server-1', timing: usualTiming };
    await forgetOld({ ...parts, adapter: mailbox, platform: 'memory' });
    expect(await rows('select 1 from chat_lines')).toEqual([]);
    expect(await rows('select key from chat_posts')).toEqual([{ key: 'a1' }]);
    await mailbox.stop();
  });
});
