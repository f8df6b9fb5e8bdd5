import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ChatRateLimited,
  ChatUndeliverable,
  type IncomingMessage,
  type OutgoingMessage,
} from '../../../../src/core/chat.js';
import type { OutsideChat, OutsideChatParts } from '../../../../src/core/outside-chat.js';
import { open } from '../../../../src/drivers/chat/mattermost/driver.js';
import type { MattermostSettings } from '../../../../src/drivers/chat/mattermost/settings.js';
import { FakeMattermost } from '../../../fixtures/chats/mattermost/fake.js';
import { bot, farm, idOf } from '../../../fixtures/chats/mattermost/state.js';
import { chatParts } from '../../../fixtures/chats/parts.js';

const patience = { timeout: 30_000 };
const ann = { platform: 'mattermost', userId: idOf('ann'), name: 'ann' };
const ops = { platform: 'mattermost', channel: idOf('ops') };

let mattermost: FakeMattermost;
let parts: OutsideChatParts;
let chat: OutsideChat;
let logged: string[];
let heard: IncomingMessage[];
let handle: (message: IncomingMessage) => Promise<void>;

const onMessage = async (message: IncomingMessage) => {
  heard.push(message);
  await handle(message);
};
const texts = () => heard.map(({ text }) => text);
const once = () => [...new Map(heard.map((line) => [line.id, line.text])).values()];
const seen = async () => Number(await parts.state.get('seen'));

async function opened(more: Partial<MattermostSettings> = {}): Promise<OutsideChat> {
  const settings = {
    kind: 'mattermost',
    url: mattermost.url,
    token: { env: 'BOT' },
    slashTokens: [],
    firstPauseMs: 5,
  };
  return await open({ ...settings, ...more }, parts);
}

/** The server dies, and another one starts with what was kept. */
async function again(): Promise<void> {
  await chat.adapter.stop();
  heard = [];
  chat = await opened();
}

beforeEach(async () => {
  heard = [];
  logged = [];
  handle = async () => undefined;
  mattermost = await FakeMattermost.open();
  const log = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const basic = chatParts({ BOT: mattermost.token, WRONG: 'wrongtokenofnobody00000001' });
  parts = { ...basic, log: { debug: log, info: log, warn: log, error: log } };
  chat = await opened();
});
afterEach(async () => {
  await chat.adapter.stop();
  await mattermost.close();
  expect(logged.join('\n')).not.toContain(mattermost.token);
});

