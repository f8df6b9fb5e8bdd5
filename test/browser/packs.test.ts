import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium, whySkipped } from '../fixtures/chromium.js';
import { ahead, fillPacks, liveOf } from '../fixtures/pack-scene.js';
import { onWeb, openStation, type Station } from '../fixtures/station.js';

describe.skipIf(whySkipped !== '')(`packs in a real browser${whySkipped}`, () => {
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
    fillPacks(station.deployments);
    complaints = [];
    context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  });
  afterEach(async () => {
    await context.close();
    await station.close();
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

  /** Opens a page as somebody who has signed in before. */
  async function enter(name: string, path: string, within = context): Promise<Page> {
    const [cookie = '', value = ''] = (await station.signIn(name)).split('=');
    await within.addCookies([{ name: cookie, value, url: station.deps.baseUrl() }]);
    const page = await newPage(within);
    await page.goto(`${station.deps.baseUrl()}${path}`);
    return page;
  }
  const live = (page: Page) => page.locator('#connection[data-state="live"]').waitFor();
  const rows = (page: Page) => page.locator('table.board tbody tr:visible th a').allInnerTexts();

  it('filters the board while one types, also what arrives afterwards, and keeps it over a reload', async () => {
    const page = await enter('ann', '/board');
    await live(page);
    await page.getByRole('searchbox', { name: 'Show only packs with' }).fill('Free');
    expect(await rows(page)).toEqual(['flour', 'rice']);
    station.deployments.setPack({ target: 'default', pack: 'oats', live: liveOf('oats'), locks: [] });
    const tea = { target: 'default', pack: 'tea', live: liveOf('tea', 'main'), locks: [] };
    station.deployments.setPack(tea);
    await expect.poll(() => rows(page)).toEqual(['flour', 'oats', 'rice', 'tea']);
    expect(page.url()).toContain('find=Free');
    await page.reload();
    expect(await rows(page)).toEqual(['flour', 'oats', 'rice', 'tea']);
    await page.getByRole('searchbox').fill('nothing like it');
    await page.getByText('No pack fits.').waitFor();
  });

  it('keeps the name that one types while the page changes under it, and gives the pack to them', async () => {
    const page = await enter('ann', '/packs/beans');
    await live(page);
    const name = page.getByRole('textbox', { name: 'Give it to' });
    await name.fill('jjm');
    await page.locator('h1').click();
    const lock = { id: 9, scope: { kind: 'everything' }, by: onWeb('bob'), since: new Date() } as const;
    const [beans] = await station.deployments.packs('beans');
    if (beans === undefined) throw new Error('there are no beans');
    station.deployments.setPack({ ...beans, locks: [{ ...lock, because: 'mice' }] });
    await page.locator('.lock').getByText('because mice').waitFor();
    expect(await name.inputValue()).toBe('jjm');
    await page.getByRole('button', { name: 'Give it' }).click();
    await page.locator('#outcome').getByText('It is jjm’s now.').waitFor();
    await page.locator('.borrow').getByText('jjm has borrowed it').waitFor();
    expect(await name.count()).toBe(0);
  });

  it('counts down on the board by the second', async () => {
    const page = await enter('ann', '/board');
    await live(page);
    const countdown = page.locator('tr', { hasText: 'beans' }).locator('.countdown');
    const before = await countdown.innerText();
    expect(before).toMatch(/^2[56]m \d\ds$/);
    await expect.poll(() => countdown.innerText()).not.toBe(before);
  });

  it('comes back by itself when the server was away, with what changed meanwhile', async () => {
    const page = await enter('ann', '/board');
    await live(page);
    await page.context().setOffline(true);
    await station.restartServer();
    await page.locator('#connection[data-state="reconnecting"]').waitFor();
    station.deployments.setPack({ target: 'default', pack: 'oats', live: liveOf('oats'), locks: [] });
    await page.context().setOffline(false);
    await live(page);
    await page.getByRole('link', { name: 'oats' }).waitFor();
    complaints = complaints.filter((text) => !/Failed to load resource|htmx:sse:error|ERR_/.test(text));
  });

  it('changes a page in place: what was pressed gives way, what others do appears', async () => {
    const page = await enter('ann', '/packs/beans');
    await live(page);
    await page.evaluate("document.body.classList.add('same-page')");
    await page.getByRole('button', { name: 'Return it' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('#outcome').getByText('It is being returned: #8.').waitFor();
    expect(await page.getByRole('button', { name: /Return|Extend/ }).count()).toBe(0);
    station.deployments.happen(
      2,
      { kind: 'ended', status: 'canceled' },
      { status: 'canceled', endedAt: new Date() },
    );
    await page.locator('#history-2').getByText('canceled').waitFor();
    expect(await page.locator('#entry-default-2').count()).toBe(0);
    expect(await page.locator('body.same-page').count()).toBe(1);
  });

  it('says why a press was refused, and takes the button away that came too late', async () => {
    const page = await enter('ann', '/packs/soup');
    await live(page);
    // The stream is held up, so that the page still shows what is no longer so.
    await page.evaluate("document.getElementById('live').removeAttribute('hx-sse:connect')");
    const press = page.getByRole('button', { name: 'Confirm #7' });
    await context.route('**/packs/soup', async (route) => {
      station.deployments.call(7);
      await route.continue();
    });
    await press.click();
    await page.locator('#outcome .refusal').waitFor();
    expect(await press.count()).toBe(0);
    complaints = complaints.filter((text) => !/409/.test(text));
  });

  it('tells on the page when one’s turn comes', async () => {
    const page = await enter('jjm', '/packs/beans');
    await live(page);
    expect(await page.getByRole('button', { name: /Confirm/ }).count()).toBe(0);
    station.deployments.call(3, { phrase: 'mind the gap', until: ahead(15) });
    await page.locator('[role=status]').getByText('It is your turn').waitFor();
    await page.getByRole('button', { name: 'Confirm #3' }).click();
    await page.locator('#outcome').getByText('Confirmed: #3 goes on.').waitFor();
    await page.locator('.queue .now').getByText('jjm (you)').waitFor();
  });

  it('works without scripts', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const page = await newPage(plain);
    await page.goto(await station.createLoginLink(onWeb('ann')));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.goto(`${station.deps.baseUrl()}/packs/beans`);
    expect(await page.locator('.borrow .countdown').innerText()).toMatch(/^2[56]m$/);
    await page.getByRole('button', { name: 'Extend by 30m' }).click();
    await page.getByText('Extended: it is yours until').waitFor();
    expect(await page.locator('.borrow .countdown').innerText()).toMatch(/^5[56]m$/);
    await page.goto(`${station.deps.baseUrl()}/board`);
    await page.getByRole('searchbox').fill('locked');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/board?find=locked');
    expect(await rows(page)).toEqual(['tea']);
    await plain.close();
  });
});
