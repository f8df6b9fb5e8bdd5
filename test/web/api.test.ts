import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { refuse } from '../../src/core/reason.js';
import type { LineContext } from '../../src/web/deps.js';
import { apiCall, openStation, type Station } from '../fixtures/station.js';

/** What tests look at by name; everything else is compared as a whole. */
const answer = z.looseObject({
  text: z.string().optional(),
  id: z.string().optional(),
  deployments: z.array(z.unknown()).optional(),
  queue: z.array(z.unknown()).optional(),
});

describe('the HTTP API', () => {
  let station: Station;
  const asked: Array<{ line: string; context: LineContext }> = [];
  beforeAll(async () => {
    station = await openStation({
      runLine: async (line, context) => {
        asked.push({ line, context });
        if (line.startsWith('refuse')) {
          const refusal = refuse('unknown-ref', { repository: 'groceries', ref: 'x', near: ['y'] });
          return { text: 'No.', refusal };
        }
        return { text: `*${line}*`, data: { token: 'hunter2-token' }, deployment: 7 };
      },
    });
    station.redactor.learn('hunter2-token');
  });
  afterAll(async () => station.close());

  const call = async (path: string, body?: unknown) => {
    const response = await station.web.app.request(`/api/v1${path}`, apiCall(station.key, body));
    return { status: response.status, body: answer.parse(await response.json()) };
  };

  it.each(['', 'Bearer', 'Bearer wrong', 'Basic YTpi', 'Bearer a-local-key-and-more'])(
    'lets nobody in with the authorization "%s"',
    async (authorization) => {
      const headers = { host: 'localhost', ...(authorization === '' ? {} : { authorization }) };
      const response = await station.web.app.request('/api/v1/rooms', { headers });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ refusal: { code: 'api-key-refused' } });
    },
  );

  it('lets no browser in by its cookie', async () => {
    const cookie = await station.signIn('ann');
    const response = await station.web.app.request('/api/v1/rooms', {
      headers: { host: 'localhost', cookie },
    });
    expect(response.status).toBe(401);
  });

  it('runs a line for somebody, and redacts what it answers', async () => {
    expect(await call('/commands', { line: 'status', as: 'ann', key: 'k1' })).toEqual({
      status: 200,
      body: { text: '*status*', data: { token: '•••' }, deployment: 7 },
    });
    expect(asked.at(-1)).toEqual({
      line: 'status',
      context: { actor: { platform: 'cli', userId: 'ann', name: 'ann' }, via: 'cli', key: 'cli:ann:k1' },
    });
  });

  it('words a refusal, with the code that a command line ends with', async () => {
    expect((await call('/commands', { line: 'refuse', as: 'ann' })).body).toEqual({
      text: 'No.',
      refusal: {
        code: 'unknown-ref',
        what: 'groceries has no branch, tag or commit x.',
        next: 'Did you mean y?',
        exitCode: 3,
      },
    });
  });

  it('carries out an intent once for a key', async () => {
    const intent = { kind: 'deploy', repository: 'groceries', packs: { kind: 'named', packs: ['beans'] } };
    const first = await call('/commands', { intent, as: 'ann', key: 'same' });
    const again = await call('/commands', { intent, as: 'ann', key: 'same' });
    expect(first.body).toMatchObject({
      deployment: 1,
      data: { isNew: true },
      text: 'Deployment *#1* is queued.',
    });
    expect(again.body).toMatchObject({ deployment: 1, data: { isNew: false } });
  });

  it.each([
    [{}, 'give either a line or an intent'],
    [{ line: 'x' }, 'as: say who asks'],
    [{ as: 'ann' }, 'give either a line or an intent'],
    [{ as: 'ann', line: 'x', intent: { kind: 'cancel' } }, 'give either a line or an intent'],
    [{ as: '', line: 'x' }, 'as: it must not be empty'],
    [{ as: 'a\u0007b', line: 'x' }, 'as: it must not hold control characters'],
    [{ as: 'ann', intent: { kind: 'explode' } }, 'intent.kind: '],
    [{ as: 'ann', intent: { kind: 'deploy', repository: 'r' } }, 'intent.packs: '],
    [[], ''],
  ])('refuses the command %j with a sentence', async (body, problem) => {
    const refused = await call('/commands', body);
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ refusal: { code: 'bad-request', exitCode: 2 } });
    expect(refused.body.text).toContain(`The request is not understood: ${problem}`);
  });

  it('refuses a body that is no JSON', async () => {
    const init = { ...apiCall(station.key, {}), body: '{"line": ' };
    const response = await station.web.app.request('/api/v1/commands', init);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('the body is no JSON');
  });

  it('shows deployments, the queue and what is live', async () => {
    expect((await call('/deployments?limit=1')).body.deployments).toHaveLength(1);
    expect((await call('/deployments/1')).body).toMatchObject({
      deployment: { id: 1, status: 'queued', requester: { name: 'ann' } },
      ahead: [],
      text: 'Deployment *#1* is queued.',
      url: 'http://127.0.0.1:8080/deployments/1',
    });
    expect((await call('/queue')).body.queue).toHaveLength(1);
    expect((await call('/live')).body).toEqual({ live: [] });
  });

  it.each(['/deployments/999', '/deployments/x', '/deployments/999/events'])(
    'says that there is no %s',
    async (path) => {
      expect(await call(path)).toMatchObject({ status: 404, body: { refusal: { code: 'no-deployment' } } });
    },
  );

  it.each(['limit=0', 'limit=x', 'limit=9999', 'open=maybe'])('refuses the list with %s', async (query) => {
    expect(await call(`/deployments?${query}`)).toMatchObject({ status: 400 });
  });

  it('puts a line from a terminal into the room that browsers see, once for a key', async () => {
    const line = { text: '!pack status', as: 'bob', key: 'k9' };
    const first = await call('/rooms/ops/messages', line);
    expect(first).toMatchObject({ status: 200, body: { answered: true } });
    expect((await call('/rooms/ops/messages', line)).body.id).toBe(first.body.id);
    const [message] = await station.rooms.latest('ops', 1);
    expect(message).toMatchObject({ text: '!pack status', platform: 'terminal', author: { name: 'bob' } });
    expect((await call('/rooms/ops/messages', { text: 'just talking', as: 'bob' })).body).toMatchObject({
      answered: false,
    });
  });

  it('names the rooms, also to who asks for another', async () => {
    expect((await call('/rooms')).body).toEqual({ rooms: [{ name: 'ops' }, { name: 'general' }] });
    expect((await call('/rooms/nowhere/messages', { text: 'x', as: 'ann' })).body.text).toBe(
      'There is no room nowhere. The rooms are ops, general.',
    );
    expect(await call('/rooms/nowhere/stream?as=ann')).toMatchObject({ status: 404 });
    expect(await call('/rooms/ops/stream')).toMatchObject({ status: 400 });
  });

  it('answers JSON also where there is nothing', async () => {
    expect(await call('/nothing')).toMatchObject({ status: 404 });
  });
});