describe('what is heard', () => {
  it('hands over a line as it was typed, with who and where', async () => {
    await chat.adapter.start(onMessage);
    const { id } = mattermost.says('ann', '!pack deploy a_b *c* <x> &amp;', { key: 'typed' });
    await expect
      .poll(() => heard, patience)
      .toEqual([
        {
          id,
          text: '!pack deploy a_b *c* <x> &amp;',
          author: ann,
          origin: { ...ops, messageId: id },
          fromSelf: false,
          addressed: false,
        },
      ]);
  });

  it('knows mentions, direct messages and threads, and people by their ids', async () => {
    await chat.adapter.start(onMessage);
    const { id } = mattermost.says('ann', '@packtrain: give beans to @bob.', { key: 'k1' });
    mattermost.says('ann', 'status', { key: 'k2', isDirect: true });
    mattermost.says('ann', 'is @Packtrain there? ask @all, @nobody or ann@bob', { key: 'k3', thread: id });
    mattermost.says('ann', '@packtrain-two status', { key: 'k4' });
    await expect
      .poll(texts, patience)
      .toEqual([
        `give beans to @${idOf('bob')}.`,
        'status',
        'is @Packtrain there? ask @all, @nobody or ann@bob',
        '@packtrain-two status',
      ]);
    expect(heard.map(({ addressed }) => addressed)).toEqual([true, true, true, false]);
    expect(heard.map(({ origin }) => origin.thread)).toEqual([undefined, undefined, id, undefined]);
    expect(heard[1]?.origin.channel).toBe(mattermost.village.direct(bot.id, ann.userId).id);
  });

  it('reads no webhook, no bot, no notice of the server, and nothing twice that was changed', async () => {
    await chat.adapter.start(onMessage);
    mattermost.says('ann', 'by a webhook', { key: 'k1', props: { from_webhook: 'true' } });
    mattermost.says('jjm', 'by a bot', { key: 'k2', props: { from_bot: 'true' } });
    mattermost.happens('user_updated');
    const line = mattermost.says('ann', 'hello', { key: 'k3' });
    await expect.poll(texts, patience).toEqual(['hello']);
    mattermost.edits(line, 'hello!');
    mattermost.says('bob', 'the end', { key: 'k4' });
    await expect.poll(texts, patience).toEqual(['hello', 'the end']);
  });

  it('goes on where the connection broke, and asks for nothing again', async () => {
    await chat.adapter.start(onMessage);
    mattermost.says('ann', 'one', { key: 'k1' });
    await expect.poll(texts, patience).toEqual(['one']);
    mattermost.calls.length = 0;
    mattermost.cut();
    mattermost.says('ann', 'two', { key: 'k2' });
    mattermost.says('bob', 'three', { key: 'k3' });
    await expect.poll(texts, patience).toEqual(['one', 'two', 'three']);
    expect(Object.fromEntries(mattermost.connections.at(-1) ?? [])).toEqual({
      connection_id: idOf('connection1x'),
      sequence_number: '2',
    });
    expect(mattermost.calls).toEqual([]);
  });

  it('reads what it missed where the server has forgotten the connection, or lost an event', async () => {
    await chat.adapter.start(onMessage);
    mattermost.says('ann', 'one', { key: 'k1' });
    await expect.poll(texts, patience).toEqual(['one']);
    mattermost.mood.maxPostSize = 4_000;
    mattermost.restarts();
    mattermost.says('ann', 'two', { key: 'k2' });
    mattermost.says('bob', 'three', { key: 'k3', isDirect: true });
    await expect.poll(once, patience).toEqual(['one', 'two', 'three']);
    expect(heard.at(-1)).toMatchObject({ author: { name: 'bob' }, addressed: true });
    expect(chat.adapter.capabilities.maxLength).toBe(3_500);
    mattermost.losesOne();
    mattermost.says('ann', 'four', { key: 'k4' });
    await expect.poll(once, patience).toEqual(['one', 'two', 'three', 'four']);
    await expect.poll(() => mattermost.connected, patience).toBe(1);
  });

  it('reads after a restart what was written meanwhile, in order, however much', async () => {
    await chat.adapter.start(onMessage);
    mattermost.says('ann', 'before', { key: 'before' });
    await expect.poll(texts, patience).toEqual(['before']);
    await expect.poll(seen, patience).toBe(mattermost.village.posts[0]?.create_at);
    await again();
    const lines = Array.from({ length: 230 }, (_, at) => `line ${at}`);
    for (const [at, line] of lines.entries())
      mattermost.says(at % 2 === 0 ? 'ann' : 'bob', line, { key: line, isDirect: at % 3 === 0 });
    mattermost.deletes(mattermost.says('bob', 'taken back', { key: 'gone' }));
    mattermost.says('bob', 'not for us', { key: 'elsewhere', channel: mattermost.general });
    await chat.adapter.start(onMessage);
    mattermost.says('ann', 'after', { key: 'after' });
    const all = ['before', ...lines, 'after'];
    await expect.poll(once, patience).toEqual(all);
    expect(heard.map(({ author }) => author.name).slice(1, 4)).toEqual(['ann', 'bob', 'ann']);
    await expect.poll(seen, patience).toBe(mattermost.village.posts.at(-1)?.create_at);
  });

  it('reads nothing from before it was first opened, and nothing that is older than a day', async () => {
    const at = Date.now();
    const old = { user_id: ann.userId, channel_id: ops.channel };
    mattermost.village.add({ ...old, message: 'from before', create_at: at - 5_000 });
    await chat.adapter.start(onMessage);
    mattermost.says('ann', 'first', { key: 'first' });
    await expect.poll(texts, patience).toEqual(['first']);
    await again();
    await parts.state.set('seen', String(at - 3 * 86_400_000));
    mattermost.village.add({ ...old, message: 'yesterday', create_at: at - 20 * 3_600_000 });
    mattermost.village.add({ ...old, message: 'the day before', create_at: at - 30 * 3_600_000 });
    mattermost.says('ann', 'today', { key: 'today' });
    await chat.adapter.start(onMessage);
    await expect.poll(texts, patience).toEqual(['yesterday', 'from before', 'first', 'today']);
  });

  it('is given a line again that was not taken, also after a restart, and the lines behind it', async () => {
    await chat.adapter.start(onMessage);
    let failures = 2;
    handle = async ({ text }) => {
      if (text !== 'keep this' || failures === 0) return;
      failures -= 1;
      throw new Error('the database is away');
    };
    const { id } = mattermost.says('ann', 'keep this', { key: 'k1' });
    mattermost.says('ann', 'and this', { key: 'k2' });
    await expect.poll(() => heard.filter((line) => line.id === id), patience).toHaveLength(3);
    await expect.poll(seen, patience).toBe(mattermost.village.posts.at(-1)?.create_at);
    failures = Number.POSITIVE_INFINITY;
    const lost = mattermost.says('ann', 'keep this', { key: 'k3' });
    mattermost.says('ann', 'the next', { key: 'k4' });
    await expect.poll(() => heard.filter((line) => line.id === lost.id).length, patience).toBeGreaterThan(1);
    expect(await seen()).toBeLessThan(lost.create_at);
    failures = 0;
    await again();
    await chat.adapter.start(onMessage);
    await expect.poll(once, patience).toEqual(['keep this', 'and this', 'keep this', 'the next']);
  });

  it('tries again, with pauses, when the server is busy while it reads on', async () => {
    await chat.adapter.start(onMessage);
    mattermost.limit('/users/me/channels', { 'retry-after': '1' });
    mattermost.limit('/users/me/channels', { 'retry-after': '1' });
    mattermost.restarts();
    mattermost.says('ann', 'there you are', { key: 'k1' });
    await expect.poll(once, patience).toEqual(['there you are']);
  });

  it('is let in by a message where the header with the token is lost on the way', async () => {
    mattermost.mood.losesHeader = true;
    await chat.adapter.start(onMessage);
    mattermost.says('ann', 'hello', { key: 'k1' });
    await expect.poll(texts, patience).toEqual(['hello']);
  });
});

