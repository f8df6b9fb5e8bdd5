import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, whySkipped } from '../fixtures/chromium.js';
import { planOfBeans } from '../fixtures/fake-deployments.js';
import { fillPacks } from '../fixtures/pack-scene.js';
import { atTerminal, onWeb, openStation, type Station } from '../fixtures/station.js';

const paths = [
  '/login',
  '/chat/ops',
  '/board',
  '/packs/beans',
  '/packs/tea',
  '/packs/soup',
  '/deployments',
  '/deployments/1',
  '/nowhere',
];
const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [360, 1280].map((width) => ({ colorScheme, width })),
);

describe.skipIf(whySkipped !== '')(`the pages are for everybody${whySkipped}`, () => {
  let station: Station;
  let browser: Browser;
  let cookie: { name: string; value: string; url: string };
  /** Shows each page in turn: to open another takes longer than all that is looked at in it. */
  let page: Page;

  beforeAll(async () => {
    browser = await launchChromium();
    station = await openStation({ rooms: ['ops', 'general', 'a-channel-with-quite-a-long-name'] });
    const { url } = await station.listen();
    const [name = '', value = ''] = (await station.signIn('ann')).split('=');
    cookie = { name, value, url };
    await fill(station);
    page = await (await signedIn()).newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await station?.close();
  });

  async function signedIn(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await browser.newContext(options);
    await context.addCookies([cookie]);
    return context;
  }

  describe.each(paths)('%s', (path) => {
    beforeAll(async () => {
      await page.goto(`${cookie.url}${path}`);
    });

    it.each(looks)(
      'fits a width of $width, $colorScheme, with enough contrast',
      async ({ colorScheme, width }) => {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 740 });
        const spill = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(spill, 'wider than the window').toBeLessThanOrEqual(0);
        expect(await poorContrasts(page), 'hard to read').toEqual([]);
        expect(await nameless(page), 'controls without a name').toEqual([]);
      },
    );

    it('has one heading of the first order, a language and a main part', async () => {
      expect(await page.locator('h1').count()).toBe(1);
      expect(await page.locator('main').count()).toBe(1);
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
      const ids = await page.locator('[id]').evaluateAll((elements) => elements.map(({ id }) => id));
      expect(new Set(ids).size).toBe(ids.length);
    });
  });

  it('would notice a text that is hard to read, and a button without a name', async () => {
    // Ours let no style in.
    await page.goto('about:blank');
    await page.setContent('<p style="color: #999; background: #fff">pale</p><button></button>');
    expect(await poorContrasts(page)).toEqual(['P: 2.85']);
    expect(await nameless(page)).toHaveLength(1);
  });

  it('remembers the colours that somebody chose', async () => {
    const context = await signedIn({ colorScheme: 'light' });
    const chosen = await context.newPage();
    await chosen.goto(`${cookie.url}/deployments`);
    const paper = () => chosen.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const light = await paper();
    await chosen.getByRole('button', { name: /Colours/ }).click();
    await chosen.getByRole('button', { name: /Colours/ }).click();
    expect(await paper()).not.toBe(light);
    await chosen.reload();
    expect(await chosen.locator('html').getAttribute('data-theme')).toBe('dark');
    await context.close();
  });

  it('shows where the keyboard is', async () => {
    await page.goto(`${cookie.url}/chat/ops`);
    await page.locator('.skip').focus();
    for (let i = 0; i < 9; i++) {
      await page.keyboard.press('Tab');
      const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
      expect(outline).not.toBe('none');
    }
  });
});

async function fill({ rooms, deployments }: Station): Promise<void> {
  const long = 'a-branch-name-without-any-place-to-break-it-that-goes-on-and-on-and-on-for-ever';
  const author = atTerminal('bob');
  await rooms.say({
    room: 'ops',
    platform: 'terminal',
    author,
    text: `!pack deploy groceries beans ${long}`,
    key: 'k',
  });
  const progress = { done: 2, total: 4, since: new Date() };
  const text = `*beans* from _${long}_ \`${long}\` [a link](/x)\n\`\`\`\n${long} ${long}\n\`\`\``;
  await rooms.post({ room: 'ops', platform: 'web', key: 'p', text, deployment: 1, progress });
  for (const name of ['ann', 'bob', 'carol', 'dora', 'eve', 'finn', 'gus', 'hal', 'ida', 'jjm'])
    await rooms.say({ room: 'ops', platform: 'web', author: onWeb(name), text: 'hello', key: name });
  const intent = {
    kind: 'deploy',
    repository: 'groceries',
    packs: { kind: 'named', packs: ['beans'] },
  } as const;
  const plan = { ...planOfBeans(), revision: { ref: long, sha: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d' } };
  deployments.add(intent, onWeb('ann'), {
    plan,
    packs: [
      { pack: 'beans', status: 'running' },
      {
        pack: 'tea',
        status: 'failed',
        refusal: { code: 'unknown-ref', params: { repository: 'r', ref: long, near: [] } },
      },
    ],
  });
  deployments.happen(1, { kind: 'queued', ahead: [7] });
  deployments.happen(1, { kind: 'step', step: 'stage', pack: 'beans', state: 'started' });
  deployments.happen(1, { kind: 'log', line: `${long} ${long} ${long}` });
  fillPacks(deployments, long);
}

/** What the checks look at in the page, as a browser runs it. */
const inPage = readFileSync(new URL('in-page.js', import.meta.url), 'utf8');

/** Texts whose colour stands out from their ground by less than 4.5 to 1 (WCAG AA). */
function poorContrasts(page: Page): Promise<string[]> {
  return page.evaluate(`${inPage}; poorContrasts()`);
}

/** Controls that a screen reader could not name. */
function nameless(page: Page): Promise<string[]> {
  return page.evaluate(`${inPage}; nameless()`);
}
