import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canServeHttp, type GitHttpServer, serveGit } from '../fixtures/git-http.js';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';

const postgres = withPostgres();
let repository: FixtureRepository;
let host: GitHttpServer;
let letGo: () => void = () => undefined;
let server: ServerFixture;

beforeAll(async () => {
  if (!canServeHttp) return;
  repository = await makeRepository({ files: packFiles('beans', { root: 'packs/beans/' }) });
  const hangs = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  host = await serveGit(repository.url, { before: () => hangs });
  server = await startServer({
    databaseUrl: postgres.url,
    config: ({ live }) => `repositories:
  Slow: { repo: ${host.url}, subtree: true }
  Quick: { repo: ${repository.url}, subtree: true }
targets:
  default: { kind: directory, path: ${live} }
chat:
  web: { channels: [ops] }
`,
  });
});
afterAll(async () => {
  if (!canServeHttp) return;
  await server.close();
  await host.close();
  await repository.remove();
});

/** Says a line in the room. @returns its id. */
async function say(text: string): Promise<string> {
  const body = JSON.stringify({ text, as: 'ann' });
  const posted = await server.api('/rooms/ops/messages', { method: 'POST', body });
  return ((await posted.json()) as { id: string }).id;
}

async function answerTo(line: string): Promise<string | undefined> {
  const [answer] = await postgres.query(
    'select text from packtrain.room_messages where from_bot and reply_to = $1',
    [line],
  );
  return answer?.text as string | undefined;
}

const answered = async (line: string) => {
  await expect.poll(() => answerTo(line), { interval: 20 }).toBeDefined();
  return await answerTo(line);
};

describe.skipIf(!canServeHttp)(
  'a remote that hangs (skipped where git http-backend is not installed)',
  () => {
    it('holds up only the line that needs it', async () => {
      const slow = await say('!pack diff Slow beans');
      const quick = await say('!pack list');
      const deploy = await say('!pack deploy Quick beans');

      expect(await answered(quick)).toContain('Slow');
      expect(await answered(deploy)).toContain('beans');
      expect(await answerTo(slow)).toBeUndefined();
      letGo();
      expect(await answered(slow)).toContain('beans');
    });
  },
);