describe('what is said', () => {
  const said = () => mattermost.sees('bob').filter(({ author }) => author === 'Packtrain');
  const post = (message: Partial<OutgoingMessage>, to = ops) =>
    chat.adapter.post(to, { key: 'm1', text: 'hello', ...message });
  const refusal = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

  beforeEach(async () => {
    chat = await opened({ endpointUrl: 'https://packtrain.example.com/chats/mattermost' });
    await chat.adapter.start(onMessage);
  });

  it('posts with links, code, names and buttons, once however often, and takes the buttons away', async () => {
    const text = `*beans* is _live_ for [@ann](mention:${ann.userId}) at \`a*b\`, see [#42](https://p.example/42?a=1&b=2), [@x](mention:nobody)`;
    const buttons = [{ label: 'Return', value: 'return beans', style: 'danger' }] as const;
    const posted = await post({ text, buttons });
    expect(await post({ text, buttons })).toEqual(posted);
    expect(said()).toEqual([
      {
        id: posted.messageId,
        author: 'Packtrain',
        text: '**beans** is _live_ for @ann at `a*b`, see [#42](https://p.example/42?a=1&b=2), x',
        buttons: ['Return'],
      },
    ]);
    await chat.adapter.edit(posted, { key: 'm1', text: 'returned by bob' });
    expect(said()).toMatchObject([{ text: 'returned by bob', buttons: [] }]);
  });

  it('says nothing twice where no answer came, or where it died before it was noted, however long ago', async () => {
    mattermost.mood.losesAnswers = true;
    await expect(post({ text: 'queued' })).rejects.toThrow('502');
    mattermost.mood.losesAnswers = false;
    mattermost.forgets();
    const posted = await post({ text: 'running' });
    expect(said().map(({ text }) => text)).toEqual(['running']);
    mattermost.forgets();
    await chat.adapter.stop();
    chat = await opened();
    await chat.adapter.start(onMessage);
    expect(await post({ text: 'live' })).toEqual(posted);
    await post({ key: 'm2', text: 'the next' });
    expect(said().map(({ text }) => text)).toEqual(['live', 'the next']);
  });

  it('has no buttons without an address that they could be posted to', async () => {
    await chat.adapter.stop();
    chat = await opened();
    expect(chat.receive).toBeUndefined();
    expect(chat.adapter.capabilities.buttons).toBe(false);
  });

  it('answers in a thread only where it was asked in one', async () => {
    const { id } = mattermost.says('ann', 'a long story', { key: 'story' });
    await chat.adapter.post({ ...ops, messageId: id }, { key: 't1', text: 'here' });
    await chat.adapter.post({ ...ops, thread: id }, { key: 't2', text: 'there' });
    const roots = mattermost.village.posts.slice(-2).map(({ message, root_id }) => [message, root_id]);
    expect(roots).toEqual([
      ['here', ''],
      ['there', id],
    ]);
  });

  it('whispers by a direct message, or in the channel where it may', async () => {
    const { general } = mattermost;
    const direct = mattermost.village.direct(bot.id, ann.userId).id;
    const last = () => mattermost.village.posts.at(-1);
    await chat.adapter.whisper(ann, ops, { key: 'w1', text: 'psst' });
    expect(last()).toMatchObject({ message: 'psst', channel_id: direct });
    const asked = mattermost.calls.length;
    await chat.adapter.whisper(ann, { ...ops, channel: general }, { key: 'w2', text: 'psst again' });
    expect(last()).toMatchObject({ message: 'psst again', channel_id: direct });
    // That it may not is known by now.
    expect(mattermost.calls.slice(asked)).toEqual(['POST /posts']);
    mattermost.mood.mayWhisper = true;
    await chat.adapter.stop();
    chat = await opened();
    await chat.adapter.start(onMessage);
    await chat.adapter.whisper(ann, ops, { key: 'w3', text: 'only you' });
    expect(last()).toMatchObject({ message: 'only you', channel_id: ops.channel, onlyFor: ann.userId });
    await chat.adapter.whisper(ann, { ...ops, channel: direct }, { key: 'w4', text: 'just us' });
    expect(last()).toMatchObject({ message: 'just us', channel_id: direct });
    expect(last()?.onlyFor).toBeUndefined();
  });

  it('says as much as the server takes', async () => {
    mattermost.mood.maxPostSize = 4_000;
    await chat.adapter.stop();
    chat = await opened();
    await chat.adapter.start(onMessage);
    expect(chat.adapter.capabilities.maxLength).toBe(3_500);
    await post({ text: '*_'.repeat(1_750) });
    expect(said()[0]?.text.length).toBeGreaterThan(3_000);
    expect(said()[0]?.text.length).toBeLessThanOrEqual(4_000);
  });

  it('says how long to wait', async () => {
    mattermost.limit('/posts', { 'retry-after': '7', 'x-ratelimit-reset': '9' });
    expect(await refusal(post({}))).toMatchObject({ retryAfterMs: 7_000 });
    mattermost.limit('/posts', { 'x-ratelimit-limit': '10', 'x-ratelimit-reset': '3' });
    expect(await refusal(post({}))).toMatchObject({ retryAfterMs: 3_000 });
    mattermost.limit('/posts', { 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1_000) + 60) });
    const dated = await refusal(post({}));
    expect(dated).toBeInstanceOf(ChatRateLimited);
    expect(dated).toSatisfy(({ retryAfterMs }) => retryAfterMs > 30_000 && retryAfterMs <= 61_000);
    mattermost.limit('/posts', {});
    expect(await refusal(post({}))).toMatchObject({ retryAfterMs: 5_000 });
    await post({});
    expect(said()).toHaveLength(1);
  });

  it('says what will never be taken', async () => {
    const never = async (work: Promise<unknown>, words: RegExp) => {
      const error = await refusal(work);
      expect(error).toBeInstanceOf(ChatUndeliverable);
      expect(String(error)).toMatch(words);
    };
    await never(post({}, { ...ops, channel: idOf('nowhere') }), /404: You can not do this \(app\.channel/);
    await never(post({}, { ...ops, channel: mattermost.general }), /403/);
    await never(
      chat.adapter.edit({ ...ops, messageId: idOf('gone') }, { key: 'm2', text: 'x' }),
      /app\.post/,
    );
    const barn = mattermost.village.channels.get(idOf('barn'));
    if (barn !== undefined) barn.delete_at = 1;
    await never(post({}, { ...ops, channel: idOf('barn') }), /can_not_post_to_deleted/);
  });
});

