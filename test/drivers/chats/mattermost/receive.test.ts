import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IncomingMessage } from '../../../../src/core/chat.js';
import type { OutsideChat } from '../../../../src/core/outside-chat.js';
import { open } from '../../../../src/drivers/chat/mattermost/driver.js';
import { type Listening, listenFor } from '../../../fixtures/chats/http.js';
import { FakeMattermost } from '../../../fixtures/chats/mattermost/fake.js';
import { bot, idOf, type MattermostPost } from '../../../fixtures/chats/mattermost/state.js';
import { chatParts } from '../../../fixtures/chats/parts.js';

const patience = { timeout: 30_000 };
const ops = { platform: 'mattermost', channel: idOf('ops') };
const url = 'https://packtrain.example.com/chats/mattermost';
const buttons = [{ label: 'Return', value: 'return beans kx7', style: 'danger' }] as const;
const minute = 60_000;

let mattermost: FakeMattermost;
let chat: OutsideChat;
let posts: Listening;
let heard: IncomingMessage[];
let posted: MattermostPost;

const onMessage = async (message: IncomingMessage) => void heard.push(message);
const pressed = () => heard.map((line) => line.pressed);

beforeEach(async () => {
  heard = [];
  mattermost = await FakeMattermost.open();
  const secrets = {
    BOT: mattermost.token,
    OTHER: 'thetokenofanothercommand01',
    SLASH: mattermost.slashToken,
  };
  const slashTokens = [{ env: 'OTHER' }, { env: 'SLASH' }];
  const settings = {
    kind: 'mattermost',
    url: mattermost.url,
    token: { env: 'BOT' },
    slashTokens,
    endpointUrl: url,
  };
  chat = await open(settings, chatParts(secrets));
  posts = await listenFor(chat.receive ?? (() => Promise.reject(new Error('it takes nothing'))));
  mattermost.resolve = (address) => address.replace('https://packtrain.example.com', posts.url);
});
afterEach(async () => {
  await chat.adapter.stop();
  await posts.close();
  await mattermost.close();
});

async function begin(): Promise<void> {
  await chat.adapter.start(onMessage);
  const { messageId } = await chat.adapter.post(ops, { key: 'm1', text: 'beans is yours', buttons });
  const post = mattermost.village.posts.find(({ id }) => id === messageId);
  if (post === undefined) throw new Error('nothing was posted');
  posted = post;
}

describe('a button', () => {
  const contextOf = ({ props }: MattermostPost) => ({
    ...props.attachments?.[0]?.actions?.[0]?.integration.context,
  });

  beforeEach(begin);

  it('gives its value to whoever pressed it, once however often the press comes', async () => {
    expect(await mattermost.presses('bob', posted.id, 'Return')).toBe(200);
    expect(heard).toEqual([
      {
        id: heard[0]?.id,
        text: '',
        pressed: 'return beans kx7',
        author: { platform: 'mattermost', userId: idOf('bob'), name: 'bob' },
        origin: { ...ops, messageId: posted.id },
        fromSelf: false,
        addressed: true,
      },
    ]);
    await mattermost.presses('bob', posted.id, 'Return');
    expect(new Set(heard.map(({ id }) => id)).size).toBe(2);
  });

  it('is told again, by the same id, when the same press is posted twice', async () => {
    await mattermost.presses('bob', posted.id, 'Return');
    await fetch(`${posts.url}/chats/mattermost`, { method: 'POST', ...mattermost.lastPress });
    expect(heard).toHaveLength(2);
    expect(heard[0]?.id).toBe(heard[1]?.id);
  });

  it('is refused where it is not ours: another value, another channel, no proof', async () => {
    const context = contextOf(posted);
    const press = async (given: object, at = posted) => {
      const { status } = await mattermost.postPress('bob', at, { url, context: given });
      return status;
    };
    expect(await press(context)).toBe(200);
    expect(await press({ ...context, value: 'return soup kx7' })).toBe(401);
    expect(await press({ ...context, proof: '' })).toBe(401);
    expect(await press(context, { ...posted, channel_id: idOf('secret') })).toBe(401);
    expect(await press({ value: 'return beans kx7' })).toBe(400);
    expect(pressed()).toEqual(['return beans kx7']);
  });

  it('is refused where Mattermost did not sign who pressed it, or did long ago', async () => {
    const { privateKey: signer } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const press = (unusual: object) => mattermost.presses('bob', posted.id, 'Return', unusual);
    expect(await press({ as: 'ann' })).toBe(401);
    expect(await press({ signer })).toBe(401);
    expect(await press({ at: Date.now() - 6 * minute })).toBe(401);
    expect(await press({ at: Date.now() + 6 * minute })).toBe(401);
    expect(pressed()).toEqual([]);
    expect(await press({ at: Date.now() - 4 * minute })).toBe(200);
    expect(pressed()).toEqual(['return beans kx7']);
  });

  it('needs no more than its proof where the server signs nothing', async () => {
    await chat.adapter.stop();
    mattermost.mood.hasKey = false;
    await chat.adapter.start(onMessage);
    expect(await mattermost.presses('bob', posted.id, 'Return', { at: 0 })).toBe(200);
    expect(pressed()).toEqual(['return beans kx7']);
  });
});

