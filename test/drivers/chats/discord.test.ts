import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ChatUndeliverable, type IncomingMessage } from '../../../src/core/chat.js';
import type { OutsideChat } from '../../../src/core/outside-chat.js';
import { open } from '../../../src/drivers/chat/discord/driver.js';
import { FakeDiscord } from '../../fixtures/chats/discord/fake.js';
import { chatParts } from '../../fixtures/chats/parts.js';

describe('Discord', () => {
  let discord: FakeDiscord;
  let chat: OutsideChat;
  let heard: IncomingMessage[] = [];
  let ops: { platform: string; channel: string };
  const onMessage = async (message: IncomingMessage) => void heard.push(message);
  const texts = () => heard.map(({ text }) => text);
  const annId = () => discord.userId('ann');

  beforeAll(async () => {
    discord = await FakeDiscord.open();
    ops = { platform: 'discord', channel: discord.ops };
    const settings = {
      kind: 'discord',
      botToken: { env: 'BOT' },
      apiUrl: discord.apiUrl,
      publicKey: discord.publicKey,
    };
    chat = await open({ ...settings, firstPauseMs: 5 }, chatParts({ BOT: discord.botToken }));
    await chat.adapter.start(onMessage);
  });
  afterAll(async () => {
    await chat?.adapter.stop();
    await discord?.close();
  });
  beforeEach(() => {
    heard = [];
  });

  it('knows lines, mentions, direct messages and threads', async () => {
    const { id } = discord.says('ann', '!pack deploy *snake_case* & <x>', { key: 'plain' });
    discord.says('ann', `${discord.botMention} give beans to <@${discord.userId('bob')}>`, {
      key: 'mention',
    });
    discord.says('ann', 'status', { key: 'direct', isDirect: true });
    discord.says('ann', '!pack who', { key: 'thread', channel: discord.thread });
    await expect
      .poll(texts)
      .toEqual([
        '!pack deploy *snake_case* & <x>',
        `give beans to @${discord.userId('bob')}`,
        'status',
        '!pack who',
      ]);
    expect(heard[0]).toEqual({
      id: `${discord.ops}/${id}`,
      text: '!pack deploy *snake_case* & <x>',
      author: { platform: 'discord', userId: annId(), name: 'ann' },
      origin: { ...ops, messageId: `${discord.ops}/${id}` },
      fromSelf: false,
      addressed: false,
    });
    expect(heard.map(({ addressed }) => addressed)).toEqual([false, true, true, false]);
    expect(heard[3]?.origin).toMatchObject({ ...ops, thread: discord.thread });
  });

  it('takes commands, answers them at once for one person, and has told Discord of them', async () => {
    discord.interacts(discord.commandOf('ann', 'deploy beans'));
    await expect.poll(texts).toEqual(['deploy beans']);
    expect(heard[0]).toMatchObject({ addressed: true, origin: ops });
    await expect.poll(() => discord.callbacks).toMatchObject([{ type: 4, data: { flags: 64 } }]);
    expect(discord.commands).toMatchObject([{ name: 'pack', options: [{ name: 'line', required: true }] }]);
  });

  it('resumes a connection that was cut, and misses nothing', async () => {
    discord.cut();
    discord.says('ann', 'anybody there?', { key: 'cut' });
    await expect.poll(texts).toEqual(['anybody there?']);
    expect([discord.identified, discord.resumed]).toEqual([1, 1]);
  });

  it('posts marks and links as its own, tells only whom it speaks to, and once', async () => {
    const text =
      '*snake_case* is _live_ for [@ann](mention:4) at `a*b`: [#42](https://p.example/42) @everyone <@1>\n# no title\n```\na < b\n```';
    const message = { key: 'm1', text: text.replace('mention:4', `mention:${annId()}`) };
    const posted = await chat.adapter.post(ops, message);
    expect(await chat.adapter.post(ops, message)).toEqual(posted);
    const { content, allowed } = discord.messages.at(-1) ?? {};
    expect(content).toBe(
      `**snake\\_case** is _live_ for <@${annId()}> at \`a*b\`: [#42](<https://p.example/42>) @everyone \\<@1>\n\\# no title\n\`\`\`\na < b\n\`\`\``,
    );
    expect(allowed).toEqual([annId()]);
  });

  it('answers in the thread in which it was asked, and changes that answer there', async () => {
    const posted = await chat.adapter.post({ ...ops, thread: discord.thread }, { key: 't1', text: 'queued' });
    await chat.adapter.edit(posted, { key: 't1', text: 'live' });
    expect(discord.messages.at(-1)).toMatchObject({ channel: discord.thread, content: 'live' });
  });

  it('says how long to wait, and what will never be taken', async () => {
    discord.limit(/messages$/, 1.2);
    await expect(chat.adapter.post(ops, { key: 'l1', text: 'hi' })).rejects.toMatchObject({
      retryAfterMs: 1_200,
    });
    const nowhere = chat.adapter.post({ ...ops, channel: '9' }, { key: 'l2', text: 'hi' });
    await expect(nowhere).rejects.toThrow(ChatUndeliverable);
    expect(await chat.adapter.findChannel('ops')).toBeUndefined();
    expect(await chat.adapter.hasChannel?.(discord.ops)).toBe(true);
    expect(await chat.adapter.hasChannel?.('9')).toBe(false);
    expect(await chat.adapter.listChannels?.()).toEqual(new Map([[discord.ops, 'ops']]));
  });

  const receive = async (body: string, headers: Record<string, string>) =>
    (await chat.receive?.(
      new Request('http://localhost/chats/discord', { method: 'POST', body, headers }),
    )) ?? Response.error();

  it('takes what Discord posted and signed, and refuses all else', async () => {
    const command = JSON.stringify(discord.commandOf('bob', 'status'));
    const forged = [
      {},
      discord.signed(`${command} `),
      { ...discord.signed(command), 'x-signature-timestamp': '1' },
    ];
    for (const headers of forged) expect((await receive(command, headers)).status).toBe(401);
    expect((await receive(command, { 'x-discord-gateway-token': 'guessed' })).status).toBe(401);
    expect(texts()).toEqual([]);

    const answer = await receive(command, discord.signed(command));
    expect(await answer.json()).toMatchObject({ type: 4, data: { flags: 64 } });
    const posted = await chat.adapter.post(ops, {
      key: 'b1',
      text: 'turn',
      buttons: [{ label: 'OK', value: 'yes' }],
    });
    const press = JSON.stringify(discord.pressOf('bob', posted.messageId.split('/')[1] ?? '', 'OK'));
    await receive(press, discord.signed(press));
    expect(heard.map(({ text, pressed }) => pressed ?? text)).toEqual(['status', 'yes']);
    const ping = JSON.stringify({ type: 1, id: '1', application_id: '2', token: 't', version: 1 });
    expect(await (await receive(ping, discord.signed(ping))).json()).toEqual({ type: 1 });
  });
});
