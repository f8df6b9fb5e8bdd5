import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { launchChromium, whySkipped } from '../fixtures/chromium.js';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';

const annsBranch = 'feature/soak-the-beans';
const bobsBranch = 'Feature/factor-out-earwax-beans';

describe.skipIf(whySkipped !== '')(`two people in two browsers borrow a pack${whySkipped}`, () => {
  const postgres = withPostgres();
  let repository: FixtureRepository;
  let server: ServerFixture;
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    repository = await makeRepository({ files: packFiles('beans', { root: 'packs/beans/', says: 'hello' }) });
    for (const [branch, says] of [
      [annsBranch, 'soaked'],
      [bobsBranch, 'earwax'],
    ] as const)
      await repository.commit(packFiles('beans', { root: 'packs/beans/', says }), { branch, from: 'main' });
    server = await startServer({
      databaseUrl: postgres.url,
      config: ({ live }) => `repositories:
  Kitchen: { repo: ${repository.url}, subtree: true, borrow: { return_after: 1h } }
targets:
  default: { kind: directory, path: ${live} }
chat:
  web: { channels: [ops] }
`,
    });
    browser = await launchChromium();
    await server.ended((await server.say('pack deploy Kitchen beans', 'jjm')).deployment ?? 0);
  });
  afterAll(async () => {
    for (const context of contexts) await context.close();
    await browser?.close();
    await server?.close();
    await repository?.remove();
  });

  /** Signs somebody in, in a browser of their own. */
  async function arrive(name: string): Promise<(path: string) => Promise<Page>> {
    const context = await browser.newContext({ viewport: { width: 1000, height: 800 } });
    contexts.push(context);
    const response = await server.api('/login-links', { method: 'POST', body: JSON.stringify({ as: name }) });
    const { url } = z.object({ url: z.string() }).parse(await response.json());
    const door = await context.newPage();
    await door.goto(url);
    await door.getByRole('button', { name: 'Sign in' }).click();
    return async (path) => {
      const page = await context.newPage();
      page.on('console', (said) => {
        if (said.type() === 'error' || said.type() === 'warning') complaints.push(said.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(`${server.url}${path}`);
      await page.locator('#connection[data-state="live"]').waitFor();
      return page;
    };
  }

  async function say(room: Page, line: string): Promise<void> {
    await room.getByRole('combobox').fill(line);
    await room.keyboard.press('Enter');
  }

  const cooks = () => readFile(join(server.live, 'beans', 'actions', 'cook.sh'), 'utf8');

  it('ann borrows, bob waits and watches, ann returns, bob is called and says the phrase', async () => {
    const [ann, bob] = [await arrive('ann'), await arrive('bob')];
    const [annsRoom, bobsRoom, board] = [await ann('/chat/ops'), await bob('/chat/ops'), await bob('/board')];
    await say(annsRoom, `!pack deploy Kitchen beans ${annsBranch}`);
    await board.locator('.state.borrowed').getByText('borrowed by ann').waitFor();
    expect(await cooks()).toContain('soaked');

    await say(bobsRoom, `!pack deploy Kitchen beans ${bobsBranch}`);
    const told = bobsRoom.locator('.message.bot').last();
    await told.getByText(/ann/).waitFor();
    expect(await told.innerText()).toContain(annsBranch);

    const [annsPack, bobsPack] = [await ann('/packs/beans'), await bob('/packs/beans')];
    const entry = bobsPack.locator('.queue > li');
    expect(await entry.locator('.place').innerText()).toContain('1');
    expect(await entry.innerText()).toMatch(/bob \(you\).*ann has borrowed beans until/s);
    expect(await bobsPack.getByRole('button').allInnerTexts()).toEqual(['Auto', 'Sign out', 'Cancel']);
    const countdown = bobsPack.locator('.borrow .countdown');
    const before = await countdown.innerText();
    expect(before).toMatch(/^(59m \d\ds|1h 00m)$/);

    await annsPack.getByRole('button', { name: 'Extend by 30m' }).click();
    await annsPack.locator('#outcome').getByText('Extended').waitFor();
    await expect.poll(() => countdown.innerText()).toMatch(/^1h (29|30)m$/);

    await annsPack.getByRole('button', { name: 'Return it' }).click();
    await annsPack.locator('#outcome').getByText('It is being returned').waitFor();
    await bobsPack.locator('.turn.mine').getByText('It is your turn').waitFor();
    expect(await annsPack.getByRole('button', { name: 'Return it' }).count()).toBe(0);
    const call = bobsRoom
      .locator('.message.bot', { hasText: /^.*Say .* to complete your deployment/s })
      .last();
    await call.waitFor();
    const phrase = await call.locator('em').first().innerText();
    expect(await bobsPack.locator('.turn em').innerText()).toBe(phrase);

    await say(bobsRoom, phrase.toUpperCase());
    await bobsPack.locator('.borrow').getByText('You have borrowed it').waitFor();
    await annsPack.locator('.borrow').getByText('bob has borrowed it').waitFor();
    await annsPack.locator('.facts').getByText(`${bobsBranch}@`).waitFor();
    expect(await cooks()).toContain('earwax');
    await board.getByText('borrowed by bob').waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);
});
