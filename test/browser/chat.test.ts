import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IncomingMessage } from '../../src/core/chat.js';
import { launchChromium, whySkipped } from '../fixtures/chromium.js';
import { planOfBeans } from '../fixtures/fake-deployments.js';
import { atTerminal, onWeb, openStation, type Station } from '../fixtures/station.js';

describe.skipIf(whySkipped !== '')(`the chat in a real browser${whySkipped}`, () => {
  let station: Station;
  let browser: Browser;
  let context: BrowserContext;
  let complaints: string[];

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => browser?.close());
  beforeEach(async () => {
    station = await openStation();
    await station.listen();
    complaints = [];
    context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  });
  afterEach(async () => {
    await context.close();
    await station.close();
    // Whatever a test does, the browser must have nothing to complain about: no script error, no breach of the policy.
    expect(complaints).toEqual([]);
  });

  async function newPage(within: BrowserContext): Promise<Page> {
    const page = await within.newPage();
    page.on('console', (said) => {
      if (said.type() === 'error' || said.type() === 'warning') complaints.push(said.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    return page;
  }

  async function show(page: Page, path: string): Promise<Page> {
    await page.goto(`${station.deps.baseUrl()}${path}`);
    if (path.startsWith('/chat')) await page.locator('#connection[data-state="live"]').waitFor();
    return page;
  }

  /** Opens a page as somebody who has signed in before. */
  async function enter(name: string, path = '/chat/ops', within = context): Promise<Page> {
    const [cookie = '', value = ''] = (await station.signIn(name)).split('=');
    await within.addCookies([{ name: cookie, value, url: station.deps.baseUrl() }]);
    return await show(await newPage(within), path);
  }

  /** Signs in as people do. */
  async function enterByLink(name: string): Promise<Page> {
    const page = await newPage(context);
    await page.goto(await station.createLoginLink(onWeb(name)));
    await page.getByRole('button', { name: 'Sign in' }).click();
    return await show(page, '/chat/ops');
  }

  const say = (text: string, name = 'bob') =>
    station.rooms.say({
      room: 'ops',
      platform: 'terminal',
      author: atTerminal(name),
      text,
      key: `${name} ${text}`,
    });
  const texts = (page: Page) => page.locator('#messages .text').allInnerTexts();

  it('signs in by the link, takes a line, and edits the reply live from queued to live', async () => {
    const page = await enterByLink('ann');
    const { web } = station.adapters;
    await web.start(async ({ text, origin }: IncomingMessage) => {
      await web.post(origin, { key: 'reply', text: `*beans* is queued, as ${text} asked`, deployment: 1 });
    });
    await page.getByRole('combobox').fill('!pack deploy groceries beans');
    await page.keyboard.press('Enter');
    const reply = page.locator('.message.bot');
    await reply.getByText('is queued').waitFor();
    expect(await page.getByRole('combobox').inputValue()).toBe('');
    const element = await reply.elementHandle();

    const since = new Date(Date.now() - 64_000);
    const running = { key: 'reply', text: 'Deploying *beans*', deployment: 1 };
    const posted = {
      platform: 'web',
      channel: 'ops',
      messageId: (await reply.getAttribute('id'))?.slice(1) ?? '',
    };
    await web.edit(posted, { ...running, progress: { done: 1, total: 4, since } });
    await reply.getByText('Deploying').waitFor();
    expect(await reply.getByRole('progressbar').getAttribute('value')).toBe('1');
    const elapsed = reply.locator('.elapsed');
    const before = await elapsed.innerText();
    expect(before).toMatch(/^1m 0\ds$/);
    await expect.poll(() => elapsed.innerText()).not.toBe(before);

    const until = new Date(since.getTime() + 70_000);
    await web.edit(posted, {
      ...running,
      text: '*beans* is live',
      progress: { done: 4, total: 4, since, until },
    });
    await reply.getByText('is live').waitFor();
    expect(await elapsed.innerText()).toBe('1m 10s');
    expect(await reply.locator('strong').innerText()).toBe('beans');
    expect(await page.locator('#outcome').innerText()).toBe('beans is live');
    // It is the same message all along, changed in place.
    expect(await element?.evaluate((node) => node.isConnected)).toBe(true);
    expect(await reply.count()).toBe(1);
  });

  it('shows two people in two browsers, and one at a terminal, the same room', async () => {
    const others = await browser.newContext();
    const [ann, bob] = [await enter('ann'), await enter('bob', '/chat/ops', others)];
    await ann.getByRole('combobox').fill('hello bob');
    await ann.keyboard.press('Enter');
    await bob.getByText('hello bob').waitFor();
    await say('hello from a terminal', 'carol');
    await ann.getByText('hello from a terminal').waitFor();
    await bob.getByText('hello from a terminal').waitFor();
    expect(await bob.locator('.message .author').allInnerTexts()).toEqual(['ann', 'carol']);
    await others.close();
  });

  it('sends all lines that are typed in quick succession, in their order', async () => {
    const page = await enter('ann');
    const lines = Array.from({ length: 12 }, (_, index) => `line ${index}`);
    for (const line of lines) {
      await page.getByRole('combobox').fill(line);
      await page.keyboard.press('Enter');
    }
    await expect.poll(() => texts(page)).toEqual(lines);
  });

  it('makes nothing but text of names and messages that mean harm', async () => {
    const page = await enter('ann');
    await page.evaluate("document.addEventListener('alerted', () => document.body.classList.add('harmed'))");
    const harm = '<img src=x onerror="document.dispatchEvent(new Event(\'alerted\'))">';
    await say(
      `${harm}<script>document.body.className="harmed"</script> [x](javascript:alert(1)) *${harm}*`,
      harm,
    );
    await station.rooms.post({
      room: 'ops',
      platform: 'web',
      key: 'x',
      text: `</li></ol>${harm}<hx-partial hx-target="body">gone</hx-partial>`,
    });
    await say('<p hx-get="/logout" hx-trigger="load">hx</p>');
    await page.getByText('>hx</p>').waitFor();
    expect(await page.locator('#messages img, #messages script, #messages [hx-get]').count()).toBe(0);
    expect(await page.locator('#messages > li').count()).toBe(3);
    expect(await page.locator('body.harmed').count()).toBe(0);
    await page.reload();
    expect(await page.locator('#messages img, #messages script, #messages [hx-get]').count()).toBe(0);
  });

  it('comes back by itself when the server was away, with what was said meanwhile and nothing twice', async () => {
    const page = await enter('ann');
    await say('before');
    await page.getByText('before').waitFor();
    await page.context().setOffline(true);
    await station.restartServer();
    await page.locator('#connection[data-state="reconnecting"]').waitFor();
    expect(await page.locator('#connection').innerText()).toBe('reconnecting…');
    await say('meanwhile');
    await page.context().setOffline(false);
    await page.getByText('meanwhile').waitFor();
    await say('after');
    await page.getByText('after').waitFor();
    expect(await texts(page)).toEqual(['before', 'meanwhile', 'after']);
    expect(await page.locator('#connection').innerText()).toBe('live');
    // The browser itself reports each attempt that found nobody; our own scripts must not.
    complaints = complaints.filter((text) => !/Failed to load resource|htmx:sse:error|ERR_/.test(text));
  });

  it('gives a line back that could not be sent', async () => {
    const page = await enter('ann');
    await page.context().setOffline(true);
    await page.getByRole('combobox').fill('!pack status');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('could not be sent').waitFor();
    expect(await page.getByRole('combobox').inputValue()).toBe('!pack status');
    complaints = complaints.filter(
      (text) => !/Failed to (load resource|fetch)|htmx:(sse:)?error|ERR_/.test(text),
    );
  });

  it('can be used with the keyboard alone: completion, history, and the rest', async () => {
    const page = await enterByLink('ann');
    const box = page.getByRole('combobox');
    await page.keyboard.type('!pack d');
    expect(await page.getByRole('option').allInnerTexts()).toHaveLength(2);
    expect(await box.getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('[role=option][aria-selected=true] code').innerText()).toContain('!pack diff');
    await page.keyboard.press('Tab');
    expect(await box.inputValue()).toBe('!pack diff ');
    await page.keyboard.type('groceries beans');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.getByText('!pack diff groceries beans').first().waitFor();
    await page.keyboard.type('second');
    await page.keyboard.press('Enter');
    await page.keyboard.type('draft');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    expect(await box.inputValue()).toBe('!pack diff groceries beans');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await box.inputValue()).toBe('draft');
    await page.locator('.skip').focus();
    await page.keyboard.press('Enter');
    expect(page.url()).toContain('#main');
  });

  it('whispers to who asked, and to nobody else who looks', async () => {
    const others = await browser.newContext();
    const [ann, bob] = [await enter('ann'), await enter('bob', '/chat/ops', others)];
    await station.adapters.web.whisper(
      onWeb('ann'),
      { platform: 'web', channel: 'ops' },
      { key: 'w', text: 'a secret link' },
    );
    await ann.getByText('a secret link').waitFor();
    await say('something for all');
    await bob.getByText('something for all').waitFor();
    expect(await bob.getByText('a secret link').count()).toBe(0);
    await others.close();
  });

  it('follows a deployment on its page until it has ended, without loading anew', async () => {
    const intent = {
      kind: 'deploy',
      repository: 'groceries',
      packs: { kind: 'named', packs: ['beans'] },
    } as const;
    const id = station.deployments.add(intent, onWeb('ann'));
    const page = await enter('ann', `/deployments/${id}`);
    await page.evaluate("document.body.classList.add('same-page')");
    const packs = [{ pack: 'beans', status: 'running' }] as const;
    const started = { status: 'running', plan: planOfBeans(), packs, startedAt: new Date() } as const;
    station.deployments.happen(id, { kind: 'granted' }, started);
    station.deployments.happen(id, { kind: 'step', step: 'stage', pack: 'beans', state: 'started' });
    await page.locator('.timeline .running').getByText('Stage').waitFor();
    // What the reader folded stays folded.
    await page.getByText('What changes').click();
    expect(await page.locator('details.diff').getAttribute('open')).toBeNull();
    station.deployments.happen(id, { kind: 'step', step: 'stage', pack: 'beans', state: 'done' });
    await page.locator('.timeline .done').getByText('Stage').waitFor();
    expect(await page.locator('details.diff').getAttribute('open')).toBeNull();
    const ended = {
      status: 'succeeded',
      packs: [{ pack: 'beans', status: 'live' }],
      endedAt: new Date(),
    } as const;
    station.deployments.happen(id, { kind: 'ended', status: 'succeeded' }, ended);
    await page.locator('.badge.succeeded').waitFor();
    expect(await page.getByRole('button', { name: 'Cancel it' }).count()).toBe(0);
    expect(await page.locator('body.same-page').count()).toBe(1);
  });

  it('cancels from the deployment’s page', async () => {
    const intent = { kind: 'deploy', repository: 'groceries', packs: { kind: 'all' } } as const;
    const id = station.deployments.add(intent, onWeb('bob'));
    const page = await enter('ann', `/deployments/${id}`);
    await page.getByRole('button', { name: 'Cancel it' }).click();
    await page.getByText('ann asked to cancel').waitFor();
  });

  it('signs out', async () => {
    const page = await enterByLink('ann');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Please sign in' }).waitFor();
  });
});
