import { afterEach, describe, expect, it } from 'vitest';
import {
  type ChatAdapter,
  ChatRateLimited,
  ChatUndeliverable,
  type IncomingMessage,
} from '../../../../src/core/chat.js';
import { open } from '../../../../src/drivers/chat/matrix/driver.js';
import type { MatrixSettings } from '../../../../src/drivers/chat/matrix/settings.js';
import { FakeMatrix } from '../../../fixtures/chats/matrix/fake.js';
import { botId } from '../../../fixtures/chats/matrix/village.js';
import { chatParts } from '../../../fixtures/chats/parts.js';
import { keptLog } from '../../../fixtures/mailbox.js';

const patience = { timeout: 30_000 };
const ops = { platform: 'matrix', channel: '!ops' };
const ann = { platform: 'matrix', userId: '@ann:village.example', name: 'ann' };

let ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

async function village(): Promise<FakeMatrix> {
  const matrix = await FakeMatrix.open();
  ends.push(() => matrix.close());
  return matrix;
}

/** What one process after the other has: what is remembered, and the log. */
function surroundings(matrix: FakeMatrix) {
  const log = keptLog();
  const { secret: _, ...parts } = chatParts({});
  return { ...parts, log, secret: async () => matrix.token };
}

interface Client {
  readonly adapter: ChatAdapter;
  readonly heard: IncomingMessage[];
  readonly texts: () => readonly string[];
  start(handle?: (message: IncomingMessage) => Promise<void>): Promise<void>;
}

async function client(
  matrix: FakeMatrix,
  more: Partial<MatrixSettings> = {},
  parts = surroundings(matrix),
): Promise<Client> {
  const settings: MatrixSettings = {
    kind: 'matrix',
    homeserver: matrix.url,
    accessToken: { env: 'TOKEN' },
    join: [],
    invitedBy: [],
    channels: new Map(),
    firstPauseMs: 5,
    ...more,
  };
  const { adapter } = await open(settings, parts);
  ends.push(() => adapter.stop());
  const heard: IncomingMessage[] = [];
  return {
    adapter,
    heard,
    texts: () => heard.map(({ text }) => text),
    start: (handle = async () => undefined) =>
      adapter.start(async (message) => {
        heard.push(message);
        await handle(message);
      }),
  };
}