describe('a slash command', () => {
  const use = (line: string, unusual: object = {}) => mattermost.commands('ann', line, { url, ...unusual });

  it('is asked for again later before anybody listens', async () => {
    expect((await use('/pack status')).status).toBe(503);
  });

  it('is a line for the bot, and answered where it was used', async () => {
    await begin();
    const answer = await use('/pack give beans @bob');
    expect(await answer.json()).toEqual({
      response_type: 'ephemeral',
      text: 'Heard. The answer comes here.',
    });
    await use('/show git clone beans');
    expect(heard[0]).toEqual({
      id: heard[0]?.id,
      text: `give beans @${idOf('bob')}`,
      author: { platform: 'mattermost', userId: idOf('ann'), name: 'ann' },
      origin: { ...ops, messageId: heard[0]?.id },
      fromSelf: false,
      addressed: true,
    });
    expect(heard[1]).toMatchObject({ text: 'show git clone beans' });
    expect(heard[0]?.id).not.toBe(heard[1]?.id);
  });

  it('is answered by a direct message where the bot is not', async () => {
    await begin();
    const answer = await use('/pack status', { channel: mattermost.general });
    expect(await answer.json()).toMatchObject({ text: expect.stringContaining('in a direct message') });
    const direct = mattermost.village.direct(bot.id, idOf('ann')).id;
    expect(heard[0]?.origin.channel).toBe(direct);
  });

  it('is refused without its token, without a signature of who used it, and when it is old', async () => {
    await begin();
    const { privateKey: signer } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const refused = [
      { token: 'guessed' },
      { token: '' },
      { as: 'bob' },
      { signer },
      { at: Date.now() - 6 * minute },
    ];
    for (const unusual of refused) expect((await use('/pack status', unusual)).status).toBe(401);
    expect(heard).toEqual([]);
    const token = 'thetokenofanothercommand01';
    expect((await use('/pack status', { token })).status).toBe(200);
    await expect.poll(() => heard, patience).toHaveLength(1);
  });

  it('is nothing that can be posted in another form', async () => {
    await begin();
    const post = async (body: string, type: string) => {
      const headers = { 'content-type': type };
      const { status } = await fetch(`${posts.url}/chats/mattermost`, { method: 'POST', body, headers });
      return status;
    };
    const form = { token: mattermost.slashToken, command: '/pack', user_id: idOf('ann') };
    const elsewhere = new URLSearchParams({ ...form, channel_id: '../users' });
    expect(await post(String(elsewhere), 'application/x-www-form-urlencoded')).toBe(400);
    expect(await post('token=x', 'application/x-www-form-urlencoded')).toBe(400);
    expect(await post('{', 'application/json')).toBe(400);
    expect(await post('{"context":{"value":"return beans"}}', 'application/json')).toBe(400);
    expect(await post('', 'text/plain')).toBe(400);
    expect(heard).toEqual([]);
  });
});
