import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ChatRateLimited, ChatUndeliverable, type IncomingMessage } from '../../../src/core/chat.js';
import type { OutsideChat } from '../../../src/core/outside-chat.js';
import { open } from '../../../src/drivers/chat/slack/driver.js';
import { type Listening, listenFor } from '../../fixtures/chats/http.js';
import { chatParts } from '../../fixtures/chats/parts.js';
import { signature } from '../../fixtures/chats/slack/events.js';
import { FakeSlack } from '../../fixtures/chats/slack/fake.js';
import { botUser } from '../../fixtures/chats/slack/state.js';

const ann = { platform: 'slack', userId: 'U0ANN', name: 'ann' };
const ops = { platform: 'slack', channel: 'C0OPS' };

let heard: IncomingMessage[];
let handle: (message: IncomingMessage) => Promise<void>;
const onMessage = async (message: IncomingMessage) => {
  heard.push(message);
  await handle(message);
};
const texts = () => heard.map(({ text }) => text);

beforeEach(() => {
  heard = [];
  handle = async () => undefined;
});

const settings = {
  kind: 'slack',
  botToken: { env: 'BOT' },
  firstPauseMs: 5,
} as const;

function driverOf(slack: FakeSlack, mode: 'socket' | 'webhook') {
  const parts = chatParts({ BOT: slack.botToken, APP: slack.appToken, SIGN: slack.signingSecret });
  const { apiUrl } = slack;
  if (mode === 'socket') return open({ ...settings, apiUrl, mode, appToken: { env: 'APP' } }, parts);
  return open({ ...settings, apiUrl, mode, signingSecret: { env: 'SIGN' } }, parts);
}

