import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWeb } from '../../src/web/app.js';
import { onWeb, openStation, postOf, type Station } from '../fixtures/station.js';

describe('the web keeps to itself', () => {
  let station: Station;
  let cookie: string;
  beforeAll(async () => {
    station = await openStation();
    cookie = await station.signIn('ann');
  });
  afterAll(async () => station.close());

  const get = (path: string, headers: Record<string, string> = {}) =>
    station.web.app.request(path, { headers: { host: '127.0.0.1:8080', cookie, ...headers } });
  const say = (headers: Record<string, string>) =>
    station.web.app.request('/chat/ops/messages', {
      method: 'POST',
      body: new URLSearchParams({ text: 'hello' }),
      headers: { host: '127.0.0.1:8080', cookie, ...headers },
    });

  it.each(['/login', '/chat/ops', '/deployments', '/nowhere', '/assets/packtrain.css', '/api/v1/live'])(
    'sends its headers with %s',
    async (path) => {
      const { headers } = await get(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    },
  );

  it.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:9999', 'sec-fetch-site': 'same-site' }],
    ['another site, in a browser without Sec-Fetch-Site', { origin: 'https://evil.example' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['nobody knows where', {}],
  ])('refuses a change from %s', async (_where, headers) => {
    expect((await say(headers)).status).toBe(403);
  });

  it.each([
    ['our own page', { origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-origin' }],
    ['our own page, in a browser without Sec-Fetch-Site', { origin: 'http://127.0.0.1:8080' }],
    ['our own page, whose policy hides its origin', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
  ])('takes a change from %s', async (_where, headers) => {
    expect((await say(headers)).status).toBe(303);
  });

  it('refuses signing in from another site, which would sign people in as somebody else', async () => {
    const link = new URL(await station.createLoginLink(onWeb('mallory')));
    const form = postOf({ token: link.searchParams.get('token') ?? '' }, { 'sec-fetch-site': 'cross-site' });
    expect((await station.web.app.request('/login', form)).status).toBe(403);
  });

  it.each(['evil.example', 'evil.example:8080', '127.0.0.1.evil.example', 'localhost.evil.example:80'])(
    'answers nothing under the name %s',
    async (host) => {
      const response = await get('/chat/ops', { host });
      expect(response.status).toBe(421);
      expect(await response.text()).not.toContain('ann');
    },
  );

  it.each(['localhost:8080', '127.0.0.1:1234', '[::1]:8080'])('answers under the name %s', async (host) => {
    expect((await get('/chat/ops', { host })).status).toBe(200);
  });

  it('asks everybody for a secure cookie where it is served by https', async () => {
    const web = createWeb({ ...station.deps, baseUrl: () => 'https://trains.example.org' });
    const token = new URL(await station.createLoginLink(onWeb('ann'))).searchParams.get('token') ?? '';
    const response = await web.app.request('/login', postOf({ token }, { host: 'trains.example.org' }));
    expect(response.headers.get('set-cookie')).toMatch(/; Secure/);
    expect(response.headers.get('strict-transport-security')).not.toBeNull();
  });

  it('refuses a body that is too large', async () => {
    const form = postOf({ text: 'x'.repeat(100_000) }, { cookie });
    expect((await station.web.app.request('/chat/ops/messages', form)).status).toBe(413);
  });

  it('says that it is ready, and before that that it is not', async () => {
    expect((await station.web.app.request('/healthz')).status).toBe(200);
    const early = createWeb({ ...station.deps, isReady: () => false });
    expect((await early.app.request('/healthz')).status).toBe(503);
  });

  it('tells nothing of what broke, but logs it', async () => {
    const rooms = { ...station.deps.rooms, lastSeq: () => Promise.reject(new Error('the secret inside')) };
    const broken = createWeb({ ...station.deps, rooms });
    const response = await broken.app.request('/chat/ops', { headers: { host: 'localhost', cookie } });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('the secret inside');
    expect(station.complaints.join()).toContain('the secret inside');
  });

  it('answers a browser that has the newest style sheet in a line', async () => {
    const first = await get('/assets/packtrain.css');
    expect(first.headers.get('content-type')).toBe('text/css; charset=utf-8');
    const etag = first.headers.get('etag') ?? '';
    expect((await get('/assets/packtrain.css', { 'if-none-match': etag })).status).toBe(304);
  });

  it.each(['/assets/../package.json', '/assets/%2e%2e/package.json', '/assets/htmx.js.map'])(
    'serves no file beyond its own: %s',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );
});
