import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeSlack } from '../fixtures/chats/slack/fake.js';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';

const postgres = withPostgres();
let kitchen: FixtureRepository;
let slack: FakeSlack;
let server: ServerFixture;

beforeAll(async () => {
  kitchen = await makeRepository({ files: packFiles('beans', { root: 'packs/beans/' }) });
  slack = await FakeSlack.open({ mode: 'webhook' });
  server = await startServer({
    databaseUrl: postgres.url,
    env: { SLACK_BOT: slack.botToken, SLACK_SIGN: slack.signingSecret },
    config: ({ live }) => `repositories:
  Kitchen: { repo: ${kitchen.url}, subtree: true }
targets:
  default: { kind: directory, path: ${live} }
chats:
  slack:
    mode: webhook
    bot_token: { env: SLACK_BOT }
    signing_secret: { env: SLACK_SIGN }
    api_url: ${slack.apiUrl}
`,
  });
  slack.endpoint = `${server.url}/chats/slack`;
});
afterAll(async () => {
  await server?.close();
  await slack?.close();
  await kitchen?.remove();
});

const said = () => slack.sees('ann').filter(({ author }) => author === 'Packtrain');

it('a line in Slack makes a pack live, and one message there tells it from the asking to the end', async () => {
  slack.says('ann', '!pack deploy Kitchen beans', { key: 'k1' });
  await expect
    .poll(() => said().at(-1)?.text)
    .toMatch(/^✅ \*beans\* from \*Kitchen\* is live at `main@[0-9a-f]{7}`/);
  expect(existsSync(join(server.live, 'beans/pack.yaml'))).toBe(true);
  expect(said()).toHaveLength(1);
  expect(said()[0]?.text).toMatch(/<http[^|>]+\/deployments\/1\|#1>/);
});

it('what Slack did not sign is not even read', async () => {
  const forged = {
    type: 'event_callback',
    event: { type: 'message', text: '!pack deploy Kitchen', ts: '1.1', channel: 'C0OPS', user: 'U0ANN' },
  };
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(slack.endpoint ?? '', {
    method: 'POST',
    headers,
    body: JSON.stringify(forged),
  });
  expect(status).toBe(401);
});