describe('Slack by Socket Mode', () => {
  let slack: FakeSlack;
  let chat: OutsideChat;

  beforeAll(async () => {
    slack = await FakeSlack.open();
    chat = await driverOf(slack, 'socket');
    await chat.adapter.start(onMessage);
  });
  afterAll(async () => {
    await chat.adapter.stop();
    await slack.close();
  });

  it('has nothing posted to it', () => expect(chat.receive).toBeUndefined());

  it('hands over a line as it was typed, with who and where', async () => {
    const { ts } = slack.says('ann', '!pack deploy a&b <x> *', { key: 'typed' });
    await expect.poll(texts).toEqual(['!pack deploy a&b <x> *']);
    expect(heard[0]).toEqual({
      id: `C0OPS/${ts}`,
      text: '!pack deploy a&b <x> *',
      author: ann,
      origin: { ...ops, messageId: `C0OPS/${ts}` },
      fromSelf: false,
      addressed: false,
    });
  });

  it('takes a mention for one line, however many events Slack makes of it', async () => {
    slack.says('ann', `<@${botUser}> give beans to <@U0BOB>`, { key: 'mention' });
    await expect.poll(texts).toEqual(['give beans to @U0BOB', 'give beans to @U0BOB']);
    expect(new Set(heard.map(({ id }) => id)).size).toBe(1);
    expect(heard.every(({ addressed }) => addressed)).toBe(true);
  });

  it('knows direct messages, threads and commands', async () => {
    const { ts } = slack.says('ann', 'status', {
      key: 'direct',
      channel: slack.workspace.directChannel('U0ANN'),
    });
    slack.says('ann', '!pack why beans', { key: 'thread', thread: ts });
    slack.commands('ann', '/pack', 'give beans <@U0BOB|bob>');
    slack.commands('ann', '/show', 'git clone beans');
    await expect
      .poll(texts)
      .toEqual(['status', '!pack why beans', 'give beans @U0BOB', 'show git clone beans']);
    expect(heard.map(({ addressed }) => addressed)).toEqual([true, false, true, true]);
    expect(heard[1]?.origin.thread).toBe(`C0OPS/${ts}`);
    expect(heard[2]?.origin).toMatchObject(ops);
  });

  it('acknowledges a line once it was taken, and is given it again if it was not', async () => {
    handle = async () => {
      throw new Error('the database is away');
    };
    slack.says('ann', 'keep this', { key: 'again' });
    await expect.poll(texts).toEqual(['keep this']);
    handle = async () => undefined;
    slack.says('bob', 'and this', { key: 'and' });
    await expect.poll(() => slack.unacknowledged).toEqual(['keep this']);
    slack.refresh();
    await expect.poll(texts).toEqual(['keep this', 'and this', 'keep this']);
    await expect.poll(() => slack.unacknowledged).toEqual([]);
    expect(heard[2]?.id).toBe(heard[0]?.id);
  });

  it('loses no line when the connection is cut', async () => {
    const before = slack.connections;
    slack.cut();
    slack.says('ann', 'anybody there?', { key: 'cut' });
    await expect.poll(texts).toContain('anybody there?');
    expect(slack.connections).toBeGreaterThan(before);
  });

  it('posts with links, code, names and buttons, once however often it is asked, and takes the buttons away', async () => {
    const text =
      '*beans* is _live_ for [@ann](mention:U0ANN) at `a<b`, see [#42](https://p.example/42?a=1&b=2) & more';
    const buttons = [{ label: 'Return', value: 'return:42', style: 'danger' }] as const;
    const posted = await chat.adapter.post(ops, { key: 'm1', text, buttons });
    expect(await chat.adapter.post(ops, { key: 'm1', text, buttons })).toEqual(posted);
    const seen = slack.sees('bob').filter(({ author }) => author === 'Packtrain');
    expect(seen).toEqual([
      {
        id: posted.messageId.split('/')[1],
        author: 'Packtrain',
        text: '*beans* is _live_ for <@U0ANN> at `a&lt;b`, see <https://p.example/42?a=1&amp;b=2|#42> &amp; more',
        buttons: ['Return'],
      },
    ]);
    slack.presses('bob', seen[0]?.id ?? '', 'Return');
    await expect.poll(() => heard.map(({ pressed }) => pressed)).toContain('return:42');
    expect(heard.find(({ pressed }) => pressed !== undefined)).toMatchObject({
      text: '',
      author: { userId: 'U0BOB', name: 'bob' },
      origin: { ...ops, messageId: posted.messageId },
    });
    await chat.adapter.edit(posted, { key: 'm1', text: 'returned by bob' });
    expect(slack.sees('ann').at(-1)).toMatchObject({ text: 'returned by bob', buttons: [] });
  });

  it('answers in a thread only where it was asked in one', async () => {
    const { ts } = slack.says('ann', 'a long story', { key: 'story' });
    await chat.adapter.post({ ...ops, messageId: `C0OPS/${ts}` }, { key: 't1', text: 'here' });
    await chat.adapter.post({ ...ops, thread: `C0OPS/${ts}` }, { key: 't2', text: 'there' });
    const said = slack.workspace.messages.slice(-2).map(({ text, thread_ts }) => [text, thread_ts]);
    expect(said).toEqual([
      ['here', undefined],
      ['there', ts],
    ]);
  });

  it('whispers in the channel, or directly where the bot is not in it', async () => {
    await chat.adapter.whisper(ann, ops, { key: 'w1', text: 'psst' });
    await chat.adapter.whisper(ann, { ...ops, channel: 'C0GENERAL' }, { key: 'w2', text: 'psst again' });
    expect(slack.sees('ann').at(-1)?.text).toBe('psst');
    expect(slack.sees('bob').map(({ text }) => text)).not.toContain('psst');
    expect(slack.sees('ann', 'D0ANN').at(-1)?.text).toBe('psst again');
  });

  it('cuts what is too long for one block into more', async () => {
    const line = 'x'.repeat(1_900);
    await chat.adapter.post(ops, {
      key: 'long',
      text: `${line}\n${line}`,
      buttons: [{ label: 'OK', value: 'ok' }],
    });
    expect(slack.workspace.messages.at(-1)?.blocks.map(({ type }) => type)).toEqual([
      'section',
      'section',
      'actions',
    ]);
  });

  it('says how long to wait, and what will never be taken', async () => {
    slack.limit('chat.postMessage', 7);
    const limited = await chat.adapter
      .post(ops, { key: 'l1', text: 'hello' })
      .catch((error: unknown) => error);
    expect(limited).toBeInstanceOf(ChatRateLimited);
    expect(limited).toMatchObject({ retryAfterMs: 7_000 });
    const nowhere = { ...ops, channel: 'C0NOWHERE' };
    await expect(chat.adapter.post(nowhere, { key: 'l2', text: 'hello' })).rejects.toThrow(ChatUndeliverable);
    const gone = { ...ops, messageId: 'C0OPS/1.2' };
    await expect(chat.adapter.edit(gone, { key: 'l3', text: 'hello' })).rejects.toThrow(
      'Slack says message_not_found',
    );
  });

  it('finds channels by name, on any page of the list, and asks but once', async () => {
    expect(await chat.adapter.findChannel('#general')).toEqual({ platform: 'slack', channel: 'C0GENERAL' });
    expect(await chat.adapter.findChannel('no-such-channel')).toBeUndefined();
    expect(await chat.adapter.channelNames?.()).toEqual(expect.arrayContaining(['ops', 'general']));
    expect((await chat.adapter.listChannels?.())?.get('C0OPS')).toBe('ops');
    expect(await chat.adapter.hasChannel?.('C0OPS')).toBe(true);
    expect(await chat.adapter.hasChannel?.('C0NOWHERE')).toBe(false);
    const before = slack.calls.length;
    expect(await chat.adapter.findChannel('general')).toEqual({ platform: 'slack', channel: 'C0GENERAL' });
    expect(slack.calls).toHaveLength(before);
  });
});

