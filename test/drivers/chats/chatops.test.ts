import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChatRateLimited, ChatUndeliverable, type IncomingMessage } from '../../../src/core/chat.js';
import { systemClock } from '../../../src/core/clock.js';
import type { OutsideChat } from '../../../src/core/outside-chat.js';
import { open } from '../../../src/drivers/chat/chatops/driver.js';
import type { ChatopsSettings } from '../../../src/drivers/chat/chatops/settings.js';
import { asParameter, writtenFor } from '../../../src/drivers/chat/chatops/text.js';
import { Hubot } from '../../fixtures/chats/chatops/hubot.js';
import { type Listening, listen, listenFor } from '../../fixtures/chats/http.js';
import { chatParts } from '../../fixtures/chats/parts.js';
import { renderText } from '../../fixtures/stackstorm/jinja.js';

const ops = { platform: 'chatops', channel: '#ops' };

describe("StackStorm's own ChatOps", () => {
  let hubot: Hubot;
  let heard: IncomingMessage[];
  let posts: Listening | undefined;
  let clockMs: number;
  const kept = new Map<string, string>();
  const state = {
    get: async (key: string) => kept.get(key),
    set: async (key: string, value: string) => void kept.set(key, value),
  };

  beforeEach(async () => {
    hubot = await Hubot.open();
    heard = [];
    kept.clear();
    clockMs = 0;
  });
  afterEach(async () => {
    await posts?.close();
    posts = undefined;
    await hubot.close();
  });

  /** The driver, as a server opens it. */
  async function opened(more: Partial<ChatopsSettings> = {}): Promise<OutsideChat> {
    const settings: ChatopsSettings = {
      kind: 'chatops',
      url: hubot.stack.url,
      apiKey: { env: 'ST2' },
      key: { env: 'KEY' },
      route: 'chatops',
      trustNicknames: true,
      marks: 'none',
      longest: 2_000,
      ...more,
    };
    const clock = { ...systemClock, now: () => new Date(clockMs) };
    return await open(settings, {
      ...chatParts({ ST2: hubot.stack.key, KEY: hubot.key, WRONG: 'no' }),
      state,
      clock,
    });
  }

  /** The driver with its route, and what it hears. */
  async function listening(more: Partial<ChatopsSettings> = {}) {
    const chat = await opened(more);
    posts = await listenFor((request) => chat.receive?.(request) ?? Promise.reject(new Error('no receiver')));
    const endpoint = `${posts.url}/chats/chatops`;
    return { ...chat, endpoint, start: () => chat.adapter.start(async (line) => void heard.push(line)) };
  }

  const texts = async () => (await hubot.posted()).map(({ text }) => text);
  const started = () =>
    hubot.stack.calls.filter(({ method, path }) => method === 'POST' && /executions$/.test(path));

  it('takes a line of whoever the bot names, as said to the bot', async () => {
    const { endpoint, start } = await listening();
    await start();
    const line = { id: 'e1', line: 'pack status', user: 'ann', channel: 'C0OPS' };
    expect(await hubot.handOver(endpoint, line)).toBe(200);
    expect(heard).toEqual([
      {
        id: 'e1',
        text: 'pack status',
        author: { platform: 'chatops', userId: 'ann', name: 'ann' },
        origin: { platform: 'chatops', channel: 'C0OPS', messageId: 'e1' },
        fromSelf: false,
        addressed: true,
      },
    ]);
  });

  it('takes nobody for proved unless the config trusts the names, and then nobody without one', async () => {
    const { endpoint, start } = await listening({ trustNicknames: false });
    await start();
    await hubot.handOver(endpoint, { id: 'e1', line: 'pack status', user: 'ann', channel: 'C' });
    const author = { platform: 'chatops', userId: 'unproved:ann', name: 'ann' };
    expect(heard).toMatchObject([{ isUnproved: true, author }]);
    await posts?.close();
    const trusting = await listening();
    await trusting.start();
    await hubot.handOver(trusting.endpoint, { id: 'e2', line: 'pack status', channel: 'C' });
    expect(heard[1]).toMatchObject({ isUnproved: true, author: { name: 'somebody' } });
    await hubot.handOver(trusting.endpoint, { id: 'e3', line: 'pack status', user: '@ann', channel: 'C' });
    expect(heard[2]?.author).toEqual({ platform: 'chatops', userId: '@ann', name: 'ann' });
  });

  it('refuses a wrong key, what is no line, and what it can not keep yet', async () => {
    const { endpoint, start, adapter } = await listening();
    const line = { id: 'e1', line: 'pack status', user: 'ann', channel: 'C' };
    expect(await hubot.handOver(endpoint, line)).toBe(503);
    await start();
    expect(await hubot.handOver(endpoint, line, 'another')).toBe(401);
    expect((await fetch(endpoint, { method: 'POST', body: JSON.stringify(line) })).status).toBe(401);
    expect(await hubot.handOver(endpoint, { ...line, id: '' })).toBe(400);
    const headers = { authorization: `Bearer ${hubot.key}` };
    expect((await fetch(endpoint, { method: 'POST', headers, body: '{' })).status).toBe(400);
    expect(heard).toEqual([]);
    await adapter.stop();
    expect(await hubot.handOver(endpoint, line)).toBe(503);
  });

  it('speaks by chatops.post_message, to the route and in the marks of the bot', async () => {
    const { adapter } = await opened({ route: 'errbot', marks: 'slack' });
    const text = '*beans* is _live_ for [@ann](mention:ann): [#42](https://p.example/42)';
    const { messageId } = await adapter.post(ops, { key: 'm1', text });
    expect(await hubot.posted()).toEqual([
      {
        id: messageId,
        channel: '#ops',
        route: 'errbot',
        text: '*beans* is _live_ for @ann: <https://p.example/42|#42>',
      },
    ]);
    // As err-stackstorm calls people.
    const ann = { platform: 'chatops', userId: '@ann', name: 'ann' };
    await adapter.whisper(ann, ops, { key: 'w1', text: 'psst, [@ann](mention:@ann)' });
    expect((await hubot.posted())[1]).toMatchObject({ whisperedTo: '@ann', text: 'psst, @ann' });
    const unproved = { ...ann, userId: 'unproved:bob' };
    await adapter.whisper(unproved, ops, { key: 'w2', text: 'psst' });
    expect((await hubot.posted())[2]).toMatchObject({ whisperedTo: 'bob' });
  });

  it('writes the marks of each kind of chat', () => {
    const text = '*a* _b_ `c` [d](https://e.example) https://f.example\n```\ng\n```';
    expect(writtenFor('none', text)).toBe('a b `c` d (https://e.example) https://f.example\ng');
    expect(writtenFor('markdown', text)).toBe(
      '**a** _b_ `c` [d](https://e.example) https://f.example\n```\ng\n```',
    );
  });

  it('gives nothing of the datastore away, whatever stands in a text', async () => {
    hubot.stack.state.datastore = { token: 'geheim' };
    const { adapter } = await opened();
    const text =
      'locked because {{ st2kv.system.token }}, {{{ st2kv.system.token }}} {% raw %}{# `decaf {{cups}}`';
    await adapter.post(ops, { key: 'm1', text });
    expect(await texts()).toEqual([text]);
  });

  it('says every text as it is', () => {
    const names = { st2kv: { system: { token: 'geheim' } }, cups: '3' };
    const piece = fc.constantFrom(
      '{',
      '}',
      '%',
      '#',
      "'",
      '|',
      ' ',
      'cups',
      'st2kv.system.token',
      'raw',
      '\n',
      '-',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const text = pieces.join('');
        expect(renderText(asParameter(text), names)).toBe(text);
        expect(asParameter(text).replaceAll(/\{\{ '\{[{%#]' \}\}/g, '')).not.toMatch(/\{[{%#]/);
      }),
    );
  });

  it('does not say again what was said though the answer was lost, not even as another process', async () => {
    const { adapter } = await opened();
    await adapter.post(ops, { key: 'm0', text: 'zero' });
    hubot.stack.faults.on({ method: 'POST', path: '/executions' }, { kind: 'cut-after' });
    await expect(adapter.post(ops, { key: 'm1', text: 'one' })).rejects.toThrow('StackStorm at');
    const { messageId } = await adapter.post(ops, { key: 'm1', text: 'one' });
    expect(await texts()).toEqual(['zero', 'one']);
    const { adapter: next } = await opened();
    expect((await next.post(ops, { key: 'm1', text: 'one' })).messageId).toBe(messageId);
    await next.post(ops, { key: 'm1', text: 'one, later' });
    expect(await texts()).toEqual(['zero', 'one', 'one, later']);
  });

  it('sees what another server said a moment ago, but asks not each time', async () => {
    const { adapter } = await opened();
    const { adapter: other } = await opened();
    await adapter.post(ops, { key: 'm0', text: 'zero' });
    await other.post(ops, { key: 'm1', text: 'one' });
    await adapter.post(ops, { key: 'm2', text: 'two' });
    const looks = () =>
      hubot.stack.calls.filter(({ query }) => query.include_attributes === 'context,status').length;
    const before = looks();
    await adapter.post(ops, { key: 'm3', text: 'three' });
    expect(looks()).toBe(before);
    // A lease is over later than this.
    clockMs += 10_001;
    await adapter.post(ops, { key: 'm1', text: 'one' });
    expect(await texts()).toEqual(['zero', 'one', 'two', 'three']);
    expect(looks()).toBe(before + 1);
  });

  it('is not taken for another Packtrain that speaks by the same server', async () => {
    const { adapter } = await opened();
    await adapter.post(ops, { key: 'reply:1', text: 'hello' });
    kept.clear();
    const { adapter: theirs } = await opened();
    await theirs.post(ops, { key: 'reply:1', text: 'hello' });
    expect(await texts()).toEqual(['hello', 'hello']);
  });

  it('tells whoever runs it what is wrong with the key, the address and the server', async () => {
    const start = async (more: Partial<ChatopsSettings>) =>
      (await opened(more)).adapter.start(async () => undefined);
    await expect(start({ apiKey: { env: 'WRONG' } })).rejects.toThrow(
      /st2 apikey create.*chats\.chatops\.api_key/,
    );
    await expect(opened({ key: { env: 'NONE' } })).rejects.toThrow('no such secret');
    await expect(opened({ key: { env: 'WRONG' } })).rejects.toThrow('fewer than 16 characters');
    const nothing = await listen(() => ({ status: 404, body: 'no' }));
    await expect(start({ url: nothing.url })).rejects.toThrow('correct chats.chatops.url');
    await nothing.close();
    await expect(start({ url: nothing.url })).rejects.toThrow(/StackStorm at http:.*:/);
    await start({ url: `${hubot.stack.url}/v1/` });
    hubot.stack.state.delete('actions', 'chatops.post_message');
    const { adapter } = await opened();
    const lost = adapter.post(ops, { key: 'm1', text: 'one' });
    await expect(lost).rejects.toThrow(
      'has to have its pack chatops: Action "chatops.post_message" cannot be found.',
    );
    await expect(lost).rejects.not.toBeInstanceOf(ChatUndeliverable);
    expect(started()).toHaveLength(1);
  });

  it('waits for as long as it is asked to, and gives up what is never taken', async () => {
    let answer: { status: number; headers?: Record<string, string>; body?: unknown } = { status: 429 };
    const proxy = await listen(({ method }) => (method === 'GET' ? { body: [] } : answer));
    const { adapter } = await opened({ url: proxy.url });
    const post = () => adapter.post(ops, { key: 'm1', text: 'one' });
    await expect(post()).rejects.toMatchObject({ retryAfterMs: 30_000 });
    answer = { status: 503, headers: { 'retry-after': '3' } };
    await expect(post()).rejects.toEqual(new ChatRateLimited('chatops', 3_000));
    answer = { status: 503 };
    await expect(post()).rejects.toThrow('answers 503');
    answer = { status: 400, body: { faultstring: "'channel' is a required property\n\nFailed validating" } };
    await expect(post()).rejects.toThrow(
      new ChatUndeliverable("StackStorm says 'channel' is a required property"),
    );
    answer = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' };
    await expect(post()).rejects.toThrow('a proxy before it');
    await proxy.close();
  });

  it('knows channels only as the config maps them, and can change nothing', async () => {
    const { adapter } = await opened();
    expect(await adapter.findChannel('ops')).toBeUndefined();
    expect(await adapter.listChannels?.()).toEqual(new Map());
    // What the doctor asks for.
    const { adapter: refused } = await opened({ apiKey: { env: 'WRONG' } });
    await expect(refused.listChannels?.()).rejects.toThrow('does not know the key');
    const posted = { ...ops, messageId: 'e1' };
    await expect(adapter.edit(posted, { key: 'm1', text: 'x' })).rejects.toThrow(ChatUndeliverable);
  });
});
