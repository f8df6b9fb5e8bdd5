import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { launchChromium, whySkipped } from '../fixtures/chromium.js';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';
import { holdPacks } from '../fixtures/talk.js';

const postgres = withPostgres();
let kitchen: FixtureRepository;
let server: ServerFixture;

beforeAll(async () => {
  kitchen = await makeRepository({ files: packFiles('beans', { root: 'packs/beans/' }) });
  server = await startServer({
    databaseUrl: postgres.url,
    config: ({ live }) => `repositories:
  Kitchen: { repo: ${kitchen.url}, subtree: true }
targets:
  default: { kind: directory, path: ${live} }
chat:
  web: { channels: [ops] }
`,
  });
});
afterAll(async () => {
  await server?.close();
  await kitchen?.remove();
});

const link = z.object({ url: z.string() });

async function signInLink(as: string): Promise<string> {
  const body = JSON.stringify({ as });
  return link.parse(await (await server.api('/login-links', { method: 'POST', body })).json()).url;
}

describe('somebody without a script in the browser', () => {
  let cookie = '';

  const form = (path: string, fields: Record<string, string>) =>
    fetch(new URL(path, server.url), {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
      redirect: 'manual',
    });
  const page = async (path: string) =>
    (await fetch(new URL(path, server.url), { headers: { cookie }, redirect: 'manual' })).text();

  it('signs in by a link that is good once', async () => {
    const token = new URL(await signInLink('ann')).searchParams.get('token') ?? '';
    const signedIn = await form('/login', { token });
    expect(signedIn.status).toBe(303);
    cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect((await form('/login', { token })).status).toBe(410);
  });

  it('deploys by a line in the room, and reads there and on its page how it went', async () => {
    await form('/chat/ops/messages', { text: '!pack deploy Kitchen beans' });

    await expect.poll(() => page('/chat/ops')).toContain('is live at');
    expect(await page('/deployments/1')).toMatch(/succeeded.*Timeline/s);
    expect(await readFile(join(server.live, 'beans/actions/cook.sh'), 'utf8')).toContain('echo hello');
  });
});

describe.skipIf(whySkipped !== '')(`somebody with a browser${whySkipped}`, () => {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
    page = await browser.newPage();
    page.on('console', (said) => {
      if (said.type() === 'error' || said.type() === 'warning') complaints.push(said.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
  });
  afterAll(() => browser?.close());

  it('signs in, says a line, and sees its one answer change until the pack is live', async () => {
    await kitchen.commit(packFiles('beans', { root: 'packs/beans/', says: 'more' }));
    await page.goto(await signInLink('bob'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('#connection[data-state="live"]').waitFor();
    const letGo = await holdPacks(server.live, 'beans');

    await page.getByRole('combobox').fill('!pack deploy Kitchen beans');
    await page.keyboard.press('Enter');

    const answer = page.locator('.message.bot').last();
    await answer.getByText('Deploying beans from Kitchen').waitFor();
    const element = await answer.elementHandle();
    const bar = answer.getByRole('progressbar');
    expect(Number(await bar.getAttribute('value'))).toBeLessThan(Number(await bar.getAttribute('max')));
    await expect.poll(() => answer.locator('.elapsed').innerText()).toMatch(/^[1-9]\d*s$/);
    await letGo();
    await answer.getByText('is live at').waitFor();
    expect(await bar.getAttribute('value')).toBe(await bar.getAttribute('max'));
    expect(await element?.evaluate((node) => node.isConnected)).toBe(true);
    expect(await readFile(join(server.live, 'beans/actions/cook.sh'), 'utf8')).toContain('echo more');
  });

  it('follows the link to the deployment', async () => {
    await page.getByRole('link', { name: 'Deployment 2' }).click();
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    expect(await page.locator('main').innerText()).toMatch(/beans from Kitchen/);
    expect(complaints).toEqual([]);
  });
});