describe('Slack by posts', () => {
  let slack: FakeSlack;
  let chat: OutsideChat;
  let posts: Listening;

  beforeAll(async () => {
    slack = await FakeSlack.open({ mode: 'webhook' });
    chat = await driverOf(slack, 'webhook');
    posts = await listenFor(
      (request) => chat.receive?.(request) ?? Promise.reject(new Error('it takes nothing')),
    );
    slack.endpoint = `${posts.url}/chats/slack`;
  });
  afterAll(async () => {
    await chat.adapter.stop();
    await slack.close();
    await posts.close();
  });

  it('takes nothing before it started, and everything after', async () => {
    slack.says('ann', 'too early?', { key: 'early' });
    await expect.poll(() => slack.answers).toContain(503);
    await chat.adapter.start(onMessage);
    await expect.poll(texts).toEqual(['too early?']);
  });

  it('asks for a line again that could not be kept', async () => {
    let failures = 2;
    handle = async () => {
      failures -= 1;
      if (failures >= 0) throw new Error('the database is away');
    };
    await expect.poll(() => slack.unacknowledged).toEqual([]);
    slack.answers.length = 0;
    slack.says('ann', 'keep this', { key: 'again' });
    await expect.poll(() => slack.answers).toEqual([503, 503, 200]);
    expect(new Set(heard.map(({ id }) => id)).size).toBe(1);
    expect(texts()).toEqual(['keep this', 'keep this', 'keep this']);
  });

  it('takes commands and buttons', async () => {
    slack.commands('ann', '/packtrain', 'status');
    const posted = await chat.adapter.post(ops, {
      key: 'm1',
      text: 'turn',
      buttons: [{ label: 'OK', value: 'yes' }],
    });
    slack.presses('ann', posted.messageId.split('/')[1] ?? '', 'OK');
    await expect.poll(() => heard.map(({ text, pressed }) => pressed ?? text)).toEqual(['status', 'yes']);
  });

  const post = async (body: string, headers: Record<string, string>) => {
    const { status } = await fetch(slack.endpoint ?? '', { method: 'POST', body, headers });
    return status;
  };

  it('refuses what is not signed, or signed otherwise, or long ago', async () => {
    const body = JSON.stringify({
      type: 'event_callback',
      event: { type: 'message', text: 'forged', channel: 'C0OPS', ts: '9.9', user: 'U0ANN' },
    });
    const now = Math.floor(Date.now() / 1_000);
    const json = { 'content-type': 'application/json' };
    expect(await post(body, json)).toBe(401);
    expect(await post(body, { ...json, ...signature('another secret', body, now) })).toBe(401);
    expect(await post(body, { ...json, ...signature(slack.signingSecret, body, now - 301) })).toBe(401);
    expect(await post(`${body} `, { ...json, ...signature(slack.signingSecret, body, now) })).toBe(401);
    expect(await post(body, { ...json, 'x-slack-socket-token': slack.appToken })).toBe(401);
    expect(texts()).toEqual([]);
  });

  it('proves to Slack that the address is its own', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: '3eZbrw1aB' });
    const headers = {
      'content-type': 'application/json',
      ...signature(slack.signingSecret, body, Math.floor(Date.now() / 1_000)),
    };
    const response = await fetch(slack.endpoint ?? '', { method: 'POST', body, headers });
    expect(await response.json()).toEqual({ challenge: '3eZbrw1aB' });
  });
});

it('tells that Slack is away when it begins, and keeps trying once it was there', async () => {
  const slack = await FakeSlack.open();
  const chat = await driverOf(slack, 'socket');
  slack.limit('auth.test', 1);
  await expect(chat.adapter.start(onMessage)).rejects.toThrow(ChatRateLimited);
  await chat.adapter.start(onMessage);
  slack.limit('apps.connections.open', 1);
  slack.limit('apps.connections.open', 1);
  slack.cut();
  slack.says('ann', 'there you are', { key: 'k1' });
  await expect.poll(texts).toEqual(['there you are']);
  await chat.adapter.stop();
  await slack.close();
});