describe('the channels', () => {
  const found = (name: string) => chat.adapter.findChannel(name).then((address) => address?.channel);

  beforeEach(async () => chat.adapter.start(onMessage));

  it('are found by name, by what is shown, and with their team, and asked for but once', async () => {
    expect(await chat.adapter.findChannel('#ops')).toEqual(ops);
    expect(await found('~OPS')).toBe(ops.channel);
    expect(await found('operations')).toBe(ops.channel);
    expect(await found('secret')).toBe(idOf('secret'));
    expect(await found('farm/barn')).toBe(idOf('barn'));
    expect(await found('the farm/town-square')).toBe(idOf('square2'));
    const before = mattermost.calls.length;
    expect(await found('ops')).toBe(ops.channel);
    expect(mattermost.calls).toHaveLength(before);
  });

  it('are not there where the bot is not, and not where nobody can tell which is meant', async () => {
    for (const name of ['general', 'farm/ops', 'no-such-channel', bot.id])
      expect(await found(name)).toBeUndefined();
    expect(await found('town-square')).toBeUndefined();
    expect(logged.join()).toMatch(/several teams.*village\/town-square.*farm\/town-square/);
    const names = ['ops', 'secret', 'village/town-square', 'farm/town-square', 'barn'];
    expect(await chat.adapter.channelNames?.()).toEqual(names);
    expect((await chat.adapter.listChannels?.())?.get(idOf('barn'))).toBe('barn');
    const has = [idOf('barn'), 'nowhere'].map((id) => chat.adapter.hasChannel?.(id));
    expect(await Promise.all(has)).toEqual([true, false]);
  });

  it('are those of the team that the config names, where several have one of a name', async () => {
    await chat.adapter.stop();
    chat = await opened({ team: farm.name });
    await chat.adapter.start(onMessage);
    expect(await found('town-square')).toBe(idOf('square2'));
    expect(await found('ops')).toBe(ops.channel);
    const names = ['ops', 'secret', 'village/town-square', 'town-square', 'barn'];
    expect(await chat.adapter.channelNames?.()).toEqual(names);
  });
});

describe('a server that does not let it in', () => {
  const startOf = async (more: Partial<MattermostSettings>) => {
    const { adapter } = await opened(more);
    await adapter.start(onMessage).finally(() => adapter.stop());
  };

  it('is told of with what to do', async () => {
    await expect(startOf({ token: { env: 'WRONG' } })).rejects.toThrow(
      'Mattermost does not take the token: make a new one for the bot',
    );
    await expect(startOf({ url: `${mattermost.url}/elsewhere` })).rejects.toThrow('is its address right?');
    await expect(startOf({ url: 'http://127.0.0.1:9' })).rejects.toThrow('can not be reached');
    await expect(startOf({ token: { env: 'NONE' } })).rejects.toThrow('there is no such secret');
    expect(heard).toEqual([]);
  });

  it('lets it in once it does, and nothing was lost', async () => {
    mattermost.limit('/users/me', { 'retry-after': '1' });
    await expect(chat.adapter.start(onMessage)).rejects.toThrow(ChatRateLimited);
    mattermost.says('ann', 'meanwhile', { key: 'k1' });
    await chat.adapter.start(onMessage);
    await expect.poll(texts, patience).toEqual(['meanwhile']);
  });
});
