import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refuse } from '../../src/core/reason.js';
import { planOfBeans } from '../fixtures/fake-deployments.js';
import { onWeb, openStation, postOf, type Station } from '../fixtures/station.js';

describe('the pages', () => {
  let station: Station;
  let cookie: string;
  beforeAll(async () => {
    station = await openStation({ rooms: ['ops', 'general', 'old', 'ops/nøtt"s'] });
    cookie = await station.signIn('ann');
  });
  afterAll(async () => station.close());

  const get = (path: string) =>
    station.web.app.request(path, { headers: { host: '127.0.0.1:8080', cookie } });
  const page = async (path: string) => (await get(path)).text();
  const beans = {
    kind: 'deploy',
    repository: 'groceries',
    packs: { kind: 'named', packs: ['beans'] },
  } as const;

  it('lead from the address itself to the first room', async () => {
    expect((await get('/')).headers.get('location')).toBe('/chat/ops');
  });

  it('show who said what, and make no markup of it', async () => {
    const author = { platform: 'web', userId: 'eve', name: '<img src=x onerror=alert(1)>' };
    const text = '</li><script>alert(1)</script>';
    await station.rooms.say({ room: 'ops', platform: 'web', author, text, key: 'xss' });
    const shown = await page('/chat/ops');
    expect(shown).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(shown).toContain('&lt;/li&gt;&lt;script&gt;');
    expect(shown).not.toContain('<script>alert');
    expect(shown).not.toContain('<img');
  });

  it('lead on to earlier messages, and from a deployment to the message that asked for it', async () => {
    const old = await station.rooms.post({
      room: 'old',
      platform: 'web',
      key: 'old-0',
      text: 'the first word',
    });
    for (let i = 1; i <= 120; i++)
      await station.rooms.post({ room: 'old', platform: 'web', key: `old-${i}`, text: `word ${i}.` });
    const newest = await page('/chat/old');
    expect(newest).toContain('word 120.');
    expect(newest).not.toContain('word 20.');
    const earlier = /href="(\/chat\/old\?before=\d+)"/.exec(newest)?.[1] ?? '';
    const past = await page(earlier);
    expect(past).toContain('the first word');
    expect(past).toContain('word 20.');
    expect(past).not.toContain('hx-sse:connect');
    const linked = await get(`/chat/old?at=${old.id}`);
    expect(await page(linked.headers.get('location') ?? '')).toContain(`id="m${old.id}"`);
  });

  it('have an address for a room with an odd name', async () => {
    const shown = await page('/chat/ops');
    expect(shown).toContain('href="/chat/ops%2Fn%C3%B8tt%22s"');
    expect((await get('/chat/ops%2Fn%C3%B8tt%22s')).status).toBe(200);
  });

  it('take what is typed even without a script', async () => {
    const response = await station.web.app.request(
      '/chat/general/messages',
      postOf({ text: '  !pack status  ', key: 'k' }, { cookie }),
    );
    expect(response.headers.get('location')).toBe('/chat/general');
    const [last] = await station.rooms.latest('general', 1);
    expect(last).toMatchObject({ text: '!pack status', author: onWeb('ann'), platform: 'web' });
  });

  it.each([{ text: '' }, { text: '   ' }, {}, { text: 'x'.repeat(4001) }])(
    'refuse an empty or endless line',
    async (form) => {
      const response = await station.web.app.request(
        '/chat/ops/messages',
        postOf(form as { text: string }, { cookie }),
      );
      expect(response.status).toBe(400);
    },
  );

  it('name the rooms to who asks for one that is not there', async () => {
    const response = await get('/chat/nowhere');
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('The rooms are ops, general, old');
  });

  it('show a deployment from its events, and lead back to where it was asked for', async () => {
    const origin = { platform: 'web', channel: 'ops', messageId: '7' };
    const id = station.deployments.add(beans, onWeb('ann'), { origin });
    station.deployments.happen(
      id,
      { kind: 'planned' },
      { plan: planOfBeans(), packs: [{ pack: 'beans', status: 'running' }] },
    );
    station.deployments.happen(id, { kind: 'step', step: 'stage', pack: 'beans', state: 'started' });
    station.deployments.happen(id, { kind: 'log', pack: 'beans', line: 'exported <20> files' });
    const shown = await page(`/deployments/${id}`);
    expect(shown).toContain('beans from groceries main@1a2b3c4');
    expect(shown).toContain('href="/chat/ops?at=7#m7"');
    expect(shown).toContain('Stage');
    expect(shown).toContain('exported &lt;20&gt; files');
    expect(shown).toContain('Cook beans for longer &lt;b&gt;now&lt;/b&gt;');
    expect(shown).toContain('5 → 50');
    expect(shown).toContain('Cancel it');
    expect(shown).toContain('<strong>beans</strong> needs the pack <strong>ears</strong>, which is not live');
    expect(shown).toContain('<code>pack deploy groceries ears</code>');
    expect(shown).not.toContain('New in StackStorm');
    const packs = [{ pack: 'beans', status: 'live' } as const];
    station.deployments.happen(id, { kind: 'ended', status: 'succeeded' }, { packs, status: 'succeeded' });
    const live = await page(`/deployments/${id}`);
    expect(live).toContain('New in StackStorm');
    expect(live).toContain('<code>soak {{kind}}</code> <span class="dim">Soaks &lt;beans&gt;</span>');
  });

  it('tell pack by pack how a deployment ended, so that a failure never reads as success', async () => {
    const refusal = refuse('unknown-ref', { repository: 'groceries', ref: 'beanz', near: ['beans'] });
    const id = station.deployments.add(beans, onWeb('ann'), {
      packs: [
        { pack: 'beans', status: 'live' },
        { pack: 'tea', status: 'restored', refusal },
      ],
    });
    station.deployments.happen(
      id,
      { kind: 'ended', status: 'failed' },
      { status: 'failed', endedAt: new Date() },
    );
    const shown = await page(`/deployments/${id}`);
    expect(shown).toContain('failed, restored');
    expect(shown).toContain('Did you mean beans?');
    expect(shown).not.toContain('succeeded');
    expect(shown).not.toContain('Cancel it');
    expect(shown).not.toContain('hx-sse:connect');
  });

  it('show no secret, whatever a deployment holds', async () => {
    station.redactor.learn('s3cr3t-token');
    const id = station.deployments.add(beans, onWeb('ann'));
    station.deployments.happen(id, { kind: 'log', line: 'fetching https://x:s3cr3t-token@git.example.com' });
    const shown = await page(`/deployments/${id}`);
    expect(shown).toContain('•••');
    expect(shown).not.toContain('s3cr3t-token');
  });

  it('cancel a deployment through the same door as chat', async () => {
    const id = station.deployments.add(beans, onWeb('bob'));
    const response = await station.web.app.request(`/deployments/${id}/cancel`, postOf({}, { cookie }));
    expect(response.headers.get('location')).toBe(`/deployments/${id}`);
    expect(await station.deployments.get(id)).toMatchObject({
      deployment: { status: 'canceled', canceledBy: onWeb('ann') },
    });
  });

  it.each([
    '/deployments/999',
    '/deployments/0',
    '/deployments/abc',
    '/deployments/1e3',
    '/deployments/%3Cb%3E',
  ])('say that there is no %s', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('<b>');
  });

  it('list the newest deployments first', async () => {
    const shown = await page('/deployments');
    expect(shown.indexOf('#2</span>')).toBeLessThan(shown.indexOf('#1</span>'));
  });
});