/** A client that reads by now. */
async function reading(matrix: FakeMatrix, more: Partial<MatrixSettings> = {}, parts = surroundings(matrix)) {
  const opened = await client(matrix, more, parts);
  await opened.start();
  return { ...opened, log: parts.log };
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('what is heard on Matrix', () => {
  it('is what people write, with who, where and in which thread; not what bots say, nor edits', async () => {
    const matrix = await village();
    const { heard, texts } = await reading(matrix);
    const first = matrix.says('ann', '!pack status');
    matrix.says('ann', '* !pack deploy', {
      more: { 'm.relates_to': { rel_type: 'm.replace', event_id: first } },
    });
    matrix.says('bob', 'beep', { more: { msgtype: 'm.notice' } });
    matrix.says('bob', 'a.png', { more: { msgtype: 'm.image' } });
    matrix.says('@eve:evil.example', '!pack who', {
      more: { 'm.relates_to': { rel_type: 'm.thread', event_id: first, is_falling_back: true } },
    });
    matrix.says('ann', 'packtrain: list');
    await expect.poll(texts, patience).toEqual(['!pack status', '!pack who', 'list']);
    expect(heard[0]).toEqual({
      id: first,
      text: '!pack status',
      author: ann,
      origin: { ...ops, messageId: first },
      fromSelf: false,
      addressed: false,
    });
    expect(heard[1]).toMatchObject({
      origin: { thread: first },
      author: { userId: '@eve:evil.example', name: 'eve:evil.example' },
    });
    expect(heard.map(({ addressed }) => addressed)).toEqual([false, false, true]);
  });

  it('begins with the first start, and later goes on where it was, however much was said meanwhile', async () => {
    const matrix = await village();
    const parts = surroundings(matrix);
    matrix.says('ann', '!pack deploy from long ago');
    const first = await reading(matrix, {}, parts);
    matrix.says('ann', 'one');
    await expect.poll(first.texts, patience).toEqual(['one']);
    await first.adapter.stop();
    const lines = Array.from({ length: 230 }, (_, at) => `line ${at}`);
    for (const line of lines) matrix.says('bob', line);
    // It was there all the time, if under another name.
    matrix.rooms.get('!ops')?.member(botId, 'join', { more: { displayname: 'PT' } });
    const second = await reading(matrix, {}, parts);
    await expect.poll(() => second.texts().at(-1), patience).toBe('line 229');
    expect(second.texts().filter((text) => text !== 'one')).toEqual(lines);
    expect(matrix.calls.filter((call) => call.endsWith('/messages'))).toHaveLength(3);
  });

  it('is heard again after a restart if it was not kept, by the same id, and what could not be kept at once', async () => {
    const matrix = await village();
    const parts = surroundings(matrix);
    const first = await client(matrix, {}, parts);
    await first.start(() => new Promise(() => undefined));
    const id = matrix.says('ann', 'survive this');
    await expect.poll(first.texts, patience).toEqual(['survive this']);
    // One that takes long holds up no other.
    matrix.says('bob', 'and this');
    await expect.poll(first.texts, patience).toEqual(['survive this', 'and this']);
    await first.adapter.stop();

    const second = await client(matrix, {}, parts);
    let failures = 2;
    await second.start(async () => {
      failures -= 1;
      if (failures >= 0) throw new Error('the database is away');
    });
    await expect.poll(() => second.texts().length, patience).toBeGreaterThanOrEqual(4);
    expect(second.heard[0]?.id).toBe(id);
    expect(new Set(second.texts())).toEqual(new Set(['survive this', 'and this']));
    await second.adapter.stop();
    const third = await reading(matrix, {}, parts);
    matrix.says('ann', 'the next');
    await expect.poll(third.texts, patience).toEqual(['the next']);
  });

  it('loses nothing when the connection is cut, or the homeserver asks for a pause', async () => {
    const matrix = await village();
    const { texts } = await reading(matrix);
    matrix.answersNext(/whoami/, { status: 502, body: '<html>' });
    matrix.cut();
    matrix.says('ann', 'anybody there?');
    await expect.poll(texts, patience).toEqual(['anybody there?']);
    matrix.answersNext(/sync/, { status: 429, body: { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 5 } });
    matrix.says('ann', 'and now?');
    matrix.says('ann', 'fine');
    await expect.poll(texts, patience).toEqual(['anybody there?', 'and now?', 'fine']);
  });

  it('begins anew where the homeserver was set up anew', async () => {
    const matrix = await village();
    const parts = surroundings(matrix);
    await parts.state.set(`read:${botId}`, 'sof-another-server');
    const { texts, log } = await reading(matrix, {}, parts);
    await expect.poll(() => log.lines.join(), patience).toContain('reading broke off');
    await expect.poll(() => parts.state.get(`read:${botId}`), patience).toMatch(/^s\d/);
    matrix.says('ann', 'hello');
    await expect.poll(texts, patience).toEqual(['hello']);
  });
});

describe('the way into Matrix', () => {
  it('says what to do about a token that is not known, and takes a new one without a restart', async () => {
    const matrix = await village();
    const right = matrix.token;
    const parts = surroundings(matrix);
    const { start, texts } = await client(matrix, {}, { ...parts, secret: async () => right });
    matrix.token = 'another';
    await expect(start()).rejects.toThrow('it does not know the access token. Log in as the bot anew');
    matrix.softLogout = true;
    await expect(start()).rejects.toThrow('the access token has expired');
    matrix.token = right;
    await start();
    matrix.says('ann', 'hello');
    await expect.poll(texts, patience).toEqual(['hello']);
    matrix.token = 'another';
    matrix.cut();
    await expect.poll(() => matrix.calls.filter((call) => call.includes('whoami')).length).toBeGreaterThan(3);
    matrix.token = right;
    matrix.says('ann', 'there you are');
    await expect.poll(texts, patience).toEqual(['hello', 'there you are']);
    expect(parts.log.lines.join()).not.toContain(right);
  });

  it('tells where there is no homeserver', async () => {
    const matrix = await village();
    const page = await client(matrix, { homeserver: `${matrix.url}/elsewhere` });
    await expect(page.start()).rejects.toThrow('404');
    const nobody = await client(matrix, { homeserver: 'http://127.0.0.1:1' });
    await expect(nobody.start()).rejects.toThrow('the homeserver does not answer');
  });

  it('leads into the rooms of the config, and by invitation of those whom it trusts', async () => {
    const matrix = await village();
    matrix.invites('bob', '!deploys');
    matrix.aliases.set('#deploys:village.example', '!deploys');
    matrix.room('!closed', { alias: 'closed' });
    const settings = {
      join: ['#deploys:village.example', '#closed:village.example'],
      invitedBy: ['@ann:village.example', '*:friends.example'],
      channels: new Map([['news', '!news']]),
    };
    const { texts, heard, log } = await reading(matrix, settings);
    const has = (id: string) => matrix.rooms.get(id)?.membership(botId);
    expect([has('!deploys'), has('!closed')]).toEqual(['join', undefined]);
    expect(log.lines.join()).toContain('a room can not be joined; invite Packtrain');

    matrix.invites('bob', '!news');
    matrix.invites('@zoe:friends.example', '!party');
    matrix.invites('@eve:evil.example', '!trap');
    const made = matrix.invites('ann', '!direct', { isDirect: true });
    await expect.poll(() => has('!direct'), patience).toBe('join');
    expect([has('!news'), has('!party'), has('!trap')]).toEqual(['join', 'join', 'invite']);
    expect(log.lines.join()).toContain('an invitation is left open');

    matrix.says('ann', 'status', { room: made.id });
    await expect.poll(texts, patience).toEqual(['status']);
    expect(heard[0]).toMatchObject({ addressed: true, origin: { channel: '!direct' } });
  });

  it('is tried again later, and followed to another room', async () => {
    const matrix = await village();
    const parts = surroundings(matrix);
    let skipped = 0;
    const clock = { now: () => new Date(Date.now() + skipped) };
    await reading(matrix, { join: ['#deploys:village.example'] }, { ...parts, clock });
    const room = matrix.room('!deploys', { alias: 'deploys', people: ['ann'] });
    for (const made of [room, matrix.room('!newer', { people: ['ann'] })]) {
      matrix.aliases.set('#deploys:village.example', made.id);
      matrix.open.add(made.id);
      skipped += 600_000;
      matrix.says('ann', 'hello');
      await expect.poll(() => made.membership(botId), patience).toBe('join');
    }
  });

  it('answers nothing that was said before it came into a room', async () => {
    const matrix = await village();
    const old = matrix.room('!old', { people: ['ann'] });
    for (let at = 0; at < 120; at += 1) matrix.says('ann', '!pack deploy beans', { room: '!old' });
    const { texts } = await reading(matrix, { invitedBy: ['*'] });
    old.member(botId, 'invite', { by: '@ann:village.example' });
    await expect.poll(() => old.membership(botId), patience).toBe('join');
    for (let at = 0; at < 130; at += 1) matrix.says('ann', `${at}`, { room: '!old' });
    await expect.poll(() => texts().at(-1), patience).toBe('129');
    expect(texts()).toEqual(Array.from({ length: 130 }, (_, at) => `${at}`));
  });
});

describe('what is said on Matrix', () => {
  it('answers the line and in the thread in which it was asked, once however often it is sent', async () => {
    const matrix = await village();
    const { adapter } = await reading(matrix);
    const asked = matrix.says('ann', '!pack status');
    const message = { key: 'm1', text: '*beans* is live' };
    const posted = await adapter.post({ ...ops, messageId: asked }, message);
    expect(await adapter.post({ ...ops, messageId: asked }, message)).toEqual(posted);
    await adapter.post({ ...ops, messageId: asked, thread: '$root' }, { key: 'm2', text: 'there' });
    const said = matrix.rooms.get('!ops')?.messages().slice(1) ?? [];
    expect(said.map(({ event }) => event.content['m.relates_to'])).toEqual([
      { 'm.in_reply_to': { event_id: asked } },
      {
        rel_type: 'm.thread',
        event_id: '$root',
        is_falling_back: true,
        'm.in_reply_to': { event_id: asked },
      },
    ]);
    expect(said[0]?.content).toMatchObject({
      body: 'beans is live',
      format: 'org.matrix.custom.html',
      formatted_body: '<strong>beans</strong> is live',
    });
  });

  it('shows the newest state, also of what was sent before a crash, and calls nobody twice', async () => {
    const matrix = await village();
    const parts = surroundings(matrix);
    const first = await reading(matrix, {}, parts);
    const posted = await first.adapter.post(ops, { key: 'm1', text: 'queued' });
    const second = await reading(matrix, {}, parts);
    const yours = { key: 'm1', text: 'your turn, [@ann](mention:@ann:village.example)' };
    expect(await second.adapter.post(ops, yours)).toEqual(posted);
    expect(matrix.sees('bob').map(({ text }) => text)).toEqual(['your turn, ann']);
    await second.adapter.edit(posted, { ...yours, text: `${yours.text}: live` });
    await second.adapter.edit(posted, yours);
    expect(matrix.sees('bob').map(({ text }) => text)).toEqual(['your turn, ann']);
    const mentions = matrix.rooms.get('!ops')?.stream.map(({ event }) => event.content['m.mentions']);
    expect(mentions?.slice(-4)).toEqual([{}, { user_ids: [ann.userId] }, {}, {}]);
  });

  it('waits as long as it is asked to, and tells what will never be taken', async () => {
    const matrix = await village();
    const { adapter } = await reading(matrix);
    const post = (channel = '!ops') =>
      failure(adapter.post({ ...ops, channel }, { key: 'l1', text: 'hello' }));
    const limit = { errcode: 'M_LIMIT_EXCEEDED', error: 'Too Many Requests', retry_after_ms: 2_000 };
    matrix.answersNext(/send/, { status: 429, headers: { 'retry-after': '7' }, body: limit });
    expect(await post()).toMatchObject({ name: ChatRateLimited.name, retryAfterMs: 7_000 });
    matrix.answersNext(/send/, { status: 429, body: limit });
    expect(await post()).toMatchObject({ retryAfterMs: 2_000 });
    matrix.answersNext(/send/, { status: 502, body: '<html>bad gateway</html>' });
    expect(await post()).not.toBeInstanceOf(ChatUndeliverable);
    expect(await post('!nowhere')).toBeInstanceOf(ChatUndeliverable);
    matrix.rooms.get('!ops')?.member(botId, 'leave', { by: ann.userId });
    expect(await post()).toBeInstanceOf(ChatUndeliverable);
  });

  it('is nothing in an encrypted room, which is told once', async () => {
    const matrix = await village();
    matrix.room('!secret', { people: ['ann', 'packtrain'] });
    matrix.encrypt('!secret');
    const { adapter, log, texts } = await reading(matrix, { invitedBy: ['*'] });
    const post = (channel: string) =>
      failure(adapter.post({ ...ops, channel }, { key: channel, text: 'hi' }));
    expect(await post('!secret')).toBeInstanceOf(ChatUndeliverable);
    const sealed = { type: 'm.room.encrypted', sender: ann.userId, content: { ciphertext: 'x' } };
    matrix.rooms.get('!secret')?.happens(sealed);
    matrix.encrypt('!ops');
    matrix.says('ann', 'psst');
    await expect.poll(texts, patience).toEqual(['psst']);
    expect(String(await post('!ops'))).toContain('is encrypted');
    expect(log.lines.filter((line) => line.includes('is encrypted'))).toHaveLength(2);
    const room = matrix.invites('ann', '!asked', { isEncrypted: true });
    await expect.poll(() => room.membership(botId), patience).toBe('leave');
    expect(room.state('m.room.member', botId)?.content.reason).toContain('unencrypted rooms only');
    expect(matrix.sees('ann').filter(({ author }) => author === 'Packtrain')).toEqual([]);
  });

  it('is whispered in a room for two, which is made once and found again', async () => {
    const matrix = await village();
    const parts = surroundings(matrix);
    const { adapter } = await reading(matrix, {}, parts);
    const made = () => [...matrix.rooms.keys()].filter((id) => id.startsWith('!made'));
    const whisper = (key: string, at = ops) => adapter.whisper(ann, at, { key, text: `psst ${key}` });
    await Promise.all([whisper('1'), whisper('2')]);
    await whisper('0');
    expect(made()).toHaveLength(1);
    const again = await reading(matrix, {}, parts);
    await again.adapter.whisper(ann, ops, { key: '3', text: 'psst 3' });
    expect(made()).toHaveLength(1);
    const seen = (name: string) => matrix.sees(name).map(({ text }) => text);
    expect(seen('ann').sort()).toEqual(['psst 0', 'psst 1', 'psst 2', 'psst 3']);
    expect(seen('bob')).toEqual([]);
    // Somebody else came in: it is no room for two any more.
    matrix.rooms.get(made()[0] ?? '')?.member('@bob:village.example', 'join');
    await again.adapter.whisper(ann, ops, { key: '4', text: 'psst 4' });
    expect(made()).toHaveLength(2);
    expect(seen('bob')).not.toContain('psst 4');
  });

  it('is whispered to nobody where every new room is encrypted', async () => {
    const matrix = await village();
    matrix.encryptsNewRooms = true;
    const { adapter } = await reading(matrix);
    const problem = await failure(adapter.whisper(ann, ops, { key: '1', text: 'psst' }));
    expect(problem).toBeInstanceOf(ChatUndeliverable);
    expect(matrix.sees('ann')).toEqual([]);
  });
});

describe('the rooms of Matrix', () => {
  it('are found by alias and id, if the bot is in them, also before it reads', async () => {
    const matrix = await village();
    matrix.room('!general', { alias: 'general', people: ['ann'] });
    const { adapter, start } = await client(matrix);
    const names = ['ops', '#ops', 'ops:village.example', '!ops'];
    const find = () => Promise.all(names.map((name) => adapter.findChannel(name)));
    expect(await find()).toEqual([ops, ops, ops, ops]);
    await start();
    expect(await find()).toEqual([ops, ops, ops, ops]);
    for (const name of ['general', 'nowhere', 'ops:elsewhere.example', '!general'])
      expect(await adapter.findChannel(name)).toBeUndefined();
    expect(await adapter.channelNames?.()).toEqual(['ops']);
    expect(await adapter.listChannels?.()).toEqual(new Map([['!ops', '#ops:village.example']]));
    const has = await Promise.all(['!ops', '!general'].map((id) => adapter.hasChannel?.(id)));
    expect(has).toEqual([true, false]);
  });
});
