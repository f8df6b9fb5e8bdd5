import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWeb } from '../../src/web/app.js';
import { apiCall, atTerminal, onWeb, openStation, postOf, type Station } from '../fixtures/station.js';

describe('signing in', () => {
  let station: Station;
  beforeAll(async () => {
    station = await openStation();
  });
  afterAll(async () => station.close());

  const get = (path: string, headers: Record<string, string> = {}) =>
    station.web.app.request(path, { headers: { host: '127.0.0.1:8080', ...headers } });
  const tokenFor = async (name: string) =>
    new URL(await station.createLoginLink(onWeb(name))).searchParams.get('token') ?? '';
  const cookieOf = (response: Response) => (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

  it('tells who is not signed in how to get a link', async () => {
    const response = await get('/chat/ops');
    expect(response.status).toBe(401);
    const page = await response.text();
    expect(page).toContain('packtrain login');
    expect(page).toContain('?pack login');
  });

  it('uses a link up by its button, not by opening it', async () => {
    const link = await station.createLoginLink(onWeb('ann'));
    const path = link.replace(station.deps.baseUrl(), '');
    // A previewer of links opens it, twice.
    expect((await get(path)).status).toBe(200);
    expect(await (await get(path)).text()).toContain('Sign in');
    const token = new URL(link).searchParams.get('token') ?? '';
    const response = await station.web.app.request('/login', postOf({ token }));
    expect(response.status).toBe(303);
    const page = await get('/chat/ops', { cookie: cookieOf(response) });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('ann');
  });

  it('takes a link once, even from two who come at the same time', async () => {
    const token = await tokenFor('ann');
    const both = await Promise.all([0, 1].map(() => station.web.app.request('/login', postOf({ token }))));
    expect(both.map(({ status }) => status).sort()).toEqual([303, 410]);
  });

  it('gives a cookie that scripts cannot read and that other sites do not send', async () => {
    const response = await station.web.app.request('/login', postOf({ token: await tokenFor('ann') }));
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
    expect(cookie).toMatch(/; Path=\//);
  });

  it('keeps neither the link nor the session in the database as they are', async () => {
    const token = await tokenFor('carol');
    const cookie = await station.signIn('carol');
    const rows = await station.database.query(
      'select hash from packtrain.login_tokens union all select hash from packtrain.sessions',
    );
    const kept = JSON.stringify(rows);
    expect(kept).not.toContain(token);
    expect(kept).not.toContain(cookie.split('=')[1] ?? 'none');
    expect(rows.length).toBeGreaterThan(1);
  });

  it('refuses a link that is too old', async () => {
    const token = await tokenFor('ann');
    await station.database.query(
      "update packtrain.login_tokens set expires_at = now() - interval '1 second'",
    );
    const response = await station.web.app.request('/login', postOf({ token }));
    expect(response.status).toBe(410);
    expect(await response.text()).toContain('used up or too old');
  });

  it('ends a session that is over, and one that is signed out', async () => {
    const [old, out] = [await station.signIn('ann'), await station.signIn('bob')];
    await station.web.app.request('/logout', postOf({}, { cookie: out }));
    expect((await get('/chat/ops', { cookie: out })).status).toBe(401);
    await station.database.query("update packtrain.sessions set expires_at = now() - interval '1 second'");
    expect((await get('/chat/ops', { cookie: old })).status).toBe(401);
  });

  it('leads back to the page that was wanted, and nowhere else', async () => {
    const wanted = await get('/deployments/42');
    const next = cookieOf(wanted);
    const back = await station.web.app.request(
      '/login',
      postOf({ token: await tokenFor('ann') }, { cookie: next }),
    );
    expect(back.headers.get('location')).toBe('/deployments/42');
    const evil = postOf({ token: await tokenFor('ann') }, { cookie: 'packtrain_next=//evil.example' });
    expect((await station.web.app.request('/login', evil)).headers.get('location')).toBe('/');
  });

  it('makes whoever asks at a terminal the same person on the web', async () => {
    const link = await station.createLoginLink(atTerminal('dora'));
    const token = new URL(link).searchParams.get('token') ?? '';
    const response = await station.web.app.request('/login', postOf({ token }));
    const page = await get('/chat/ops', { cookie: cookieOf(response) });
    expect(await page.text()).toContain('Signed in as web:dora"');
  });

  it('tells who its account is, and which others are theirs', async () => {
    const people = [
      {
        name: 'dora',
        accounts: [{ platform: 'slack', userId: 'U1' }],
        linked: [{ platform: 'irc', userId: 'dora_' }],
      },
    ];
    const access = () =>
      ({ people, linking: 'everything', admins: [], groups: new Map(), rules: [] }) as const;
    const { app } = createWeb({ ...station.deps, access });
    const link = await station.createLoginLink({ platform: 'irc', userId: 'dora_', name: 'dora_' });
    const token = new URL(link).searchParams.get('token') ?? '';
    const cookie = cookieOf(await app.request('/login', postOf({ token })));
    const page = await app.request('/chat/ops', { headers: { host: '127.0.0.1:8080', cookie } });
    expect(await page.text()).toContain('Signed in as irc:dora_, who is dora; yours too: slack:U1');
  });

  it('gives links over the API', async () => {
    const response = await station.web.app.request(
      '/api/v1/login-links',
      apiCall(station.key, { as: 'ann' }),
    );
    expect(await response.json()).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:8080\/login\?token=[\w-]{43}$/),
    });
  });

  it('stops one who tries tokens', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 22; i++) {
      statuses.push((await station.web.app.request('/login', postOf({ token: `guess-${i}` }))).status);
    }
    expect(statuses.slice(-2)).toEqual([429, 429]);
    expect(statuses[0]).toBe(410);
  });
});
